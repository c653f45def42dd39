import { expect, test } from '@jest/globals'
import { isMonitored, resume } from '../../../../dev/functionsHost/scheduleStatus.ts'
import { parseNcrontab } from '../../../../shared/schedule/index.ts'

test.each([
  ['0 * * * * *', true, 'it runs each minute'],
  ['*/30 * * * * *', false, 'it runs twice a minute'],
  ['0,10 0 * * * *', false, 'two of its runs are 10 seconds apart'],
  ['0 0 0 30 2 *', true, 'it never runs'],
])('whether %s has a status kept is %j, because %s', (expression, monitored) => {
  expect(isMonitored(parseNcrontab(expression), new Date('2026-11-23T10:00:30Z'))).toBe(monitored)
})

const hourly = parseNcrontab('0 0 * * * *')
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
])('a host that starts at 10:20, when %s', (...[, found, isPastDue, next]) => {
  expect(resume(hourly, found, new Date(at('10:20')))).toMatchObject({ isPastDue, status: { next } })
})
