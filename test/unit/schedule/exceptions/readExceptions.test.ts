import { describe, expect, test } from '@jest/globals'
import type { ExceptionTexts } from '../../../../shared/schedule/index.ts'
import { read } from './scheduleOf.ts'

const messages = (texts: Partial<ExceptionTexts>) =>
  read(texts).faults.map(({ field, message }) => `${field} ${message}`)

test('what can be understood has no fault', () => {
  expect(
    messages({
      awakeUntil: '2027-01-04T23:00+09:00',
      skip: '2027-01-05T07:00:00Z, 2027-01-06T07:00:00Z',
      daysOff: '2026-12-29..2027-01-03; 2027-02-11',
      holidays: 'JP',
      suspend: 'false',
    }),
  ).toEqual([])
})

describe('what cannot be understood is told, all of it', () => {
  test.each<[Partial<ExceptionTexts>, string[]]>([
    [
      { awakeUntil: 'tomorrow', asleepUntil: '2027-01-05' },
      [
        'awakeUntil is "tomorrow", not a time with an offset, such as 2027-01-31T18:00:00+09:00',
        'asleepUntil is "2027-01-05", not a time with an offset, such as 2027-01-31T18:00:00+09:00',
        'asleepUntil contradicts awake-until, and counts for nothing: remove one of the two',
      ],
    ],
    [{ awakeUntil: '2027-04-05T12:00:00Z' }, ['awakeUntil is "2027-04-05T12:00:00Z", more than 90 days ahead']],
    [
      { skip: '2027-02-30T07:00:00Z, 2027-01-05T07:00:00Z' },
      ['skip is "2027-02-30T07:00:00Z", not a time with an offset, such as 2027-01-31T18:00:00+09:00'],
    ],
    [
      { skip: Array.from({ length: 21 }, () => '2027-01-05T07:00Z').join(',') },
      [expect.stringMatching(/^skip has more than 20 times or 1024 characters: "/) as unknown as string],
    ],
    [
      { daysOff: '2027-02-30; 2027-01-03..2026-12-29; 2027-01-01..2029-01-01; 2027-01-01' },
      [
        'daysOff holds "2027-02-30", which is no day such as 2027-02-11 and no range such as 2026-12-29..2027-01-03',
        'daysOff holds "2027-01-03..2026-12-29", which ends before it begins',
        'daysOff holds "2027-01-01..2029-01-01", which is longer than 366 days',
      ],
    ],
    [{ daysOff: 'x'.repeat(5000) }, ['daysOff has 5000 characters, more than the 4096 of a list of days']],
    [{ holidays: 'Japan' }, ['holidays is no country whose holidays are known']],
    [
      { daysOff: `2027-01-01 .. 2027-01-03 Year end .. or so; 2027-01-01x; 2027-01-04 ${'x'.repeat(101)}` },
      [
        'daysOff holds "2027-01-01x", which is no day such as 2027-02-11 and no range such as 2026-12-29..2027-01-03',
        expect.stringMatching(/^daysOff holds "2027-01-04 x.*", whose name is longer than 100/) as unknown as string,
      ],
    ],
    [{ holidays: 'XX' }, ['holidays are known until 2026 only: install a newer release, or list the days in days-off']],
    [{ suspend: 'yes' }, ['suspend is "yes", not a time with an offset, such as 2027-01-31T18:00:00+09:00']],
  ])('%j', (texts, expected) => {
    expect(messages(texts)).toEqual(expected)
  })
})

test('what is told repeats at most 100 characters of what somebody wrote', () => {
  for (const field of ['awakeUntil', 'asleepUntil', 'skip', 'daysOff', 'holidays', 'suspend'] as const) {
    const [fault] = read({ [field]: '\u202e'.repeat(200_000) }).faults
    expect(fault?.message.length).toBeLessThan(1100)
  }
})

test('a day off may have a name, which is told without what could mislead', () => {
  const { daysOff } = read({ daysOff: '2026-12-29..2027-01-03 年末年始; 2027-02-11; 2027-02-12  a\u202eb' }).exceptions
  expect(daysOff.map(({ because }) => because)).toEqual(['days-off: 年末年始', 'days-off', 'days-off: a\\u{202e}b'])
})
