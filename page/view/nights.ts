import { midnightOf, utc, zoneOf } from '../../shared/schedule/zone.ts'
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
  const zone = zoneOf(timeZone) ?? utc
  let midnight = midnightOf(zone, Date.parse(from))
  let startMs = zone.instantOf(midnight)
  while (startMs < end) {
    midnight += dayMs
    const until = zone.instantOf(midnight)
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
