const project = (displayName, more = {}) => ({
  displayName,
  testMatch: [`<rootDir>/test/${displayName}/**/*.test.ts`],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/stripTypes.js' },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  ...more,
})

/** unit and contract need nothing but Node; e2e starts the lab (a real control plane). */
export default {
  // They wait for clusters and hosts more than they compute, and on two cores jest would run one file at a time.
  maxWorkers: 2,
  projects: [
    project('unit'),
    project('contract'),
    project('e2e', {
      globalSetup: '<rootDir>/test/e2e/globalSetup.js',
      globalTeardown: '<rootDir>/test/e2e/globalTeardown.js',
    }),
  ],
}
