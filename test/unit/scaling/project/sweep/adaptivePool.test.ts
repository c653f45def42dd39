import { expect, test } from '@jest/globals'
import { forEachAdaptively } from '../../../../../shared/scaling/project/sweep/adaptivePool.ts'

/**
 * Works on items with a server in simulated time, which finishes `finishes(step)` requests every 10 ms. The first
 * `settled` items send no request.
 * @returns how many requests the server had at once, step by step
 */
async function simulate(
  finishes: (step: number) => number,
  { items, max, settled = 0 }: { items: number; max: number; settled?: number },
) {
  let clock = 0
  let done = 0
  const waiting: (() => void)[] = []
  const atOnce: number[] = []
  const work = async (item: number) => {
    if (item < settled) return false
    await new Promise<void>((resolve) => waiting.push(resolve))
    return true
  }
  const all = forEachAdaptively(
    Array.from({ length: settled + items }, (_, item) => item),
    work,
    { max, now: () => new Date(clock) },
  )
  while (done < items) {
    await new Promise((resolve) => setImmediate(resolve))
    atOnce.push(waiting.length)
    clock += 10
    for (const finish of waiting.splice(0, finishes(atOnce.length))) {
      finish()
      done++
    }
  }
  await all
  return atOnce
}

test('soon as many run at once as are allowed', async () => {
  const atOnce = await simulate(() => 1000, { items: 2000, max: 64 })
  expect(atOnce.at(0)).toBe(32)
  expect(atOnce.at(2)).toBe(64)
})

test('answers in bursts do not slow the pool down', async () => {
  const atOnce = await simulate((step) => (step % 5 === 0 ? 60 : 2), { items: 4000, max: 64 })
  expect(Math.min(...atOnce.slice(30, -30))).toBe(64)
})

test('items that send no request do not make the server look slow', async () => {
  const atOnce = await simulate(() => 12, { items: 4000, max: 64, settled: 5000 })
  expect(Math.min(...atOnce.slice(30, -30))).toBe(64)
})

test('fewer and fewer run at once while the server throttles, and more again when it does not', async () => {
  const atOnce = await simulate((step) => (step > 200 && step < 900 ? 1 : 20), { items: 9000, max: 64 })
  expect(atOnce.at(190)).toBe(64)
  expect(Math.min(...atOnce.slice(200, 900))).toBeLessThanOrEqual(32)
  expect(Math.max(...atOnce.slice(-60))).toBe(64)
})

test('every item is worked on once, also when there are few or none', async () => {
  for (const count of [0, 1, 3, 100]) {
    const seen: number[] = []
    const items = Array.from({ length: count }, (_, item) => item)
    await forEachAdaptively(items, async (item) => seen.push(item) > 0, { max: 4, now: () => new Date(0) })
    expect(seen.toSorted((x, y) => x - y)).toEqual(items)
  }
})
