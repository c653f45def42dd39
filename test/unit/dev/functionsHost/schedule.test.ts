import { expect, test } from '@jest/globals'
import { isMonitored, parseSchedule } from '../../../../dev/functionsHost/schedule.ts'
import { resume } from '../../../../dev/functionsHost/scheduleStatus.ts'

test.each([
  ['0 */5 * * * *', '2026-11-23T10:02:30Z', '2026-11-23T10:05:00Z', 'the first of six fields is the seconds'],
  ['*/5 * * * *', '2026-11-23T10:02:30Z', '2026-11-23T10:05:00Z', 'the first of five fields is the minutes'],
  ['0 0 20 * * Mon-Fri', '2026-11-27T20:00:00Z', '2026-11-30T20:00:00Z', 'days have names'],
  ['0 5/20 * * * *', '2026-11-23T10:05:00Z', '2026-11-23T10:25:00Z', 'a start with a step goes to the end of the hour'],
  ['0 30 1 29 3 *', '2026-03-28T00:00:00Z', '2026-03-29T01:30:00Z', 'times are UTC, which has no missing hour'],
  ['0 0 0 13 * 5', '2026-01-01T00:00:00Z', '2026-02-13T00:00:00Z', 'day of month and day of week must both match'],
])('%s after %s is due at %s, because %s', (...[expression, after, due]) => {
  expect(parseSchedule(expression).next(new Date(after))).toEqual(new Date(due))
})

test.each([
  ['', 'it is empty'],
  ['* * * *', 'it has four fields'],
  ['0 0 0 1 1 * 2027', 'it has a year'],
  ['@daily', 'nicknames are not NCRONTAB'],
  ['0 0 0 L * *', 'L is not NCRONTAB'],
  ['0 0 0 ? * 1', '? is not NCRONTAB'],
  ['0 0 0 * * 5#2', '# is not NCRONTAB'],
  ['0 0 0 * * 7', 'Sunday is 0'],
  ['0 61 * * * *', 'no hour has a minute 61'],
  ['00:05:00', 'a time span works on dedicated plans only'],
])('%j is refused, because %s', (expression) => {
  expect(() => parseSchedule(expression)).toThrow(/is not an NCRONTAB schedule/)
})

test.each([
  ['0 * * * * *', true, 'it runs each minute'],
  ['*/30 * * * * *', false, 'it runs twice a minute'],
  ['0,10 0 * * * *', false, 'two of its runs are 10 seconds apart'],
  ['0 0 0 30 2 *', true, 'it never runs'],
])('whether Azure keeps a status for %s is %j, because %s', (expression, monitored) => {
  expect(isMonitored(parseSchedule(expression), new Date('2026-11-23T10:00:30Z'))).toBe(monitored)
})

const hourly = parseSchedule('0 0 * * * *')
const at = (time: string) => `2026-11-23T${time}:00.000Z`

test.each([
  ['nothing was kept', undefined, false, at('11:00')],
  [
    'the next run is still to come',
    { last: at('10:00'), next: at('11:00'), lastUpdated: at('10:00') },
    false,
    at('11:00'),
  ],
  ['one run was missed', { last: at('09:00'), next: at('10:00'), lastUpdated: at('09:00') }, true, at('10:00')],
  ['many runs were missed', { last: at('01:00'), next: at('02:00'), lastUpdated: at('01:00') }, true, at('02:00')],
  ['it never ran before', { last: '', next: at('10:00'), lastUpdated: at('09:30') }, true, at('10:00')],
  [
    'the schedule was another one',
    { last: at('09:00'), next: at('09:30'), lastUpdated: at('09:00') },
    false,
    at('11:00'),
  ],
])('a host that starts at 10:20 finds what is due when %s', (...[, found, isPastDue, next]) => {
  expect(resume(hourly, found, new Date(at('10:20')))).toMatchObject({ isPastDue, status: { next } })
})
