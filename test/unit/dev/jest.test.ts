import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Starts jest in a process of its own, as `npx jest` and the play button of an editor do. */
function jest(nodeOptions: string[], ...args: string[]) {
  const options = [...nodeOptions, 'node_modules/jest/bin/jest.js', ...args]
  const { PATH, HOME } = process.env
  const { status, stdout, stderr } = spawnSync(process.execPath, options, {
    cwd: root,
    env: { PATH, HOME },
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

test('jest without ES modules says what to run, and starts nothing', () => {
  expect(jest([])).toEqual({ status: 1, stdout: '', stderr: 'Run npm test, or npm run e2e.\n' })
})

test('jest with ES modules, as the npm scripts start it, finds the tests', () => {
  const { status, stdout } = jest(['--experimental-vm-modules'], '--selectProjects', 'e2e', '--listTests')
  expect(status).toBe(0)
  expect(stdout).toContain('test/e2e/rbac.test.ts')
})
