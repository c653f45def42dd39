import { Cron } from 'croner'

/** The times at which Azure Functions runs a timer, in UTC as on Flex Consumption. */
export interface Ncrontab {
  /** The first occurrence after `time`; undefined when there is none, as on February 30. */
  next(time: Date): Date | undefined
}

/** A text that is not NCRONTAB. The message does not quote it. */
export class NcrontabError extends Error {
  override readonly name = 'NcrontabError'
}

const names = 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sun|mon|tue|wed|thu|fri|sat'
const field = new RegExp(`^(?:\\d+|\\*|${names}|[,/-])+$`, 'i')

/**
 * Parses an NCRONTAB expression: six fields, seconds first. Azure takes five fields for an expression without seconds,
 * and so does this. Features of croner that NCRONTAB lacks (L, W, #, ?, nicknames) are refused, because they would fail
 * once deployed.
 * @throws NcrontabError
 */
export function parseNcrontab(expression: string): Ncrontab {
  const fields = expression.trim().split(/\s+/)
  const weekday = fields.at(-1) ?? ''
  const known = (fields.length === 5 || fields.length === 6) && fields.every((text) => field.test(text))
  if (!known || /(?:^|[,-])7/.test(weekday)) throw invalid()
  try {
    const cron = new Cron(fields.join(' '), {
      paused: true,
      // A named zone would ask Intl, whose first answer each cold start would wait for.
      utcOffset: 0,
      mode: '5-or-6-parts',
      // In NCRONTAB the day of the month and the day of the week must both match, and 5/15 means 5-59/15.
      domAndDow: true,
      sloppyRanges: true,
    })
    return { next: (time) => cron.nextRun(time) ?? undefined }
  } catch (cause) {
    throw invalid(cause)
  }
}

const invalid = (cause?: unknown): NcrontabError =>
  new NcrontabError(
    'is not an NCRONTAB schedule: write six fields {second} {minute} {hour} {day} {month} {day of week 0-6}, for example "0 */5 * * * *"',
    { cause },
  )
