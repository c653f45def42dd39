import { type CronLine, lengthOf } from './cronLine.ts'
import type { Zone } from './zone.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
const lastMinute = 24 * 60 - 1
// The rarest line, a fifth Friday in February, comes every 28 years, and once in 40 around a century.
const furthestMonths = 12 * 41

/** A time at which a line fires. */
export interface Occurrence {
  at: Date
  line: CronLine
}

/** The newest time at or before `now` at which one of the lines fires; undefined when none ever did. */
export function newestOccurrence(lines: CronLine[], zone: Zone, now: Date): Occurrence | undefined {
  const until = zone.wallReached(now.getTime())
  return firstOf(lines, { zone, wallOf: (line) => previousWall(line, until), isBefore: (a, b) => a > b })
}

/** The next time after `now` at which one of the lines fires; undefined when none ever does. */
export function nextOccurrence(lines: CronLine[], zone: Zone, now: Date): Occurrence | undefined {
  const after = zone.wallReached(now.getTime())
  return firstOf(lines, { zone, wallOf: (line) => nextWall(line, after), isBefore: (a, b) => a < b })
}

interface Order {
  zone: Zone
  wallOf(line: CronLine): number | undefined
  isBefore(a: number, b: number): boolean
}

function firstOf(lines: CronLine[], { zone, wallOf, isBefore }: Order): Occurrence | undefined {
  // The later of two wall times is never the earlier instant, so one conversion is enough for all lines.
  let first: { wall: number; line: CronLine } | undefined
  for (const line of lines) {
    const wall = wallOf(line)
    if (wall !== undefined && (first === undefined || isBefore(wall, first.wall))) first = { wall, line }
  }
  return first && { at: new Date(zone.instantOf(first.wall)), line: first.line }
}

/** The newest wall time at or before `wallMs` at which the line fires. */
function previousWall(line: CronLine, wallMs: number): number | undefined {
  const today = Math.floor(wallMs / dayMs) * dayMs
  const minuteOfToday = Math.floor((wallMs - today) / minuteMs)
  for (const day of daysFrom(line, today, -1)) {
    const minute = lastTime(line, day === today ? minuteOfToday : lastMinute)
    if (minute !== undefined) return day + minute * minuteMs
  }
  return undefined
}

/** The first wall time after `wallMs` at which the line fires. */
function nextWall(line: CronLine, wallMs: number): number | undefined {
  const today = Math.floor(wallMs / dayMs) * dayMs
  const minuteAfter = Math.floor((wallMs - today) / minuteMs) + 1
  for (const day of daysFrom(line, today, 1)) {
    const minute = firstTime(line, day === today ? minuteAfter : 0)
    if (minute !== undefined) return day + minute * minuteMs
  }
  return undefined
}

/** The days of the line from this one on, back or forward. A month that it does not have costs one step. */
function* daysFrom({ months, isDay }: CronLine, todayMs: number, direction: 1 | -1): Generator<number> {
  const today = new Date(todayMs)
  const [startYear, startMonth] = [today.getUTCFullYear(), today.getUTCMonth()]
  for (let passed = 0; passed <= furthestMonths; passed++) {
    const first = new Date(Date.UTC(startYear, startMonth + direction * passed))
    const [year, month] = [first.getUTCFullYear(), first.getUTCMonth() + 1]
    if (!months.includes(month)) continue
    const length = lengthOf(year, month)
    let day = direction === 1 ? 1 : length
    if (passed === 0) day = today.getUTCDate()
    for (; day >= 1 && day <= length; day += direction) {
      if (isDay(year, month, day)) yield Date.UTC(year, month - 1, day)
    }
  }
}

/** The latest time of the line on one of its days, at or before a minute of the day. */
function lastTime({ hours, minutes }: CronLine, limit: number): number | undefined {
  const [limitHour, limitMinute] = [Math.floor(limit / 60), limit % 60]
  const inThatHour = hours.includes(limitHour) ? minutes.findLast((minute) => minute <= limitMinute) : undefined
  if (inThatHour !== undefined) return limitHour * 60 + inThatHour
  const hour = hours.findLast((one) => one < limitHour)
  return hour === undefined ? undefined : hour * 60 + (minutes.at(-1) ?? 0)
}

/** The first time of the line on one of its days, at or after a minute of the day; after the last, it may be 24:00. */
function firstTime({ hours, minutes }: CronLine, limit: number): number | undefined {
  const [limitHour, limitMinute] = [Math.floor(limit / 60), limit % 60]
  const inThatHour = hours.includes(limitHour) ? minutes.find((minute) => minute >= limitMinute) : undefined
  if (inThatHour !== undefined) return limitHour * 60 + inThatHour
  const hour = hours.find((one) => one > limitHour)
  return hour === undefined ? undefined : hour * 60 + (minutes[0] ?? 0)
}
