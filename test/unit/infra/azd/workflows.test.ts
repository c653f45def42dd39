import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { describeFinding } from '../../../../dev/infra/finding.ts'
import { checkWorkflows } from '../../../../dev/infra/workflows.ts'
import { root } from '../../docs/documents.ts'

const hasGo = spawnSync('go', ['version']).status === 0
if (!hasGo) process.stderr.write('SKIPPED: the tests of the workflows, since actionlint needs Go: https://go.dev/dl\n')

// The first run builds actionlint.
const buildTimeoutMs = 300_000

const describeWithGo = hasGo ? describe : describe.skip
describeWithGo('the workflows', () => {
  let copy: string
  beforeAll(() => {
    copy = `${mkdtempSync(join(tmpdir(), 'planted-'))}/`
    cpSync(`${root}.github`, `${copy}.github`, { recursive: true })
  })
  afterAll(() => rmSync(copy, { recursive: true }))

  const said = async () => (await checkWorkflows(copy)).map(describeFinding)

  test('are as GitHub wants them', async () => expect(await said()).toEqual([]), buildTimeoutMs)

  test.each([
    [
      'an unknown key',
      'timeout-minutes: 90',
      'timeout-minute: 90',
      'unexpected key "timeout-minute" for "job" section',
    ],
    ['a context that does not exist', 'toJSON(vars)', 'toJSON(variables)', 'undefined variable "variables"'],
    ['an unknown permission', 'id-token: write', 'id-tokens: write', 'unknown permission scope "id-tokens"'],
  ])('%s is found, with its file and its cause', async (_what, from, to, message) => {
    const file = `${copy}.github/workflows/azure-dev.yml`
    const text = readFileSync(file, 'utf8')
    expect(text).toContain(from)
    writeFileSync(file, text.replace(from, to))
    const found = await said()
    writeFileSync(file, text)
    expect(found).toContainEqual(expect.stringMatching(/^\.github\/workflows\/azure-dev\.yml:\d+: /))
    expect(found.join('\n')).toContain(message)
  })
})
