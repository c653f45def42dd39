import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const packages = { 'node_modules/one': { version: '1.0.0' }, 'node_modules/for-another-platform': { optional: true } }

describe('a script that installs nothing', () => {
  let clone = ''
  beforeEach(() => {
    clone = mkdtempSync(join(tmpdir(), 'clone-'))
    cpSync(join(root, 'dev', 'setup.mjs'), join(clone, 'dev', 'setup.mjs'))
    writeFileSync(join(clone, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...packages } }))
  })
  afterEach(() => rmSync(clone, { recursive: true }))

  const check = () => {
    const { status, stderr } = spawnSync(process.execPath, [join(clone, 'dev', 'setup.mjs'), '--check'])
    return { status, said: String(stderr).trim() }
  }
  const install = (version: string) => {
    mkdirSync(join(clone, 'node_modules'))
    const installed = { packages: { 'node_modules/one': { version } } }
    writeFileSync(join(clone, 'node_modules', '.package-lock.json'), JSON.stringify(installed))
  }

  test('says in a fresh clone that the packages must be installed first', () => {
    expect(check()).toEqual({ status: 1, said: '✗ The packages are not installed: run npm ci, then this again.' })
  })

  test('says so when a package has another version than the lock file wants', () => {
    install('0.9.0')
    expect(check()).toEqual({ status: 1, said: '✗ package-lock.json has changed: run npm ci, then this again.' })
  })

  test('goes on silently when all packages for this platform are installed', () => {
    install('1.0.0')
    expect(check()).toEqual({ status: 0, said: '' })
  })
})

describe('package.json', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }

  test('installs before the scripts that a newcomer runs, and before no others', () => {
    const before = Object.keys(scripts).filter(
      (name) => Object.hasOwn(scripts, name.replace(/^(pre|post)/, '')) && /^(pre|post)/.test(name),
    )
    expect(before).toEqual(['prestart', 'prestart:scale-api', 'pretest'])
  })

  test('checks at the start of each other script whether the packages are installed', () => {
    const installing = ['start', 'start:scale-api', 'test']
    const others = Object.entries(scripts).filter(([name]) => !name.startsWith('pre') && !installing.includes(name))
    // The other scripts that these begin with make the check themselves. A hook of azd runs before npm ci, without packages.
    const begin =
      /^((node dev\/setup\.mjs --check|npm run -s build|npm run -s lab -- tools \w+|npm run check:lint) && |node infra\/hooks\/main\.mjs )/
    expect(others.filter(([, command]) => !begin.test(command))).toEqual([])
  })

  test('writes the tables of the documents with npm run fix, as their test says', () => {
    expect(scripts.fix).toContain('node dev/tables.ts')
  })
})
