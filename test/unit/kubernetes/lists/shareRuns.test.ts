import { expect, test } from '@jest/globals'
import { shareRuns } from '../../../../shared/kubernetes/lists/shareRuns.ts'

/** Work that ends when the test says so. */
function scripted() {
  const runs: { signal: AbortSignal; end: (result: string) => void; fail: (error: Error) => void }[] = []
  const share = shareRuns()
  const work = (signal: AbortSignal) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    runs.push({ signal, end: resolve, fail: reject })
    signal.addEventListener('abort', () => reject(signal.reason))
    return promise
  }
  return { runs, ask: (signal?: AbortSignal, name = 'list') => share(name, work, signal) }
}

/** Lets every promise go on that can. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

test('whoever asks while work runs has part in the next run, which begins after the question', async () => {
  const { runs, ask } = scripted()
  const first = ask()
  const others = [ask(), ask(), ask()]
  expect(runs).toHaveLength(1)
  runs[0]?.end('old')
  expect(await first).toBe('old')
  expect(runs).toHaveLength(2)
  const later = ask()
  runs[1]?.end('new')
  expect(await Promise.all(others)).toEqual(['new', 'new', 'new'])
  runs[2]?.end('newest')
  expect(await later).toBe('newest')
})

test('work of different names runs at once', () => {
  const { runs, ask } = scripted()
  void ask(undefined, 'a')
  void ask(undefined, 'b')
  expect(runs).toHaveLength(2)
})

test('a failure reaches all who asked, and the next run begins', async () => {
  const { runs, ask } = scripted()
  const first = ask()
  const second = ask()
  runs[0]?.fail(new Error('unreachable'))
  await expect(first).rejects.toThrow('unreachable')
  runs[1]?.end('fine')
  expect(await second).toBe('fine')
})

test('one who leaves does not end the work of the others', async () => {
  const { runs, ask } = scripted()
  const blocking = ask()
  const leaving = new AbortController()
  const left = ask(leaving.signal)
  const staying = ask()
  runs[0]?.end('old')
  await blocking
  leaving.abort(new Error('no time'))
  await expect(left).rejects.toThrow('no time')
  runs[1]?.end('new')
  expect(await staying).toBe('new')
})

test('work is ended when all who asked have left, and then the next run begins', async () => {
  const { runs, ask } = scripted()
  const leaving = new AbortController()
  const left = ask(leaving.signal)
  const next = ask()
  leaving.abort(new Error('no time'))
  await expect(left).rejects.toThrow('no time')
  expect(runs[0]?.signal.aborted).toBe(true)
  await settle()
  runs[1]?.end('fine')
  expect(await next).toBe('fine')
})

test('a run that nobody waits for any more is not begun, and whoever asks then gets another', async () => {
  const { runs, ask } = scripted()
  const running = ask()
  const leaving = new AbortController()
  const left = ask(leaving.signal)
  leaving.abort(new Error('no time'))
  await expect(left).rejects.toThrow('no time')
  const asking = ask()
  runs[0]?.end('old')
  await running
  runs[1]?.end('new')
  expect(await asking).toBe('new')
  await expect(ask(leaving.signal)).rejects.toThrow('no time')
  expect(runs).toHaveLength(2)
})
