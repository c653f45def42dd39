import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { noticeOf, noticesFile, packagesIn } from '../../../dev/build/notices.ts'

const dist = fileURLToPath(new URL('../../../dist/', import.meta.url))

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'package-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

function packageWith(manifest: object, files: Record<string, string> = {}): string {
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ name: 'of-tests', version: '1.0.0', ...manifest }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text)
  mkdirSync(join(dir, 'src'))
  return dir
}

test('a package without a licence fails the build', () => {
  expect(() => noticeOf(packageWith({}, { 'README.md': 'MIT' }))).toThrow('of-tests 1.0.0 names no licence')
})

test('a notice has the licence and the notices of a package, as they are written', () => {
  const files = { LICENSE: 'You may.', 'NOTICE.txt': 'By somebody.', 'all.js.LICENSE.txt': 'With parts.', 'a.js': '' }
  const notice = noticeOf(packageWith({ license: 'MIT' }, files))
  expect(notice).toBe('of-tests 1.0.0\nLicence: MIT\n\nYou may.\n\nBy somebody.\n\nWith parts.\n')
})

test('only packages of which something is in the bundle have a notice, the innermost one of each file', () => {
  const inputs = {
    'shared/api/api.ts': { bytesInOutput: 10 },
    'node_modules/@hono/node-server/dist/index.mjs': { bytesInOutput: 10 },
    'node_modules/outer/node_modules/inner/a.js': { bytesInOutput: 10 },
    'node_modules/shaken-away/a.js': { bytesInOutput: 0 },
  }
  const output = { bytes: 30, inputs, imports: [], exports: [] }
  expect(packagesIn({ inputs: {}, outputs: { 'dist/x.js': output } })).toEqual([
    'node_modules/@hono/node-server',
    'node_modules/outer/node_modules/inner',
  ])
})

test.each(['app', 'scale-api'])('%s carries the notices of its bundle and of its page at /docs', (host) => {
  const notices = readFileSync(`${dist}${host}/${noticesFile}`, 'utf8')
  for (const name of ['hono', 'zod', 'undici', 'swagger-ui-dist'])
    expect(notices).toMatch(new RegExp(`^${name} \\d`, 'm'))
  expect(notices).not.toMatch(/^(jest|typescript|esbuild) \d/m)
})
