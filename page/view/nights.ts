import type { Calendar, Interval } from '../api/answers.ts'

/** A part of a day: from and to as shares of it, 0 to 1. */
export interface Span {
  state: Interval['state']
  from: number
  to: number
}

/** A day of a calendar, in the zone of the project. */
export interface Day {
  /** Its beginning. */
  startMs: number
  /** Usually 24; another number on the day of a clock change. */
  hours: number
  spans: Span[]
  /** The transitions of this day that an exception decides about, each with its reason. */
  exceptions: string[]
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** How far the clock of a zone is ahead of UTC. */
function aheadMs(ms: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(ms)
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value)
  const wall = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'))
  return wall - Math.floor(ms / 1000) * 1000
}

/** The beginning of the day that holds a time, in a zone. */
function startOfDay(ms: number, timeZone: string): number {
  const midnight = Math.floor((ms + aheadMs(ms, timeZone)) / dayMs) * dayMs
  // The clock may change between midnight and the time.
  const guess = midnight - aheadMs(ms, timeZone)
  return midnight - aheadMs(guess, timeZone)
}

/** The beginning of the day after the one that begins at a time: 36 h later it is always that day. */
const nextDay = (startMs: number, timeZone: string) => startOfDay(startMs + 36 * hourMs, timeZone)

const share = (ms: number, from: number, to: number) => Math.min(1, Math.max(0, (ms - from) / (to - from)))

/** The spans of the intervals within a time. */
export function spansIn(intervals: Interval[], [from, to]: readonly [number, number]): Span[] {
  return intervals
    .map((one) => ({
      state: one.state,
      from: share(Date.parse(one.from), from, to),
      to: share(Date.parse(one.to), from, to),
    }))
    .filter((span) => span.from < span.to)
}

/** The days of a calendar. It says what is asleep when; this only lays it out. */
export function daysOf({ from, to, intervals, transitions }: Calendar, timeZone: string): Day[] {
  const days: Day[] = []
  const end = Date.parse(to)
  let startMs = startOfDay(Date.parse(from), timeZone)
  while (startMs < end) {
    const until = nextDay(startMs, timeZone)
    const own = transitions.filter(({ at, acts }) => !acts && Date.parse(at) >= startMs && Date.parse(at) < until)
    days.push({
      startMs,
      hours: (until - startMs) / hourMs,
      spans: spansIn(intervals, [startMs, until]),
      exceptions: [...new Set(own.map(({ because }) => because))],
    })
    startMs = until
  }
  return days
}
