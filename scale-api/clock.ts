import type { Ncrontab } from '../shared/schedule/index.ts'

/** How a clock reads time and chance, and what it does when its hour comes. */
export interface ClockOptions {
  now(): Date
  /** In [0, 1), as Math.random. */
  random(): number
  /** Must not reject. The next occurrence is looked for when it is over, so no two of them overlap. */
  work(): Promise<void>
}

// Replicas that tick at once are harmless, but their calls come at once, too.
const longestJitterMs = 10_000
// setTimeout takes 24.8 days at most, and is late after a machine's sleep, so the time is read each minute.
const longestWaitMs = 60_000

/**
 * Does the work at each occurrence of a schedule, up to ten seconds or a tenth of the interval later, until it is stopped.
 * @returns stops it; work under way goes on
 */
export function startClock(schedule: Ncrontab, { now, random, work }: ClockOptions): () => void {
  let timer: NodeJS.Timeout | undefined
  let isStopped = false

  const plan = () => {
    const next = schedule.next(now())
    if (isStopped || next === undefined) return
    const interval = (schedule.next(next) ?? next).getTime() - next.getTime()
    const jitter = random() * Math.min(longestJitterMs, interval / 10)
    waitUntil(next.getTime() + jitter)
  }
  const waitUntil = (due: number) => {
    const left = due - now().getTime()
    timer = setTimeout(
      left > longestWaitMs ? () => waitUntil(due) : () => void work().then(plan),
      // After a machine's sleep it is past.
      Math.min(Math.max(left, 0), longestWaitMs),
    )
  }

  plan()
  return () => {
    isStopped = true
    clearTimeout(timer)
  }
}
