import { describe, expect, test } from '@jest/globals'
import type { Calendar } from '../../../page/api/answers.ts'
import { daysOf } from '../../../page/view/nights.ts'

const calendar = (from: string, to: string): Calendar => ({
  from,
  to,
  transitions: [],
  intervals: [{ state: 'awake', from, to }],
})

describe('the days of a calendar', () => {
  test('begin at midnight of the project, wherever the reader is', () => {
    const days = daysOf(calendar('2026-11-28T13:00:00Z', '2026-12-01T13:00:00Z'), 'Asia/Tokyo')
    expect(days.map(({ startMs }) => new Date(startMs).toISOString())).toEqual([
      '2026-11-27T15:00:00.000Z',
      '2026-11-28T15:00:00.000Z',
      '2026-11-29T15:00:00.000Z',
      '2026-11-30T15:00:00.000Z',
    ])
  })

  test.each([
    ['Europe/Berlin', '2026-03-28T12:00:00Z', [24, 23, 24], 'the clock goes forward'],
    ['Europe/Berlin', '2026-10-24T12:00:00Z', [24, 25, 24], 'the clock goes back'],
    ['Australia/Lord_Howe', '2026-10-03T12:00:00Z', [24, 23.5, 24], 'the clock goes forward by half an hour'],
    ['America/Santiago', '2026-09-05T12:00:00Z', [24, 23, 24], 'the day begins at 01:00'],
  ])('in %s from %s have %j hours, as %s', (zone, from, hours) => {
    const to = new Date(Date.parse(from) + 46 * 3_600_000).toISOString()
    const days = daysOf(calendar(from, to), zone)
    expect(days.map((day) => day.hours)).toEqual(hours)
  })

  test('have the intervals as shares of the day, and what an exception leaves out as a note', () => {
    const from = '2026-11-28T12:00:00Z'
    const [today, tomorrow] = daysOf(
      {
        from,
        to: '2026-11-30T00:00:00Z',
        transitions: [
          { action: 'scale-down', at: '2026-11-28T18:00:00Z', acts: true, because: '0 18 * * *' },
          { action: 'scale-up', at: '2026-11-29T06:00:00Z', acts: false, because: 'holiday: 勤労感謝の日' },
        ],
        intervals: [
          { state: 'awake', from, to: '2026-11-28T18:00:00Z' },
          { state: 'asleep', from: '2026-11-28T18:00:00Z', to: '2026-11-30T00:00:00Z' },
        ],
      },
      'UTC',
    )
    expect(today?.spans).toEqual([
      { state: 'awake', from: 0.5, to: 0.75 },
      { state: 'asleep', from: 0.75, to: 1 },
    ])
    expect(tomorrow?.spans).toEqual([{ state: 'asleep', from: 0, to: 1 }])
    expect([today?.exceptions, tomorrow?.exceptions]).toEqual([[], ['holiday: 勤労感謝の日']])
  })
})
