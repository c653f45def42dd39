import { describe, expect, test } from '@jest/globals'
import { createHolidays } from '../../../shared/holidays/index.ts'
import type { Holidays } from '../../../shared/schedule/index.ts'

const in2026 = new Date('2026-11-28T12:00:00Z')
const holidaysOf = createHolidays(() => in2026)

function known(country: string): Holidays {
  const found = holidaysOf(country)
  if (typeof found === 'string') throw new Error(found)
  return found
}

/** E.g. `2026-01-12 holiday: 成人の日`, each day of a year. */
const daysOf = (country: string, year: number): string[] =>
  known(country).daysOff.flatMap(({ fromWallMs, toWallMs, because }) => {
    const days = Array.from({ length: (toWallMs - fromWallMs) / 86_400_000 }, (_, day) => {
      return new Date(fromWallMs + day * 86_400_000).toISOString().slice(0, 10)
    })
    return days.filter((day) => day.startsWith(String(year))).map((day) => `${day} ${because}`)
  })

// 内閣府「国民の祝日」: https://www8.cao.go.jp/chosei/shukujitsu/gaiyou.html
const official = {
  2026: '01-01 01-12 02-11 02-23 03-20 04-29 05-03 05-04 05-05 05-06 07-20 08-11 09-21 09-22 09-23 10-12 11-03 11-23',
  2027: '01-01 01-11 02-11 02-23 03-21 03-22 04-29 05-03 05-04 05-05 07-19 08-11 09-20 09-23 10-11 11-03 11-23',
}

describe('the public holidays of Japan', () => {
  test.each([2026, 2027] as const)('are in %i the days that the Cabinet Office has announced', (year) => {
    const days = daysOf('JP', year).map((day) => day.slice(5, 10))
    expect(days.join(' ')).toBe(official[year])
  })

  test('have their Japanese names', () => {
    expect(daysOf('JP', 2027)).toEqual(
      expect.arrayContaining(['2027-01-11 holiday: 成人の日', '2027-03-22 holiday: 春分の日 (振替休日)']),
    )
  })
})

test('a region has its own beside those of its country', () => {
  const [bavaria, hamburg] = [daysOf('DE-BY', 2026), daysOf('DE-HH', 2026)]
  expect(bavaria).toContain('2026-11-01 holiday: Allerheiligen')
  expect(hamburg).not.toContain('2026-11-01 holiday: Allerheiligen')
  expect(hamburg).toContain('2026-12-25 holiday: 1. Weihnachtstag')
})

test('they say until when they are known, and from where', () => {
  expect(known('JP')).toMatchObject({ country: 'JP', untilYear: 2031, source: 'date-holidays, CC BY-SA 3.0' })
})

test('those of next year are known, and those of the year after once it has begun', () => {
  let now = in2026
  const over = createHolidays(() => now)
  const years = () => {
    const found = over('JP')
    if (typeof found === 'string') throw new Error(found)
    return [...new Set(found.daysOff.map(({ fromWallMs }) => new Date(fromWallMs).getUTCFullYear()))]
  }
  expect(years()).toEqual([2025, 2026, 2027])
  now = new Date('2027-01-01T00:00:00Z')
  expect(years()).toEqual([2026, 2027, 2028])
})

test.each([
  'Japan',
  'jp',
  'XX',
  'DE-ZZ',
  'DE-BY-ZZ',
  'JP-13-1-1',
  'DE-toString',
  '',
  '__proto__',
  '\u202e'.repeat(100_000),
])('%.20s is no country, and that is said', (country) => {
  expect(holidaysOf(country)).toMatch(/^is ".*", which is no country whose holidays are known, such as JP or DE-BY$/)
})

test('a host computes a bounded number of states and regions, and every country', () => {
  const bounded = createHolidays(() => in2026)
  const states = ['BB', 'BE', 'BW', 'BY', 'HB', 'HE', 'HH', 'MV', 'NI', 'NW', 'RP', 'SH', 'SL', 'SN', 'ST', 'TH']
  const provinces = ['1', '2', '3', '4', '5', '6', '7', '8']
  const regions = [...states.map((state) => `DE-${state}`), ...provinces.map((province) => `AT-${province}`)]
  for (const country of [...regions, 'JP']) expect(bounded(country)).toMatchObject({ country })
  expect(bounded('AT-9')).toBe(
    'is "AT-9", and 24 other states and regions are in use: name the country, and list the other days in days-off',
  )
  for (const country of ['AT-8', 'AT']) expect(bounded(country)).toMatchObject({ country })
})
