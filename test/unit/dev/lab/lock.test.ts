import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { withLock } from '../../../../dev/lab/lock.ts'
import { startOf } from '../../../../dev/lab/processes.ts'

// The lab reads /proc, and refuses to start elsewhere.
const onLinux = process.platform === 'linux' ? describe : describe.skip

const folder = mkdtempSync(join(tmpdir(), 'lab-lock-'))
afterAll(() => rmSync(folder, { recursive: true }))
let locks = 0
const newLock = () => join(folder, `${locks++}.lock`)
const quiet = { report: () => {}, what: 'works' }

onLinux('a lock', () => {
  test('lets one command work at a time, and tells the other which one it waits for', async () => {
    const path = newLock()
    const events: string[] = []
    const { promise: waiting, resolve: tell } = Promise.withResolvers<string>()
    const first = withLock(path, quiet, async () => {
      await waiting
      events.push('first ends')
    })
    const second = withLock(path, { report: tell, what: 'starts lab x' }, async () => {
      events.push('second works')
    })
    await Promise.all([first, second])
    expect(await waiting).toBe(`waiting for another command that starts lab x (pid ${process.pid})`)
    expect(events).toEqual(['first ends', 'second works'])
  })

  test('is free again after work that failed', async () => {
    const path = newLock()
    const failing = withLock(path, quiet, () => Promise.reject(new Error('no')))
    await expect(failing).rejects.toThrow('no')
    expect(existsSync(path)).toBe(false)
  })

  test.each([
    ['a process that is gone', '4194305 1'],
    ['a pid that belongs to another process by now', `${process.pid} 1`],
  ])('of %s counts as free', async (_what, holder) => {
    const path = newLock()
    writeFileSync(path, holder)
    expect(await withLock(path, quiet, async () => 'worked')).toBe('worked')
  })

  test('of a running process is not taken, and stopping the wait rejects with the reason', async () => {
    const path = newLock()
    writeFileSync(path, `${process.pid} ${startOf(process.pid)}`)
    const controller = new AbortController()
    const report = () => controller.abort(new Error('stopped by SIGINT'))
    const waiting = withLock(path, { report, what: 'works', signal: controller.signal }, async () => 'worked')
    await expect(waiting).rejects.toThrow('stopped by SIGINT')
    expect(existsSync(path)).toBe(true)
  })
})
