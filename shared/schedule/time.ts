import { dayExists } from './cronLine.ts'

const dayForm = /^(\d{4})-(\d\d)-(\d\d)$/
const timeForm = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/

/** A day that does not exist, such as February 30, would be read as one in March. */
const msOf = (form: RegExp, text: string): number | undefined => {
  const [, year = 0, month = 0, day = 0] = (form.exec(text) ?? []).map(Number)
  const ms = dayExists(year, month, day) ? Date.parse(text) : Number.NaN
  return Number.isNaN(ms) ? undefined : ms
}

/**
 * Reads a time in ISO 8601 with an offset, as people write it: seconds may be absent. It is undefined for another text, of
 * which `Date.parse` would take far too many.
 */
export function readTime(text: string): Date | undefined {
  const ms = msOf(timeForm, text)
  return ms === undefined ? undefined : new Date(ms)
}

/** Reads a date, e.g. `2026-12-29`, as the midnight at which it begins on a wall clock; undefined for another text. */
export const readDay = (text: string): number | undefined => msOf(dayForm, text)
