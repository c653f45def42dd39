import { describe, expect, test } from '@jest/globals'
import { clockTime, dayAndTime, describeZone, timeUntil } from '../../../../../dev/start/screen/localTime.ts'
import { scheduleTable } from '../../../../../dev/start/screen/scheduleTable.ts'

const now = new Date('2026-11-27T12:57:00Z')

function project(name: string, zone: string, next: { scale_down?: string; scale_up?: string } = {}) {
  return { name, schedule: { time_zone: zone }, next_transitions: next, faults: [] }
}
const nightly = { scale_down: '2026-11-27T13:00:00.000Z', scale_up: '2026-11-29T22:00:00.000Z' }

describe('the table of the schedules', () => {
  test('has the reader’s time, how long it takes, and UTC, in the order of time', () => {
    const other = project('b', 'Asia/Tokyo', { scale_down: '2026-11-27T14:00:00.000Z' })
    expect(scheduleTable([project('project-a', 'Asia/Tokyo', nightly), other], { now, timeZone: 'Asia/Tokyo' })).toBe(
      [
        '  Fri 27 Nov 22:00  in 3 min   project-a falls asleep  Fri 27 Nov 13:00 UTC',
        '  Fri 27 Nov 23:00  in 63 min  b falls asleep          Fri 27 Nov 14:00 UTC',
        '  Mon 30 Nov 07:00  in 2 days  project-a wakes         Sun 29 Nov 22:00 UTC',
      ].join('\n'),
    )
  })

  test('has the time of the project’s own zone where it is another', () => {
    const table = scheduleTable([project('a', 'America/New_York', nightly)], { now, timeZone: 'Asia/Tokyo' })
    expect(table).toContain('Fri 27 Nov 13:00 UTC  Fri 27 Nov 08:00 America/New_York')
  })

  test('says each time once to a reader in UTC', () => {
    expect(scheduleTable([project('a', 'UTC', nightly)], { now, timeZone: 'UTC' })).toBe(
      '  Fri 27 Nov 13:00  in 3 min   a falls asleep\n  Sun 29 Nov 22:00  in 2 days  a wakes',
    )
  })

  test('names the projects without a schedule, and what is wrong with one', () => {
    const wrong = { ...project('b', 'UTC'), faults: ['project b: "22:00" is no cron line'] }
    expect(scheduleTable([project('a', 'UTC'), wrong], { now, timeZone: 'UTC' })).toBe(
      '  a has no schedule\n  project b: "22:00" is no cron line',
    )
  })

  test('is empty without projects', () => {
    expect(scheduleTable([], { now, timeZone: 'UTC' })).toBe('')
  })
})

describe('a time for people', () => {
  test.each([
    ['Asia/Tokyo', 'Asia/Tokyo (UTC+09:00)'],
    ['America/New_York', 'America/New_York (UTC-05:00)'],
    ['Asia/Kolkata', 'Asia/Kolkata (UTC+05:30)'],
    ['UTC', 'UTC'],
    ['Europe/London', 'Europe/London (UTC)'],
  ])('is in a zone that is named with its offset: %s', (zone, described) => {
    expect(describeZone(zone, now)).toBe(described)
  })

  test('has the offset of the day, not of today', () => {
    expect(describeZone('Europe/Berlin', new Date('2026-07-01T00:00:00Z'))).toBe('Europe/Berlin (UTC+02:00)')
  })

  test('is midnight at 00, not at 24', () => {
    const midnight = new Date('2026-11-27T15:00:00Z')
    expect([clockTime(midnight, 'Asia/Tokyo'), dayAndTime(midnight, 'Asia/Tokyo')]).toEqual([
      '00:00:00',
      'Sat 28 Nov 00:00',
    ])
  })

  test.each([
    [0, 'in 0 min'],
    [3, 'in 3 min'],
    [89, 'in 89 min'],
    [90, 'in 2 h'],
    [18 * 60, 'in 18 h'],
    [3 * 24 * 60, 'in 3 days'],
    [-1, 'in 0 min'],
  ])('is %i minutes away: %s', (minutes, said) => {
    expect(timeUntil(new Date(now.getTime() + minutes * 60_000), now)).toBe(said)
  })
})
