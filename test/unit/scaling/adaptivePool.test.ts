import { expect, test } from '@jest/globals'
import { forEachAdaptively } from '../../../shared/scaling/adaptivePool.ts'

/**
 * A server in simulated time that works on so many requests at once, the rest waiting; tells how many were sent at once.
 */
async function simulate(capacity: (done: number) => number, { items, max }: { items: number; max: number }) {
  let clock = 0
  let done = 0
  const waiting: (() => void)[] = []
  const sent: number[] = []
  const work = () => new Promise<void>((resolve) => waiting.push(resolve))
  const all = forEachAdaptively(
    Array.from({ length: items }, (_, item) => item),
    work,
    { max, elapsed: () => clock },
  )
  while (done < items) {
    await new Promise((resolve) => setImmediate(resolve))
    sent.push(waiting.length)
    clock += 10
    for (const finish of waiting.splice(0, Math.max(1, Math.floor(capacity(done))))) {
      finish()
      done++
    }
  }
  await all
  return sent
}

test('more run at once while that gets more done, up to the limit', async () => {
  const sent = await simulate(() => 1000, { items: 2000, max: 64 })
  expect(Math.max(...sent)).toBe(64)
})

test('no more run at once than gets more done', async () => {
  const sent = await simulate(() => 10, { items: 500, max: 64 })
  expect(Math.max(...sent)).toBeLessThanOrEqual(32)
})

test('fewer run at once when less gets done, as under throttling', async () => {
  const sent = await simulate((done) => (done < 1000 ? 1000 : 2), { items: 1600, max: 64 })
  expect(Math.max(...sent)).toBe(64)
  expect(Math.min(...sent.slice(-40, -10))).toBeLessThanOrEqual(32)
})

test('every item is worked on once, also when there are few or none', async () => {
  for (const count of [0, 1, 3, 100]) {
    const seen: number[] = []
    const items = Array.from({ length: count }, (_, item) => item)
    await forEachAdaptively(items, async (item) => void seen.push(item), { max: 4, elapsed: () => 0 })
    expect(seen.toSorted((x, y) => x - y)).toEqual(items)
  }
})
