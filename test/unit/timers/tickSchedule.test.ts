import { expect, test } from '@jest/globals'
import { readTickSchedule } from '../../../shared/timers/tickSchedule.ts'

test.each([
  ['missing', undefined],
  ['empty, which Azure takes for missing', ''],
])('the timers run every 5 minutes, without a fault, when SCHEDULE_TICK is %s', (_, setting) => {
  expect(readTickSchedule({ SCHEDULE_TICK: setting })).toEqual({ schedule: '0 */5 * * * *', fault: undefined })
})

test.each(['*/10 * * * * *', '*/5 * * * *', '0 0 20 * * Mon-Fri', '0 0 0 29 2 *'])(
  'the timers run at %s, which the host reads as it is',
  (setting) => {
    expect(readTickSchedule({ SCHEDULE_TICK: setting })).toEqual({ schedule: setting, fault: undefined })
  },
)

test.each([
  [
    'every hour',
    /^SCHEDULE_TICK is not an NCRONTAB schedule: write six fields .+; until it is corrected, the timers run every 5 minutes$/,
  ],
  ['00:05:00', /^SCHEDULE_TICK is not an NCRONTAB schedule/],
  ['0 0 0 30 2 *', /^SCHEDULE_TICK never comes: there is no such day; until it is corrected, /],
])('the timers run every 5 minutes when SCHEDULE_TICK is %j, and its fault does not quote it', (setting, sentence) => {
  const { schedule, fault } = readTickSchedule({ SCHEDULE_TICK: setting })
  expect(schedule).toBe('0 */5 * * * *')
  expect(fault).toMatch(sentence)
  expect(fault).not.toContain(setting)
})
