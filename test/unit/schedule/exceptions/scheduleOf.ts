import {
  type ExceptionTexts,
  type Holidays,
  type PlannedTransition,
  readExceptions,
  readSchedule,
  type Schedule,
} from '../../../../shared/schedule/index.ts'

/** A schedule of lines, each divided by semicolons; by default nights from 22:00 to 07:00 in UTC. */
export function scheduleOf({ scaleDown = '0 22 * * *', scaleUp = '0 7 * * *', timeZone = 'UTC' } = {}): Schedule {
  const { schedule, faults } = readSchedule({ scaleDown, scaleUp, timeZone })
  if (schedule === undefined) throw new Error(faults.map(({ message }) => message).join('; ') || 'it has no line')
  return schedule
}

const midnight = Date.parse('2027-01-11')

/** Two countries: one whose holidays are known for long, and one for which they end with 2026. */
export const holidaysOf = (country: string): Holidays | string =>
  ({
    JP: {
      country: 'JP',
      source: 'here',
      daysOff: [{ fromWallMs: midnight, toWallMs: midnight + 86_400_000, because: 'holiday: 成人の日' }],
      untilYear: 2030,
    },
    XX: { country: 'XX', source: 'here', daysOff: [], untilYear: 2026 },
  })[country] ?? 'is no country whose holidays are known'

/** The exceptions of texts, and their faults. By default it is Monday, January 4, 2027, at noon. */
export const read = (texts: Partial<ExceptionTexts>, now = new Date('2027-01-04T12:00:00Z')) =>
  readExceptions(texts, { now, daysOff: [], suspension: undefined, holidaysOf })

/** E.g. `scale-down 2027-01-04T22:00 0 22 * * *`; one that does not act is in brackets. */
export function describeTransition({ action, at, because, acts }: PlannedTransition): string {
  const text = `${action} ${at.toISOString().slice(0, 16)} ${because}`
  return acts ? text : `(${text})`
}
