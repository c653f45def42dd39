import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from '@jest/globals'

const cache = mkdtempSync(join(tmpdir(), 'lab-main-'))
afterAll(() => rmSync(cache, { recursive: true }))

/** Starts `npm run lab -- ...ARGS` with an empty cache and without Go. */
function start(args: string[], env: object = {}) {
  const main = fileURLToPath(new URL('../../../../dev/lab/main.ts', import.meta.url))
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    env: { XDG_CACHE_HOME: cache, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function end(child: ReturnType<typeof start>): Promise<{ code: unknown; errors: string }> {
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const [code] = await once(child, 'close')
  return { code, errors }
}

describe('npm run lab', () => {
  test.each([
    ['default', 'npm run lab -- up'],
    ['never', 'npm run lab -- up --name never'],
  ])('says how to start the lab %s, which does not run', async (name, command) => {
    expect(await end(start(['env', '--name', name]))).toEqual({
      code: 1,
      errors: `lab ${name} is not running: start it with ${command}\n`,
    })
  })

  test('refuses a setting that its hosts could not use before it starts anything', async () => {
    expect(await end(start(['up'], { PROJECTS: '[{' }))).toEqual({
      code: 1,
      errors: 'These settings cannot be used:\n  PROJECTS: must be JSON\n',
    })
  })

  test('goes on when nobody reads its output any more', async () => {
    const child = start(['--help'])
    child.stdout.destroy()
    expect(await end(child)).toEqual({ code: 0, errors: '' })
  })
})
