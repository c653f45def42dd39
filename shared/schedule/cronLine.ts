import { CronError, fields, oneValue, valuesOf, wrong } from './cronFields.ts'
import { kept } from './kept.ts'

/** A cron line that was read: the times of the day and the days on which it fires. Times are those of a wall clock. */
export interface CronLine {
  /** As it was written. */
  text: string
  /** Ascending. */
  minutes: number[]
  hours: number[]
  months: number[]
  isDay(year: number, month: number, day: number): boolean
}

const nicknames: Record<string, string> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

const form = 'write five fields, minute hour day-of-month month day-of-week, such as "0 22 * * MON-FRI", or @daily'

/** A line, or the reason why the text is none. The newest texts are kept. */
export const readCronLine: (text: string) => CronLine | CronError = kept((text) => {
  try {
    return { ...parse(text.trim()), text: text.trim() }
  } catch (error) {
    if (error instanceof CronError) return error
    throw error
  }
}, 2000)

function parse(text: string): Omit<CronLine, 'text'> {
  const nickname = nicknames[text.toLowerCase()]
  if (nickname !== undefined) return parse(nickname)
  if (text.startsWith('@')) throw new CronError(`the names are ${Object.keys(nicknames).join(', ')}`)
  if (/^\d{4}-\d\d-\d\d/.test(text)) throw new CronError(`it is a date, and a schedule repeats: ${form}`)
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', ...more] = text.split(/\s+/)
  if (dayOfWeek === '' || more.length > 0) throw new CronError(`it has ${countOf(text)}: ${form}`)
  const line = {
    minutes: valuesOf(fields.minute, minute),
    hours: valuesOf(fields.hour, hour),
    months: valuesOf(fields.month, month),
  }
  const inMonth = daysOfMonth(dayOfMonth)
  const inWeek = daysOfWeek(dayOfWeek)
  // As in every cron: when both are limited, one of them is enough.
  const isDay = (year: number, month: number, day: number) => {
    if (inMonth !== undefined && inWeek !== undefined) return inMonth(year, month, day) || inWeek(year, month, day)
    return inMonth?.(year, month, day) ?? inWeek?.(year, month, day) ?? true
  }
  const isEver =
    inWeek !== undefined || line.months.some((month) => daysInLeapYear(month).some((day) => isDay(2000, month, day)))
  if (!isEver) throw new CronError('it never comes: there is no such day')
  return { ...line, isDay }
}

function countOf(text: string): string {
  const count = text === '' ? 0 : text.split(/\s+/).length
  if (count === 0) return 'no fields'
  return `${count} field${count === 1 ? '' : 's'}${count === 6 ? ', and a cron line has no seconds' : ''}`
}

type IsDay = CronLine['isDay']

/** How many days a month has; the months begin with 1. */
export const lengthOf = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate()

/** Whether there is such a day; the months begin with 1. */
export const dayExists = (year: number, month: number, day: number): boolean =>
  month >= 1 && month <= 12 && day >= 1 && day <= lengthOf(year, month)

const daysInLeapYear = (month: number) => Array.from({ length: lengthOf(2000, month) }, (_, index) => index + 1)

// People who know Quartz or Azure write `?` for a day that the other field has.
const isAny = (text: string) => text === '*' || text === '?'

/** Undefined when every day will do. `L` is the last of the month. */
function daysOfMonth(text: string): IsDay | undefined {
  if (isAny(text)) return undefined
  const parts = text.split(',')
  const hasLast = parts.some((part) => part.toUpperCase() === 'L')
  const numbers = parts.filter((part) => part.toUpperCase() !== 'L')
  const days = new Set(numbers.length === 0 ? [] : valuesOf(fields.dayOfMonth, numbers.join(',')))
  return (year, month, day) => days.has(day) || (hasLast && day === lengthOf(year, month))
}

/** Undefined when every day will do. `FRI#2` is the second Friday of the month, `FRI#L` and `FRIL` the last. */
function daysOfWeek(text: string): IsDay | undefined {
  if (isAny(text)) return undefined
  const parts = text.split(',').map((part) => weekdaysOf(part))
  return (year, month, day) => {
    const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay()
    return parts.some(({ weekdays, nth }) => {
      if (!weekdays.has(weekday)) return false
      if (nth === undefined) return true
      return nth === 'L' ? day + 7 > lengthOf(year, month) : Math.ceil(day / 7) === nth
    })
  }
}

function weekdaysOf(part: string): { weekdays: Set<number>; nth: number | 'L' | undefined } {
  const field = fields.dayOfWeek
  const [, name, nth] = /^([^#]*)#([1-5L])$/i.exec(part) ?? /^(\w+)(L)$/i.exec(part) ?? []
  if (name !== undefined && nth !== undefined) {
    return { weekdays: new Set([oneValue(field, name) % 7]), nth: /l/i.test(nth) ? 'L' : Number(nth) }
  }
  if (part.includes('#')) throw wrong(field, part, 'is not a day with #1 to #5 or #L, such as FRI#2')
  return { weekdays: new Set(valuesOf(field, part).map((value) => value % 7)), nth: undefined }
}
