import { quote } from '../quote.ts'
import { readTime } from '../time.ts'
import { readDaysOff } from './daysOff.ts'
import { bothDirections, type DaysOff, type Exceptions, type Hold, type KnownHolidays } from './exceptions.ts'

/** The exceptions of a project as people write them. */
export interface ExceptionTexts {
  awakeUntil: string | undefined
  asleepUntil: string | undefined
  /** Times, divided by commas. */
  skip: string | undefined
  /** Days and ranges of days, divided by semicolons. */
  daysOff: string | undefined
  /** The code of a country, maybe with a region of it, whose public holidays are days off. */
  holidays: string | undefined
  /** `true`, or a time. */
  suspend: string | undefined
  /** `true` or `false`. */
  enforce: string | undefined
}

/** A text that cannot be understood, or that contradicts another: its field, and why, as the rest of a sentence. */
export interface ExceptionFault {
  field: keyof ExceptionTexts
  message: string
}

/** The public holidays of a country. */
export interface Holidays extends KnownHolidays {
  daysOff: readonly DaysOff[]
}

/** What else counts, beside the texts of a project. */
export interface Around {
  now: Date
  /** The days off of all projects. */
  daysOff: readonly DaysOff[]
  /** What suspends all projects; undefined when nothing does. */
  suspension: Hold | undefined
  /** For a country that is not known, a text that says so, as the rest of a sentence. */
  holidaysOf(country: string): Holidays | string
}

const dayMs = 24 * 60 * 60 * 1000
const furthestDays = 90
const most = { skips: 20, characters: 1024 } as const

/** The calendar looks so far ahead. */
const horizonMs = 92 * dayMs

/**
 * Reads the exceptions of a project. The faults are all there are. What cannot be understood keeps the project awake until
 * somebody fixes it, since whoever wrote it wanted to depart from the schedule, and waking costs less than a lost evening.
 */
export function readExceptions(
  texts: Partial<ExceptionTexts>,
  around: Around,
): { exceptions: Exceptions; faults: ExceptionFault[] } {
  const faults: ExceptionFault[] = []
  const refuse = (field: keyof ExceptionTexts, message: string): undefined => void faults.push({ field, message })
  const timeOf = (field: keyof ExceptionTexts, text: string): Date | undefined => {
    const time = text.length > most.characters ? undefined : readTime(text.trim())
    if (time === undefined)
      return refuse(field, `is ${quote(text)}, not a time with an offset, such as 2027-01-31T18:00:00+09:00`)
    const isTooFar = time.getTime() - around.now.getTime() > furthestDays * dayMs
    return isTooFar ? refuse(field, `is ${quote(text)}, more than ${furthestDays} days ahead`) : time
  }
  const awakeUntil = texts.awakeUntil === undefined ? undefined : timeOf('awakeUntil', texts.awakeUntil)
  const asleepUntil = texts.asleepUntil === undefined ? undefined : timeOf('asleepUntil', texts.asleepUntil)
  const skips = skipsOf(texts.skip ?? '', timeOf, refuse)
  const daysOff = readDaysOff(texts.daysOff ?? '', 'days-off')
  for (const wrong of daysOff.wrong) refuse('daysOff', wrong)
  const holidays = holidaysOf(texts.holidays, around, refuse)
  const suspension = suspensionOf(texts.suspend, timeOf)
  const { enforce = 'false' } = texts
  if (enforce !== 'true' && enforce !== 'false') refuse('enforce', `is ${quote(enforce)}, neither true nor false`)
  const [unreadable] = faults
  if (holidays !== undefined && new Date(around.now.getTime() + horizonMs).getUTCFullYear() > holidays.untilYear)
    refuse(
      'holidays',
      `are known until ${holidays.untilYear} only: install a newer release, or list the days in days-off`,
    )
  if (texts.awakeUntil !== undefined && texts.asleepUntil !== undefined)
    refuse('asleepUntil', 'contradicts awake-until, and counts for nothing: remove one of the two')
  const hold =
    unreadable === undefined
      ? holdOf({ awakeUntil, asleepUntil })
      : awake(Number.POSITIVE_INFINITY, `${exceptionNames[unreadable.field]} cannot be understood`)
  return {
    exceptions: {
      hold,
      suspension: later(suspension, around.suspension),
      skips,
      daysOff: [...daysOff.daysOff, ...(holidays?.daysOff ?? []), ...around.daysOff],
      holidays,
      enforce: enforce === 'true',
    },
    faults,
  }
}

/** The exceptions by the names that people write. */
export const exceptionNames = {
  awakeUntil: 'awake-until',
  asleepUntil: 'asleep-until',
  skip: 'skip',
  daysOff: 'days-off',
  holidays: 'holidays',
  suspend: 'suspend',
  enforce: 'enforce',
} as const satisfies Record<keyof ExceptionTexts, string>

type TimeOf = (field: keyof ExceptionTexts, text: string) => Date | undefined
type Refuse = (field: keyof ExceptionTexts, message: string) => undefined

function skipsOf(text: string, timeOf: TimeOf, refuse: Refuse): Date[] {
  const times = text
    .slice(0, most.characters)
    .split(/[;,\n]/)
    .map((one) => one.trim())
    .filter((one) => one !== '')
  if (text.length > most.characters || times.length > most.skips) {
    refuse('skip', `has more than ${most.skips} times or ${most.characters} characters: ${quote(text)}`)
    return []
  }
  return times.flatMap((one) => timeOf('skip', one) ?? [])
}

function holidaysOf(country: string | undefined, { holidaysOf }: Around, refuse: Refuse): Holidays | undefined {
  if (country === undefined) return undefined
  const found = holidaysOf(country.trim())
  return typeof found === 'string' ? refuse('holidays', found) : found
}

/** Reads `suspend`: true, a time, or false, which is the same as nothing. */
function suspensionOf(text: string | undefined, timeOf: TimeOf): Hold | undefined {
  if (text === undefined || text === 'false') return undefined
  const until = text === 'true' ? Number.POSITIVE_INFINITY : timeOf('suspend', text)?.getTime()
  return until === undefined ? undefined : suspended(until, 'suspended')
}

/** Everything is put off until then. */
export const suspended = (untilMs: number, because: string): Hold => ({
  actions: bothDirections,
  untilMs,
  because,
  isOutage: true,
})

const awake = (untilMs: number, because: string): Hold => ({
  actions: ['scale-down'],
  untilMs,
  because,
  isOutage: false,
})

function holdOf({
  awakeUntil,
  asleepUntil,
}: {
  awakeUntil: Date | undefined
  asleepUntil: Date | undefined
}): Hold | undefined {
  if (awakeUntil !== undefined) return awake(awakeUntil.getTime(), exceptionNames.awakeUntil)
  if (asleepUntil === undefined) return undefined
  return { actions: ['scale-up'], untilMs: asleepUntil.getTime(), because: exceptionNames.asleepUntil, isOutage: false }
}

const later = (a: Hold | undefined, b: Hold | undefined): Hold | undefined =>
  a !== undefined && b !== undefined ? (a.untilMs > b.untilMs ? a : b) : (a ?? b)
