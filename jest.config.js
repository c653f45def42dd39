import vm from 'node:vm'

// Node has this class only with --experimental-vm-modules, which loading a test requires. The check is here because
// jest runs the globalSetup of e2e, which starts a control plane, before it loads a test.
if (vm.SourceTextModule === undefined) {
  process.stderr.write('Run npm test, or npm run e2e.\n')
  process.exit(1)
}

const project = (displayName, more = {}) => ({
  displayName,
  testMatch: [`<rootDir>/test/${displayName}/**/*.test.ts`],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/stripTypes.js' },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  ...more,
})

/**
 * The projects unit and contract need only Node, browser a Chromium, without which it is left out; e2e starts the lab (a real
 * control plane).
 */
export default {
  // Tests wait for clusters and hosts more than they compute, and on two cores jest would run one file at a time.
  maxWorkers: 2,
  // A hanging test must end, and a slow machine must fail none: jest's own 5 s are a wall time in every test.
  testTimeout: 30_000,
  projects: [
    project('unit'),
    project('contract'),
    project('browser'),
    project('e2e', {
      globalSetup: '<rootDir>/test/e2e/globalSetup.js',
      globalTeardown: '<rootDir>/test/e2e/globalTeardown.js',
    }),
  ],
}
