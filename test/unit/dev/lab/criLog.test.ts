import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { labSource } from '../../../../dev/lab/paths.ts'
import { waitFor } from '../../../waitFor.ts'

const folder = mkdtempSync(join(tmpdir(), 'cri-log-'))
afterAll(() => rmSync(folder, { recursive: true }))

const start = (file: string, script: string) => {
  const child = spawn(process.execPath, [join(labSource, 'criLog.ts'), file, 'app', 'sh', '-c', script])
  return { child, exited: once(child, 'exit') }
}
/** The lines, each without its time, which the pattern checks. */
const linesOf = (file: string) =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /, ''))

describe('the log that kubectl logs reads', () => {
  test('has each line with its time and stream, and the exit code is passed on', async () => {
    const file = join(folder, 'lines.log')
    const { exited } = start(file, 'echo one; echo "  two"; exec >&2; echo three; exit 3')
    expect(await exited).toEqual([3, null])
    const lines = linesOf(file)
    expect(lines.filter((line) => line.startsWith('stdout'))).toEqual(['stdout F one', 'stdout F   two'])
    expect(lines.filter((line) => line.startsWith('stderr'))).toEqual(['stderr F three'])
  })

  test('has the last lines of a command that drains after SIGTERM', async () => {
    const file = join(folder, 'drain.log')
    const { child, exited } = start(file, 'trap "echo drained; exit 0" TERM; echo ready; while :; do sleep 0.1; done')
    const look = async () => (existsSync(file) ? linesOf(file) : [])
    await waitFor({ what: 'it is ready', look, until: (lines) => lines.includes('stdout F ready') })
    child.kill('SIGTERM')
    expect(await exited).toEqual([0, null])
    expect(linesOf(file)).toEqual(['stdout F ready', 'stdout F drained'])
  })
})
