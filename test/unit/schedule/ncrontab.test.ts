import { expect, test } from '@jest/globals'
import { parseNcrontab } from '../../../shared/schedule/index.ts'

test.each([
  ['0 */5 * * * *', '2026-11-23T10:02:30Z', '2026-11-23T10:05:00Z', 'of six fields the first is the seconds'],
  ['*/5 * * * *', '2026-11-23T10:02:30Z', '2026-11-23T10:05:00Z', 'of five fields the first is the minutes'],
  ['0 0 20 * * Mon-Fri', '2026-11-27T20:00:00Z', '2026-11-30T20:00:00Z', 'days have names'],
  ['0 5/20 * * * *', '2026-11-23T10:05:00Z', '2026-11-23T10:25:00Z', 'a start with a step goes to the end of the hour'],
  ['0 30 1 29 3 *', '2026-03-28T00:00:00Z', '2026-03-29T01:30:00Z', 'times are UTC, which has no missing hour'],
  ['0 0 0 13 * 5', '2026-01-01T00:00:00Z', '2026-02-13T00:00:00Z', 'day of month and day of week must both match'],
])('%s after %s is due at %s, because %s', (...[expression, after, due]) => {
  expect(parseNcrontab(expression).next(new Date(after))).toEqual(new Date(due))
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
  expect(() => parseNcrontab(expression)).toThrow(/is not an NCRONTAB schedule/)
})
