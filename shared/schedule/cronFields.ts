import { quote } from './quote.ts'

/** The reason why a text is no cron line, as the rest of a sentence that begins with the text. */
export class CronError extends Error {
  override readonly name = 'CronError'
}

/** One of the fields of a cron line: its name in messages, its values, and the words for them from the lowest on. */
export interface Field {
  name: string
  min: number
  max: number
  words?: readonly string[]
}

const months = 'january february march april may june july august september october november december'.split(' ')
const days = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ')

/** The five fields in their order. Sunday is 0 and 7. */
export const fields = {
  minute: { name: 'minute', min: 0, max: 59 },
  hour: { name: 'hour', min: 0, max: 23 },
  dayOfMonth: { name: 'day of month', min: 1, max: 31 },
  month: { name: 'month', min: 1, max: 12, words: months },
  dayOfWeek: { name: 'day of week', min: 0, max: 7, words: days },
} as const satisfies Record<string, Field>

/**
 * The values of a field, ascending: `*`, numbers, names, lists, ranges, and steps on a range or on `*`. A range may go
 * past the end, as 22-6 and SAT-THU do.
 * @throws CronError
 */
export function valuesOf(field: Field, text: string): number[] {
  const values = new Set(text.split(',').flatMap((part) => valuesOfPart(field, part)))
  return [...values].sort((a, b) => a - b)
}

function valuesOfPart(field: Field, part: string): number[] {
  const [range = '', step, ...more] = part.split('/')
  if (more.length > 0) throw wrong(field, part, 'has more than one step')
  const steps = step === undefined ? 1 : stepOf(field, part, step)
  if (step !== undefined && range !== '*' && !range.includes('-')) {
    throw wrong(field, part, `has a step without a range: write ${range}-${field.max}/${step} or */${step}`)
  }
  return rangeOf(field, range).filter((_, index) => index % steps === 0)
}

function stepOf(field: Field, part: string, step: string): number {
  const largest = highestOf(field) - field.min + 1
  const steps = /^\d{1,2}$/.test(step) ? Number(step) : Number.NaN
  if (steps >= 1 && steps <= largest) return steps
  throw wrong(field, part, `has a step that is not 1 to ${largest}`)
}

/** 7 is Sunday a second time, and `*` has it once. */
const highestOf = (field: Field): number => (field === fields.dayOfWeek ? 6 : field.max)

/** The values from the first to the last in the order of the clock, which begins again after the highest. */
function rangeOf(field: Field, range: string): number[] {
  const { min } = field
  const highest = highestOf(field)
  const [first, last, ...more] = range === '*' ? [min, highest] : range.split('-').map((text) => oneValue(field, text))
  if (first === undefined || more.length > 0) throw wrong(field, range, 'is not a value or a range')
  if (last === undefined || first === last) return [first]
  if (first < last) return Array.from({ length: last - first + 1 }, (_, index) => first + index)
  const count = highest - first + 1 + (last - min + 1)
  return Array.from({ length: count }, (_, index) => ((first - min + index) % (highest - min + 1)) + min)
}

/** The value of a number, or of a name of which at least three letters are written. @throws CronError */
export function oneValue(field: Field, text: string): number {
  const { min, max, words } = field
  const word = text.length < 3 ? undefined : words?.findIndex((one) => one.startsWith(text.toLowerCase()))
  if (word !== undefined && word >= 0) return min + word
  const value = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  const name = words?.[1]?.slice(0, 3).toUpperCase()
  throw wrong(field, text, `is not ${min} to ${max}${name === undefined ? '' : `, nor a name such as ${name}`}`)
}

export const wrong = ({ name }: Field, text: string, why: string): CronError =>
  new CronError(`its ${name} ${quote(text)} ${why}`)
