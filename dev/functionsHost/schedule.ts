import { Cron } from 'croner'
import { HostError } from './hostError.ts'

/** The times at which a timer runs, in UTC as on Flex Consumption. */
export interface Schedule {
  /** The first occurrence after `time`; undefined when there is none, as on February 30. */
  next(time: Date): Date | undefined
}

const names = 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sun|mon|tue|wed|thu|fri|sat'
const field = new RegExp(`^(?:\\d+|\\*|${names}|[,/-])+$`, 'i')

/**
 * Parses an NCRONTAB expression: six fields, seconds first. Five fields are one without seconds, as in Azure. Syntax
 * that croner knows and NCRONTAB does not (L, W, #, ?, nicknames) is refused: it would fail once deployed.
 * @throws HostError
 */
export function parseSchedule(expression: string): Schedule {
  const fields = expression.trim().split(/\s+/)
  const weekday = fields.at(-1) ?? ''
  const known = (fields.length === 5 || fields.length === 6) && fields.every((text) => field.test(text))
  if (!known || /(?:^|[,-])7/.test(weekday)) throw invalid(expression)
  try {
    const cron = new Cron(fields.join(' '), {
      paused: true,
      timezone: 'UTC',
      mode: '5-or-6-parts',
      // In NCRONTAB the day of the month and the day of the week must both match, and 5/15 means 5-59/15.
      domAndDow: true,
      sloppyRanges: true,
    })
    return { next: (time) => cron.nextRun(time) ?? undefined }
  } catch (cause) {
    throw invalid(expression, cause)
  }
}

/** Whether Azure keeps a status for the schedule. It does not when two occurrences are less than a minute apart. */
export function isMonitored(schedule: Schedule, now: Date): boolean {
  let time = schedule.next(now)
  for (let count = 0; time && count < 4; count++) {
    const after = schedule.next(time)
    if (after && after.getTime() - time.getTime() < 60_000) return false
    time = after
  }
  return true
}

function invalid(expression: string, cause?: unknown): HostError {
  return new HostError(
    `"${expression}" is not an NCRONTAB schedule: write six fields {second} {minute} {hour} {day} {month} {day of week 0-6}, for example "0 */5 * * * *".`,
    { cause },
  )
}
