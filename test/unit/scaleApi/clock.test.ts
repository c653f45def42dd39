import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { startClock } from '../../../scale-api/clock.ts'
import { parseNcrontab } from '../../../shared/schedule/index.ts'

beforeEach(() => void jest.useFakeTimers({ now: new Date('2026-11-28T21:58:30Z') }))
afterEach(() => void jest.useRealTimers())

/** A clock that notes when its work begins; the work takes so many seconds. */
function clockAt(schedule: string, { random = 0, seconds = 0 } = {}) {
  const began: string[] = []
  const stop = startClock(parseNcrontab(schedule), {
    now: () => new Date(),
    random: () => random,
    async work() {
      began.push(new Date().toISOString().slice(11, 19))
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
    },
  })
  return { began, stop }
}

test('works at each occurrence', async () => {
  const { began } = clockAt('0 */5 * * * *')
  await jest.advanceTimersByTimeAsync(11 * 60_000)
  expect(began).toEqual(['22:00:00', '22:05:00'])
})

test.each([
  ['of minutes by 10 seconds at most', '0 */5 * * * *', '22:00:05'],
  ['of seconds by a tenth of it', '*/30 * * * * *', '21:59:01'],
])('is late by chance, so that two replicas do not call at once: an interval %s', async (_what, schedule, first) => {
  const { began } = clockAt(schedule, { random: 0.5 })
  await jest.advanceTimersByTimeAsync(2 * 60_000)
  expect(began[0]).toBe(first)
})

test('does not begin while its work goes on, and leaves out what comes meanwhile', async () => {
  const { began } = clockAt('0 * * * * *', { seconds: 90 })
  await jest.advanceTimersByTimeAsync(5 * 60_000)
  expect(began).toEqual(['21:59:00', '22:01:00', '22:03:00'])
})

test('waits for a time that is weeks away, which no single timer of Node does', async () => {
  const { began } = clockAt('0 0 22 1 1 *')
  await jest.advanceTimersByTimeAsync(34 * 86_400_000 + 90_000)
  expect(began).toEqual(['22:00:00'])
})

test('begins nothing more once it is stopped', async () => {
  const { began, stop } = clockAt('0 * * * * *')
  await jest.advanceTimersByTimeAsync(60_000)
  stop()
  await jest.advanceTimersByTimeAsync(10 * 60_000)
  expect(began).toEqual(['21:59:00'])
})
