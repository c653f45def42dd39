import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  type Applied,
  dueTransition,
  nextTransitions,
  noExceptions,
  readSchedule,
  type Schedule,
} from '../../../shared/schedule/index.ts'

const longAgo: Applied = { 'scale-up': new Date(0) }

interface Lines {
  scaleDown: string[]
  scaleUp: string[]
  timeZone: string
}

function scheduleOf({ scaleDown = [], scaleUp = [], timeZone = 'UTC' }: Partial<Lines>): Schedule {
  const texts = { scaleDown: scaleDown.join('; '), scaleUp: scaleUp.join('; '), timeZone }
  const { schedule, faults } = readSchedule(texts)
  if (schedule === undefined) throw new Error(faults.map(({ message }) => message).join('; ') || 'it has no line')
  return schedule
}

/** The newest transition, however late it is, as in `scale-down 2026-01-01T13:00:00Z`; or `none`, or `record`. */
function newestOf(changes: Partial<Lines>, now: string): string {
  const due = dueTransition(scheduleOf(changes), noExceptions, { now: new Date(now), applied: longAgo, tickMs: 0 })
  if (due.kind === 'none' || due.kind === 'record') return due.kind
  return `${due.transition.action} ${due.transition.at.toISOString().replace('.000', '')}`
}

describe('the newest transition', () => {
  const at22 = ['0 22 * * *']
  const at0230 = ['30 2 * * *']
  const at0 = ['0 0 * * *']
  test.each([
    // Without daylight saving time.
    ['Asia/Tokyo', at22, '2026-01-10T13:00:00Z', '2026-01-10T13:00:00Z', 'it is 22:00 to the second (UTC+9)'],
    ['Asia/Tokyo', at22, '2026-01-10T12:59:59Z', '2026-01-09T13:00:00Z', 'it is a second before 22:00'],
    ['Asia/Kolkata', at22, '2026-01-10T16:30:00Z', '2026-01-10T16:30:00Z', 'the offset has a half hour (UTC+5:30)'],
    // Berlin: clocks forward on 2026-03-29 and 2027-03-28 at 02:00, back on 2026-10-25 and 2027-10-31 at 03:00.
    ['Europe/Berlin', at22, '2026-03-28T21:00:00Z', '2026-03-28T21:00:00Z', 'it is winter (UTC+1)'],
    ['Europe/Berlin', at22, '2026-03-29T20:00:00Z', '2026-03-29T20:00:00Z', 'it is summer (UTC+2)'],
    [
      'Europe/Berlin',
      at0230,
      '2026-03-29T12:00:00Z',
      '2026-03-29T01:00:00Z',
      '02:30 is skipped, so it comes when the gap ends',
    ],
    ['Europe/Berlin', at0230, '2026-03-29T00:59:59Z', '2026-03-28T01:30:00Z', 'the gap has not come yet'],
    ['Europe/Berlin', at0230, '2027-03-28T12:00:00Z', '2027-03-28T01:00:00Z', '02:30 is skipped in the next year, too'],
    ['Europe/Berlin', at0230, '2026-10-25T00:30:00Z', '2026-10-25T00:30:00Z', 'it is the first 02:30'],
    ['Europe/Berlin', at0230, '2026-10-25T01:30:00Z', '2026-10-25T00:30:00Z', 'the second 02:30 does not count'],
    ['Europe/Berlin', at0230, '2027-10-31T12:00:00Z', '2027-10-31T00:30:00Z', 'nor does it in the next year'],
    ['Europe/Berlin', at22, '2026-10-25T21:00:00Z', '2026-10-25T21:00:00Z', 'it is winter again'],
    // New York: forward on 2026-03-08 and 2027-03-14 at 02:00, back on 2026-11-01 and 2027-11-07 at 02:00.
    [
      'America/New_York',
      at22,
      '2026-03-08T02:59:59Z',
      '2026-03-07T03:00:00Z',
      'it is a second before 22:00 in winter (UTC-5)',
    ],
    ['America/New_York', at0230, '2026-03-08T12:00:00Z', '2026-03-08T07:00:00Z', '02:30 is skipped'],
    ['America/New_York', at22, '2026-03-09T02:00:00Z', '2026-03-09T02:00:00Z', 'it is summer (UTC-4)'],
    [
      'America/New_York',
      ['30 1 * * *'],
      '2026-11-01T12:00:00Z',
      '2026-11-01T05:30:00Z',
      '01:30 comes twice, and the first one counts',
    ],
    ['America/New_York', at0230, '2027-03-14T12:00:00Z', '2027-03-14T07:00:00Z', '02:30 is skipped in the next year'],
    [
      'America/New_York',
      ['30 1 * * *'],
      '2027-11-07T12:00:00Z',
      '2027-11-07T05:30:00Z',
      '01:30 comes twice in the next year',
    ],
    // Zones with unusual offsets.
    [
      'Pacific/Chatham',
      at22,
      '2026-06-10T09:15:00Z',
      '2026-06-10T09:15:00Z',
      'the offset has three quarters (UTC+12:45)',
    ],
    ['Pacific/Chatham', ['0 3 * * *'], '2026-09-27T00:00:00Z', '2026-09-26T14:00:00Z', 'clocks go from 02:45 to 03:45'],
    [
      'Australia/Lord_Howe',
      ['15 2 * * *'],
      '2026-10-04T00:00:00Z',
      '2026-10-03T15:30:00Z',
      'clocks go from 02:00 to 02:30',
    ],
    [
      'Australia/Lord_Howe',
      ['45 1 * * *'],
      '2026-04-05T00:00:00Z',
      '2026-04-04T14:45:00Z',
      '01:45 comes twice, half an hour apart',
    ],
    [
      'America/Santiago',
      at0,
      '2026-09-06T12:00:00Z',
      '2026-09-06T04:00:00Z',
      'there is no midnight: the day begins at 01:00',
    ],
    ['Asia/Beirut', at0, '2026-03-29T12:00:00Z', '2026-03-28T22:00:00Z', 'there is no midnight in Beirut either'],
    // The calendar.
    ['UTC', ['0 22 29 2 *'], '2027-06-01T00:00:00Z', '2024-02-29T22:00:00Z', 'the last leap day was in 2024'],
    ['UTC', ['0 22 L * *'], '2027-03-01T00:00:00Z', '2027-02-28T22:00:00Z', 'February ended on the 28th'],
    ['UTC', ['0 22 31 * *'], '2026-07-01T00:00:00Z', '2026-05-31T22:00:00Z', 'June has no 31st'],
    ['UTC', ['0 22 * * MON-FRI'], '2026-11-22T12:00:00Z', '2026-11-20T22:00:00Z', 'it is Sunday, so it was on Friday'],
    ['UTC', ['0 22 * * FRI#2'], '2026-11-30T12:00:00Z', '2026-11-13T22:00:00Z', 'it comes on the second Friday'],
    [
      'UTC',
      ['0 12 * * *', '0 22 * * *'],
      '2026-11-22T23:00:00Z',
      '2026-11-22T22:00:00Z',
      'the later of two lines counts',
    ],
  ])('in %s of %j at %s is %s, because %s', (timeZone, scaleDown, now, at) => {
    expect(newestOf({ timeZone, scaleDown }, now)).toBe(`scale-down ${at}`)
  })

  test('is the scale-up when both fall on the same minute', () => {
    const both = { scaleDown: ['0 22 * * *'], scaleUp: ['0 22 * * SUN', '0 7 * * *'] }
    expect(newestOf(both, '2026-11-22T22:00:00Z')).toBe('scale-up 2026-11-22T22:00:00Z')
    expect(newestOf(both, '2026-11-23T22:00:00Z')).toBe('scale-down 2026-11-23T22:00:00Z')
  })

  test.each([
    ['2026-11-21T03:00:00Z', 'scale-down 2026-11-20T20:00:00Z', 'the scale-down of Friday lasts past midnight'],
    ['2026-11-23T05:59:59Z', 'scale-down 2026-11-20T20:00:00Z', 'it lasts over the weekend'],
    ['2026-11-23T06:00:00Z', 'scale-up 2026-11-23T06:00:00Z', 'it lasts until Monday morning'],
  ])('at %s is %s, because %s', (now, transition) => {
    expect(newestOf({ scaleDown: ['0 20 * * FRI'], scaleUp: ['0 6 * * MON'] }, now)).toBe(transition)
  })
})

describe('the transition that is due', () => {
  const nights = scheduleOf({ scaleDown: ['0 22 * * *'], scaleUp: ['0 7 * * *'] })
  const due = (now: string, applied: Applied, tickMs = 0) =>
    dueTransition(nights, noExceptions, { now: new Date(now), applied, tickMs })
  const down = new Date('2026-11-22T22:00:00Z')
  const up = new Date('2026-11-23T07:00:00Z')

  test('is none for a project that is seen for the first time: its past is recorded', () => {
    expect(due('2026-11-23T08:00:00Z', {})).toEqual({ kind: 'record', applied: { 'scale-down': down, 'scale-up': up } })
  })

  test('is none that was applied', () => {
    expect(due('2026-11-23T06:59:59Z', { 'scale-down': down })).toEqual({ kind: 'none' })
    expect(due('2026-11-23T08:00:00Z', { 'scale-down': down, 'scale-up': up })).toEqual({ kind: 'none' })
  })

  test('is none when what was applied lies in the future, which is recorded as now', () => {
    const now = '2026-11-23T06:00:00Z'
    const applied = { 'scale-down': new Date('2099-01-01T00:00:00Z'), 'scale-up': new Date('2026-11-22T07:00:00Z') }
    const corrected = { ...applied, 'scale-down': new Date(now) }
    expect(due(now, applied)).toEqual({ kind: 'record', applied: corrected })
    expect(due('2026-11-23T07:00:00Z', corrected)).toMatchObject({ kind: 'apply', transition: { at: up } })
  })

  test('is none that another host with a faster clock has applied', () => {
    const applied = { 'scale-down': down, 'scale-up': new Date('2026-11-22T07:00:00Z') }
    expect(due('2026-11-22T21:58:00Z', applied)).toEqual({ kind: 'none' })
  })

  test('is only the newest when two were missed', () => {
    const friday = { 'scale-down': new Date('2026-11-20T22:00:00Z'), 'scale-up': new Date('2026-11-21T07:00:00Z') }
    expect(due('2026-11-23T08:00:00Z', friday)).toEqual({ kind: 'apply', transition: { action: 'scale-up', at: up } })
  })

  test('is at first sight one that came since the last tick', () => {
    const tickMs = 5 * 60_000
    expect(due('2026-11-22T22:02:00Z', {}, tickMs)).toEqual({
      kind: 'apply',
      transition: { action: 'scale-down', at: down },
    })
    expect(due('2026-11-23T07:04:59Z', {}, tickMs)).toMatchObject({ kind: 'apply', transition: { at: up } })
    // The tick of 22:00 saw whoever was there.
    expect(due('2026-11-22T22:05:00Z', {}, tickMs).kind).toBe('record')
  })

  test('is a scale-down up to two hours late, and later only while the night is long', () => {
    const before = { 'scale-up': new Date('2026-11-22T07:00:00Z') }
    expect(due('2026-11-23T00:00:00Z', before)).toMatchObject({ kind: 'apply', transition: { at: down } })
    expect(due('2026-11-23T00:00:01Z', before)).toMatchObject({ kind: 'late', transition: { at: down } })
    expect(due('2026-11-23T04:59:59Z', before)).toMatchObject({ kind: 'late', transition: { at: down } })
    expect(due('2026-11-23T05:00:00Z', before)).toEqual({
      kind: 'skip',
      transition: { action: 'scale-down', at: down },
      why: 'it is 420 minutes late, and the next scale-up is at 2026-11-23T07:00:00.000Z',
    })
  })

  test('is no scale-down that is more than two hours late where nothing would end its night', () => {
    const endless = scheduleOf({ scaleDown: ['0 22 * * *'] })
    const late = (now: string) => {
      const applied = { 'scale-down': new Date('2026-11-21T22:00:00Z') }
      return dueTransition(endless, noExceptions, { now: new Date(now), applied, tickMs: 0 })
    }
    expect(late('2026-11-23T00:00:00Z').kind).toBe('apply')
    expect(late('2026-11-23T00:10:00Z')).toMatchObject({
      kind: 'skip',
      why: 'it is 130 minutes late, and its schedule has no scale-up',
    })
  })

  test('is a scale-up however late', () => {
    const thisWeek = scheduleOf({ scaleUp: ['0 7 * * MON'] })
    const applied = { 'scale-down': new Date('2026-11-20T22:00:00Z') }
    expect(
      dueTransition(thisWeek, noExceptions, { now: new Date('2026-11-29T00:00:00Z'), applied, tickMs: 0 }),
    ).toMatchObject({
      kind: 'apply',
      transition: { at: up },
    })
  })

  test('is known ahead of time for both directions', () => {
    expect(nextTransitions(nights, noExceptions, { now: new Date('2026-11-22T22:00:00Z'), applied: {} })).toEqual({
      'scale-down': new Date('2026-11-23T22:00:00Z'),
      'scale-up': up,
    })
    const berlin = scheduleOf({ scaleUp: ['30 2 * * *'], timeZone: 'Europe/Berlin' })
    expect(nextTransitions(berlin, noExceptions, { now: new Date('2026-03-28T12:00:00Z'), applied: {} })).toEqual({
      'scale-down': undefined,
      'scale-up': new Date('2026-03-29T01:00:00Z'),
    })
  })
})

describe('ticks at any spacing', () => {
  const zones = ['UTC', 'Asia/Tokyo', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/Santiago']
  const cron = fc
    .tuple(
      fc.integer({ min: 0, max: 59 }),
      fc.integer({ min: 0, max: 23 }),
      fc.constantFrom('*', 'MON-FRI', 'SUN', 'SAT#1'),
    )
    .map(([minute, hour, day]) => `${minute} ${hour} * * ${day}`)
  const some = fc.array(cron, { minLength: 1, maxLength: 2 })
  const minuteMs = 60_000

  /** Ticks as the timers do, and returns the applied transitions in order, and the last action. */
  function run(schedule: Schedule, ticks: number[]) {
    let applied: Applied = {}
    const done: string[] = []
    for (const tick of ticks) {
      const due = dueTransition(schedule, noExceptions, { now: new Date(tick), applied, tickMs: 0 })
      if (due.kind === 'record') applied = due.applied
      if (due.kind !== 'apply') continue
      const { action, at } = due.transition
      applied = { ...applied, [action]: at }
      done.push(`${at.toISOString()} ${action}`)
    }
    return { done, state: done.at(-1)?.split(' ').at(1) }
  }

  test('end in the same state as a tick in every minute, and apply no transition twice or out of order', () => {
    const start = fc.constantFrom(
      '2026-03-07',
      '2026-03-28',
      '2026-04-04',
      '2026-09-05',
      '2026-10-24',
      '2026-10-31',
      '2026-06-01',
    )
    fc.assert(
      fc.property(
        fc.record({ scaleDown: some, scaleUp: some, timeZone: fc.constantFrom(...zones) }),
        start,
        // Ticks are less than two hours apart: otherwise a scale-down may rightly be skipped as too late.
        fc.array(fc.integer({ min: 1, max: 119 }), { minLength: 10, maxLength: 25 }),
        (written, day, gaps) => {
          const schedule = scheduleOf(written)
          const from = Date.parse(day)
          const ticks = [from]
          for (const gap of gaps) ticks.push((ticks.at(-1) ?? from) + gap * minuteMs)
          const until = ticks.at(-1) ?? from
          const eachMinute = Array.from(
            { length: (until - from) / minuteMs + 1 },
            (_, minute) => from + minute * minuteMs,
          )
          const [sparse, dense] = [run(schedule, ticks), run(schedule, eachMinute)]
          expect(sparse.state).toBe(dense.state)
          for (const { done } of [sparse, dense]) expect(done).toEqual([...new Set(done)].toSorted())
        },
      ),
      { numRuns: 20 },
    )
  })
})
