import { expect, test } from '@jest/globals'
import { live } from '../../../page/api/live.ts'

test('it reads at the pace that the last answer asks for, and ends when nobody wants it any more', async () => {
  const leaving = new AbortController()
  const waited: number[] = []
  const paces = [2000, 30_000, 5000]
  await live(
    async () => paces.shift() ?? 0,
    {
      visible: async () => {},
      wait: async (ms) => {
        waited.push(ms)
        if (paces.length === 0) leaving.abort()
      },
    },
    leaving.signal,
  )
  expect(waited).toEqual([2000, 30_000, 5000])
})

test('nothing is read while the tab is hidden', async () => {
  const leaving = new AbortController()
  let reads = 0
  const shown = Promise.withResolvers<void>()
  const reading = live(
    async () => {
      reads++
      leaving.abort()
      return 0
    },
    { visible: () => shown.promise, wait: async () => {} },
    leaving.signal,
  )
  await Promise.resolve()
  expect(reads).toBe(0)
  shown.resolve()
  await reading
  expect(reads).toBe(1)
})
