import { expect, test } from '@jest/globals'
import { clockTime, lengthOf, timeOfInput, withClockTimes } from '../../../page/view/times.ts'

const now = Date.parse('2026-11-28T12:00:00Z')
const inBerlin = { language: 'en', timeZone: 'Europe/Berlin' }

test.each([
  ['2026-11-28T21:00:00Z', inBerlin, '22:00', 'today it is the clock alone'],
  ['2026-11-28T23:30:00Z', inBerlin, 'Sun 00:30', 'in Berlin it is tomorrow'],
  ['2026-11-28T23:30:00Z', { ...inBerlin, timeZone: 'UTC' }, '23:30', 'in UTC it is today'],
  ['2026-12-24T21:00:00Z', inBerlin, 'Dec 24 22:00', 'far away a date is clearer'],
  ['2026-11-30T12:00:00Z', { language: 'ja', timeZone: 'Asia/Tokyo' }, '月曜日 21:00', 'in Japanese'],
])('%s is shown to %j as %p, as %s', (time, reader, shown) => expect(clockTime(time, now, reader)).toBe(shown))

test.each([
  [72 * 60_000, '1 hr 12 min'],
  [26 * 3_600_000, '1 day 2 hr'],
  [24 * 3_600_000 + 60_000, '1 day'],
  [60_000, '1 min'],
  [19_500, '20 sec'],
  [-5000, '0 sec'],
])('%p ms are %p', (ms, shown) => expect(lengthOf(ms, 'en')).toBe(shown))

test('a sentence has its times as the clock of the reader shows them', () =>
  expect(withClockTimes('Kept awake until 2026-11-28T18:40:53.352Z, was 2026-11-28T17:00Z', now, inBerlin)).toBe(
    'Kept awake until 19:40, was 18:00',
  ))

test('a field for a time that is empty or no time has none', () =>
  expect(['', 'soon'].map(timeOfInput)).toEqual([undefined, undefined]))
