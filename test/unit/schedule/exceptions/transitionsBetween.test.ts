import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type ExceptionTexts, noExceptions, transitionsBetween } from '../../../../shared/schedule/index.ts'
import { describeTransition, read, scheduleOf } from './scheduleOf.ts'

/** The transitions of two days from Monday at noon on. */
function planned(texts: Partial<ExceptionTexts>, lines: Parameters<typeof scheduleOf>[0] = {}, days = 2): string[] {
  const from = new Date('2027-01-04T12:00:00Z')
  const to = new Date(from.getTime() + days * 86_400_000)
  return [...transitionsBetween(scheduleOf(lines), read(texts).exceptions, { from, to })].map(describeTransition)
}

const night4 = 'scale-down 2027-01-04T22:00 0 22 * * *'
const morning5 = 'scale-up 2027-01-05T07:00 0 7 * * *'
const night5 = 'scale-down 2027-01-05T22:00 0 22 * * *'
const morning6 = 'scale-up 2027-01-06T07:00 0 7 * * *'

test('without exceptions the cron lines say it', () => {
  expect(planned({})).toEqual([night4, morning5, night5, morning6])
})

describe('each rule', () => {
  test.each<[string, Partial<ExceptionTexts>, string[]]>([
    [
      'awake-until holds a scale-down, which acts at its end',
      { awakeUntil: '2027-01-04T23:30:00Z' },
      [
        '(scale-down 2027-01-04T22:00 awake-until)',
        'scale-down 2027-01-04T23:30 awake-until',
        morning5,
        night5,
        morning6,
      ],
    ],
    [
      'awake-until that ends after the scale-up ends with nothing',
      { awakeUntil: '2027-01-05T09:00:00Z' },
      ['(scale-down 2027-01-04T22:00 awake-until)', morning5, night5, morning6],
    ],
    [
      'awake-until that ends with the scale-up ends with nothing more',
      { awakeUntil: '2027-01-05T07:00:00Z' },
      ['(scale-down 2027-01-04T22:00 awake-until)', morning5, night5, morning6],
    ],
    [
      'awake-until that ends with the scale-down lets it act',
      { awakeUntil: '2027-01-04T22:00:00Z' },
      [night4, morning5, night5, morning6],
    ],
    [
      'awake-until by day ends with nothing',
      { awakeUntil: '2027-01-04T15:00:00Z' },
      [night4, morning5, night5, morning6],
    ],
    [
      'asleep-until holds a scale-up, which acts at its end',
      { asleepUntil: '2027-01-05T10:00:00+01:00' },
      [night4, '(scale-up 2027-01-05T07:00 asleep-until)', 'scale-up 2027-01-05T09:00 asleep-until', night5, morning6],
    ],
    [
      'asleep-until ends a nap by day, too',
      { asleepUntil: '2027-01-04T15:00:00Z' },
      ['scale-up 2027-01-04T15:00 asleep-until', night4, morning5, night5, morning6],
    ],
    [
      'asleep-until that ends at night ends with nothing',
      { asleepUntil: '2027-01-05T23:00:00Z' },
      [night4, '(scale-up 2027-01-05T07:00 asleep-until)', night5, morning6],
    ],
    [
      'both at once keep it awake, and asleep-until counts for nothing',
      { awakeUntil: '2027-01-04T23:00:00Z', asleepUntil: '2027-01-05T23:00:00Z' },
      [
        '(scale-down 2027-01-04T22:00 awake-until)',
        'scale-down 2027-01-04T23:00 awake-until',
        morning5,
        night5,
        morning6,
      ],
    ],
    [
      'skip leaves out the transitions at its times, and no other',
      { skip: '2027-01-05T07:00:00Z, 2027-01-05T22:00:00Z, 2027-01-05T22:01:00Z' },
      [night4, '(scale-up 2027-01-05T07:00 skip)', '(scale-down 2027-01-05T22:00 skip)', morning6],
    ],
    [
      'days-off leaves out what would wake it',
      { daysOff: '2027-01-05' },
      [night4, '(scale-up 2027-01-05T07:00 days-off)', night5, morning6],
    ],
    [
      'asleep-until does not wake it on a day off',
      { daysOff: '2027-01-05', asleepUntil: '2027-01-05T09:00:00Z' },
      [night4, '(scale-up 2027-01-05T07:00 days-off)', night5, morning6],
    ],
    [
      'suspend leaves out both directions',
      { suspend: 'true' },
      [night4, morning5, night5, morning6].map((one) => `(${one.split(' ').slice(0, 2).join(' ')} suspended)`),
    ],
    [
      'suspend that ends in time ends with the scale-down',
      { suspend: '2027-01-04T23:00:00Z' },
      ['(scale-down 2027-01-04T22:00 suspended)', 'scale-down 2027-01-04T23:00 suspended', morning5, night5, morning6],
    ],
    [
      'suspend that ends late in a night with hours to go ends with the scale-down as well',
      { suspend: '2027-01-05T04:00:00Z' },
      ['(scale-down 2027-01-04T22:00 suspended)', 'scale-down 2027-01-05T04:00 suspended', morning5, night5, morning6],
    ],
    [
      'suspend that ends shortly before the scale-up lets it pass',
      { suspend: '2027-01-05T06:00:00Z' },
      ['(scale-down 2027-01-04T22:00 suspended)', '(scale-down 2027-01-05T06:00 too late)', morning5, night5, morning6],
    ],
    [
      'suspend that ends by day ends with the scale-up',
      { suspend: '2027-01-05T10:00:00Z' },
      [
        '(scale-down 2027-01-04T22:00 suspended)',
        '(scale-up 2027-01-05T07:00 suspended)',
        'scale-up 2027-01-05T10:00 suspended',
        night5,
        morning6,
      ],
    ],
    [
      'awake-until that ends while it is suspended ends with the suspension',
      { awakeUntil: '2027-01-04T23:00:00Z', suspend: '2027-01-05T00:00:00Z' },
      [
        '(scale-down 2027-01-04T22:00 awake-until)',
        '(scale-down 2027-01-04T23:00 suspended)',
        'scale-down 2027-01-05T00:00 suspended',
        morning5,
        night5,
        morning6,
      ],
    ],
    [
      'what cannot be understood keeps it awake',
      { skip: 'tomorrow' },
      [
        '(scale-down 2027-01-04T22:00 skip cannot be understood)',
        morning5,
        '(scale-down 2027-01-05T22:00 skip cannot be understood)',
        morning6,
      ],
    ],
    [
      'what cannot be understood is stronger than asleep-until',
      { asleepUntil: '2027-01-05T23:00:00Z', daysOff: 'Easter' },
      [
        '(scale-down 2027-01-04T22:00 days-off cannot be understood)',
        morning5,
        '(scale-down 2027-01-05T22:00 days-off cannot be understood)',
        morning6,
      ],
    ],
  ])('%s', (_rule, texts, expected) => {
    expect(planned(texts)).toEqual(expected)
  })
})

test('a holiday is a day off by its name', () => {
  expect(planned({ holidays: 'JP' }, { scaleUp: '0 7 * * MON-FRI' }, 7)).toContain(
    '(scale-up 2027-01-11T07:00 holiday: 成人の日)',
  )
})

test('a scale-down in the same minute as a scale-up is left out, unless that one is', () => {
  const both = { scaleDown: '0 7 * * *', scaleUp: '0 7 * * *' }
  expect(planned({}, both, 1)).toEqual([
    '(scale-down 2027-01-05T07:00 a scale-up in the same minute)',
    'scale-up 2027-01-05T07:00 0 7 * * *',
  ])
  expect(planned({ daysOff: '2027-01-05' }, both, 1)).toEqual([
    'scale-down 2027-01-05T07:00 0 7 * * *',
    '(scale-up 2027-01-05T07:00 days-off)',
  ])
  expect(planned({ asleepUntil: '2027-01-05T07:01:00Z' }, both, 1)).toEqual([
    'scale-down 2027-01-05T07:00 0 7 * * *',
    '(scale-up 2027-01-05T07:00 asleep-until)',
    'scale-up 2027-01-05T07:01 asleep-until',
  ])
})

describe('where clocks change', () => {
  const between = (timeZone: string, texts: Partial<ExceptionTexts>, [from, to]: [string, string]) => {
    const lines = { scaleDown: '30 2 * * *', scaleUp: '0 0 * * *', timeZone }
    const { exceptions } = read(texts, new Date(from))
    return [...transitionsBetween(scheduleOf(lines), exceptions, { from: new Date(from), to: new Date(to) })].map(
      describeTransition,
    )
  }

  test.each<[string, string, Partial<ExceptionTexts>, [string, string], string[]]>([
    [
      'a day off of 23 hours in Berlin is over at midnight',
      'Europe/Berlin',
      { daysOff: '2027-03-28' },
      ['2027-03-27T22:00:00Z', '2027-03-28T22:00:00Z'],
      [
        '(scale-up 2027-03-27T23:00 days-off)',
        'scale-down 2027-03-28T01:00 30 2 * * *',
        'scale-up 2027-03-28T22:00 0 0 * * *',
      ],
    ],
    [
      'a day off of 25 hours in Berlin lasts until midnight',
      'Europe/Berlin',
      { daysOff: '2027-10-31' },
      ['2027-10-30T21:00:00Z', '2027-10-31T23:00:00Z'],
      [
        '(scale-up 2027-10-30T22:00 days-off)',
        'scale-down 2027-10-31T00:30 30 2 * * *',
        'scale-up 2027-10-31T23:00 0 0 * * *',
      ],
    ],
    [
      'a day off without a midnight in Santiago begins at 01:00',
      'America/Santiago',
      { daysOff: '2026-09-06' },
      ['2026-09-06T00:00:00Z', '2026-09-07T03:00:00Z'],
      [
        '(scale-up 2026-09-06T04:00 days-off)',
        'scale-down 2026-09-06T05:30 30 2 * * *',
        'scale-up 2026-09-07T03:00 0 0 * * *',
      ],
    ],
    [
      'awake-until in the hour that comes twice is an instant',
      'Europe/Berlin',
      { awakeUntil: '2027-10-31T02:45:00+01:00' },
      ['2027-10-30T23:00:00Z', '2027-10-31T05:00:00Z'],
      ['(scale-down 2027-10-31T00:30 awake-until)', 'scale-down 2027-10-31T01:45 awake-until'],
    ],
  ])('%s', (_what, timeZone, texts, span, expected) => {
    expect(between(timeZone, texts, span)).toEqual(expected)
  })
})

test('a hold without an end has no transition after it, however far somebody looks', () => {
  const { exceptions } = read({ suspend: 'true' })
  const from = new Date('2027-01-04T12:00:00Z')
  expect([...transitionsBetween(scheduleOf(), exceptions, { from, acting: true })]).toEqual([])
})

test('years of a suspended schedule with a line for each minute are passed over at once', () => {
  const lines = { scaleDown: '* * * * *', scaleUp: '* * * * *' }
  const { exceptions } = read({ suspend: 'true' })
  const longAgo = { from: new Date(0), to: new Date('2027-01-04T12:00:00Z'), acting: true, newestFirst: true }
  expect([...transitionsBetween(scheduleOf(lines), exceptions, longAgo)]).toEqual([])
})

const zones = ['UTC', 'Asia/Tokyo', 'Europe/Berlin', 'America/Santiago', 'Australia/Lord_Howe', 'Asia/Beirut']
const time = fc
  .integer({ min: 0, max: 6 * 1440 })
  .map((minute) => new Date(Date.UTC(2027, 2, 25) + minute * 60_000).toISOString())
const cron = fc
  .tuple(
    fc.integer({ min: 0, max: 59 }),
    fc.constantFrom('*', '0', '2', '7', '22'),
    fc.constantFrom('*', 'MON-FRI', 'SUN'),
  )
  .map(([minute, hour, day]) => `${minute} ${hour} * * ${day}`)
const texts = fc.record(
  {
    awakeUntil: time,
    asleepUntil: time,
    skip: time,
    daysOff: fc.constantFrom('2027-03-28', '2027-03-26..2027-03-29', '2027-03-27; 2027-03-28'),
    suspend: fc.oneof(time, fc.constant('true')),
  },
  { requiredKeys: [] },
)

test('the same transitions come in both orders, with and without those that do not act', () => {
  fc.assert(
    fc.property(cron, cron, fc.constantFrom(...zones), texts, (scaleDown, scaleUp, timeZone, written) => {
      const schedule = scheduleOf({ scaleDown, scaleUp, timeZone })
      const span = { from: new Date('2027-03-25T00:00:00Z'), to: new Date('2027-03-31T00:00:00Z') }
      const { exceptions } = read(written, span.from)
      const list = (more: object) => [...transitionsBetween(schedule, exceptions, { ...span, ...more })]
      const all = list({})
      const texts = all.map(describeTransition)
      expect(list({ newestFirst: true }).map(describeTransition).toSorted()).toEqual(texts.toSorted())
      const acting = all.filter(({ acts }) => acts)
      expect(list({ acting: true })).toEqual(acting)
      expect(list({ acting: true, newestFirst: true })).toEqual(acting.toReversed())
      expect(all.map(({ at }) => at.getTime())).toEqual(all.map(({ at }) => at.getTime()).toSorted((a, b) => a - b))
      const plain = [...transitionsBetween(schedule, noExceptions, span)]
      // An exception adds nothing but its end.
      const ends = ['awake-until', 'asleep-until', 'suspended', 'days-off', 'skip', 'too late']
      expect(
        all
          .filter(({ at, action }) => !plain.some((one) => one.at.getTime() === at.getTime() && one.action === action))
          .filter(({ because }) => !ends.includes(because)),
      ).toEqual([])
    }),
    { numRuns: 300 },
  )
})
