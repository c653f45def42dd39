import { describe, test } from '@jest/globals'
import { findBicep } from '../../../../dev/infra/bicep/cli.ts'

/** Describes tests that need the Bicep CLI. Without it they are skipped, but in CI they fail. */
export function describeWithBicep(name: string, tests: () => void): void {
  if (findBicep(process.env) !== undefined) describe(name, tests)
  else if (process.env.CI) {
    test(name, () => {
      throw new Error('There is no Bicep CLI, and CI must not pass without it: az bicep install')
    })
  } else describe.skip(`${name} (there is no Bicep CLI: az bicep install)`, tests)
}
