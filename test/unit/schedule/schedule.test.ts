import { describe, expect, test } from '@jest/globals'
import { Cron } from 'croner'
import fc from 'fast-check'
import { nextTransitions, noExceptions, readSchedule } from '../../../shared/schedule/index.ts'
import { newestOccurrence, nextOccurrence } from '../../../shared/schedule/occurrences.ts'

const read = (scaleDown: string, more: { scaleUp?: string; timeZone?: string } = {}) =>
  readSchedule({ scaleDown, scaleUp: '', timeZone: 'UTC', ...more })
const messages = (...texts: Parameters<typeof read>) => read(...texts).faults.map(({ message }) => message)

/** The next times of a line after a moment, as `2026-11-28T22:00`. */
function timesOf(line: string, count: number, from = '2026-11-28T12:00:00Z'): string[] {
  const { schedule, faults } = read(line)
  if (schedule === undefined) throw new Error(JSON.stringify(faults))
  const times: string[] = []
  let now = new Date(from)
  for (let made = 0; made < count; made++) {
    const next = nextTransitions(schedule, noExceptions, { now, applied: {} })['scale-down']
    if (next === undefined) break
    times.push(next.toISOString().slice(0, 16))
    now = next
  }
  return times
}

describe('a schedule line as people write it', () => {
  test.each([
    ['0 22 * * SAT-THU', '0 22 * * 0,1,2,3,4,6', 'days may go past the end of the week'],
    ['0 22 * * FRI-SUN', '0 22 * * 0,5,6', 'Sunday ends a week, too'],
    ['0 22 * * 5-7', '0 22 * * 0,5,6', 'Sunday is 7 as well as 0'],
    ['0 22-6 * * *', '0 22,23,0,1,2,3,4,5,6 * * *', 'hours may go past midnight'],
    ['0 22-6/2 * * *', '0 22,0,2,4,6 * * *', 'a step goes on past midnight'],
    ['0 0 1 NOV-FEB *', '0 0 1 11,12,1,2 *', 'months may go past the end of the year'],
    ['0 22 * * Monday', '0 22 * * 1', 'a day may have its whole name'],
    ['0 22 * * monday-Friday', '0 22 * * 1-5', 'so may a range'],
    ['0 22 * * TUES,Thurs', '0 22 * * 2,4', 'some write four or five letters'],
    ['0 22 1 September *', '0 22 1 9 *', 'a month may have its whole name'],
    ['  0\t22   * *  * ', '0 22 * * *', 'blanks are of no account'],
    ['0 22 ? * MON', '0 22 * * MON', 'in Quartz ? stands for any day'],
    ['@daily', '0 0 * * *', 'it is the name of that line'],
    ['@Midnight', '0 0 * * *', 'it is another name of it'],
    ['@weekly', '0 0 * * 0', 'it is the name of that line'],
    ['@monthly', '0 0 1 * *', 'it is the name of that line'],
    ['@yearly', '0 0 1 1 *', 'it is the name of that line'],
    ['@hourly', '0 * * * *', 'it is the name of that line'],
    ['0 22 * * FRIL', '0 22 * * FRI#L', 'the last Friday is written in two ways'],
  ])('%j is the same as %j, because %s', (written, plain) => {
    expect(messages(written)).toEqual([])
    expect(timesOf(written, 12)).toEqual(timesOf(plain, 12))
  })

  const form = 'write five fields, minute hour day-of-month month day-of-week, such as "0 22 * * MON-FRI", or @daily'
  test.each([
    ['at night', `scaleDown "at night" is no cron line: it has 2 fields: ${form}`],
    [
      '0 0 22 * * *',
      `scaleDown "0 0 22 * * *" is no cron line: it has 6 fields, and a cron line has no seconds: ${form}`,
    ],
    [
      '2026-12-24T18:00:00+09:00',
      `scaleDown "2026-12-24T18:00:00+09:00" is no cron line: it is a date, and a schedule repeats: ${form}`,
    ],
    ['0 25 * * *', 'scaleDown "0 25 * * *" is no cron line: its hour "25" is not 0 to 23'],
    ['60 2 * * *', 'scaleDown "60 2 * * *" is no cron line: its minute "60" is not 0 to 59'],
    ['0 2 0 * *', 'scaleDown "0 2 0 * *" is no cron line: its day of month "0" is not 1 to 31'],
    ['0 2 1 13 *', 'scaleDown "0 2 1 13 *" is no cron line: its month "13" is not 1 to 12, nor a name such as FEB'],
    [
      '0 22 * * Mo-Fr',
      'scaleDown "0 22 * * Mo-Fr" is no cron line: its day of week "Mo" is not 0 to 7, nor a name such as MON',
    ],
    [
      '5/15 * * * *',
      'scaleDown "5/15 * * * *" is no cron line: its minute "5/15" has a step without a range: write 5-59/15 or */15',
    ],
    ['*/90 * * * *', 'scaleDown "*/90 * * * *" is no cron line: its minute "*/90" has a step that is not 1 to 60'],
    [
      '0 22 * * FRI#6',
      'scaleDown "0 22 * * FRI#6" is no cron line: its day of week "FRI#6" is not a day with #1 to #5 or #L, such as FRI#2',
    ],
    ['@reboot', /^scaleDown "@reboot" is no cron line: the names are @yearly, .*, @hourly$/],
    ['0 22 31 2,4 *', 'scaleDown "0 22 31 2,4 *" is no cron line: it never comes: there is no such day'],
    ['0 22 15W * *', 'scaleDown "0 22 15W * *" is no cron line: its day of month "15W" is not 1 to 31'],
    ['0 -22 * * *', 'scaleDown "0 -22 * * *" is no cron line: its hour "" is not 0 to 23'],
  ])('%j is refused in words of ours', (line, message) => {
    expect(messages(line)).toEqual([typeof message === 'string' ? message : expect.stringMatching(message)])
  })

  test.each([
    ['0 22 29 2 *', ['2028-02-29T22:00', '2032-02-29T22:00'], 'leap days come every four years'],
    ['0 22 * 2 FRI#5', ['2036-02-29T22:00', '2064-02-29T22:00'], 'a fifth Friday in February needs a leap day'],
    ['0 22 1 * MON', ['2026-11-30T22:00', '2026-12-01T22:00'], 'one of the two days is enough'],
    ['0 22 L * *', ['2026-11-30T22:00', '2026-12-31T22:00'], 'L is the last day of the month'],
    ['0 22 L,15 * *', ['2026-11-30T22:00', '2026-12-15T22:00'], 'L may be one of several'],
    ['0 22 * * FRI#L', ['2026-12-25T22:00', '2027-01-29T22:00'], '#L is the last Friday'],
  ])('%s comes at %j, because %s', (line, times) => {
    expect(timesOf(line, 2)).toEqual(times)
  })

  test('comes when another reader of cron lines says so, from any moment, back and forward', () => {
    const value = (min: number, max: number) => fc.integer({ min, max })
    const field = (min: number, max: number) =>
      fc.oneof(
        { weight: 3, arbitrary: fc.constant('*') },
        { weight: 3, arbitrary: value(min, max).map(String) },
        fc.array(value(min, max), { minLength: 1, maxLength: 4 }).map((all) => all.join(',')),
        fc.tuple(value(min, max), value(min, max)).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
        value(1, max).map((step) => `*/${step}`),
        fc
          .tuple(value(min, max), value(min, max), value(1, 7))
          .map(([a, b, by]) => `${Math.min(a, b)}-${Math.max(a, b)}/${by}`),
      )
    const day = fc.oneof(field(1, 31), fc.constantFrom('L', 'L,10'))
    const weekday = fc.oneof(field(0, 7), fc.constantFrom('MON-FRI', 'SAT#1', 'SUN#L', 'FRI#2,MON#4'))
    const line = fc.tuple(field(0, 59), field(0, 23), day, field(1, 12), weekday).map((all) => all.join(' '))
    const moment = fc.integer({ min: Date.UTC(2020, 0, 1) / 1000, max: Date.UTC(2035, 0, 1) / 1000 })
    fc.assert(
      fc.property(line, moment, (text, second) => {
        const { schedule } = read(text)
        // Its own way to ask for the past does not count the moment itself.
        const oracle = new Cron(text, { timezone: 'UTC', paused: true, mode: '5-part' })
        const now = new Date(second * 1000)
        if (schedule === undefined) {
          expect(oracle.nextRun(now)).toBeNull()
          return
        }
        const { scaleDown, zone } = schedule
        expect(nextOccurrence(scaleDown, zone, now)?.at).toEqual(oracle.nextRun(now))
        expect(newestOccurrence(scaleDown, zone, now)?.at).toEqual(
          oracle.previousRuns(1, new Date(now.getTime() + 1000))[0],
        )
      }),
      { numRuns: 300 },
    )
  })
})

describe('a time zone', () => {
  test('may have blanks around it', () => {
    expect(read('0 22 * * *', { timeZone: ' Asia/Tokyo\n' })).toMatchObject({ timeZone: 'Asia/Tokyo', faults: [] })
  })

  test('that does not exist leaves no direction', () => {
    expect(read('0 22 * * *', { timeZone: 'Mars/Olympus' })).toMatchObject({
      schedule: undefined,
      faults: [{ field: 'timeZone', message: 'timeZone "Mars/Olympus" is no IANA time zone, e.g. Asia/Tokyo' }],
    })
  })
})

test('every fault is told, also those beside a wrong zone', () => {
  expect(messages('0 25 * * *; @noon', { scaleUp: '0 7 * *', timeZone: 'Mars/Olympus' })).toEqual([
    expect.stringContaining('scaleDown "0 25 * * *"'),
    expect.stringContaining('scaleDown "@noon"'),
    expect.stringContaining('scaleUp "0 7 * *"'),
    expect.stringContaining('timeZone "Mars/Olympus"'),
  ])
})

test('a direction without a wrong line acts beside one that has one', () => {
  const { schedule } = read('at night; 0 22 * * *', { scaleUp: '0 7 * * *' })
  expect([schedule?.scaleDown.length, schedule?.scaleUp.length]).toEqual([0, 1])
})

describe('the length of a schedule', () => {
  const lines = (count: number) => Array(count).fill('0 22 * * *').join('\n')
  test('is at most 20 lines a direction', () => {
    expect(read(lines(20)).schedule?.scaleDown).toHaveLength(20)
    const { scaleDown, schedule, faults } = read(lines(21), { scaleUp: lines(1) })
    expect(faults).toEqual([
      {
        field: 'scaleDown',
        message: expect.stringMatching(/^scaleDown has 21 lines, more than the 20 of a schedule: "/),
      },
    ])
    expect([scaleDown, schedule?.scaleUp.length]).toEqual([[], 1])
  })

  test('is at most 1024 characters a direction', () => {
    const long = '* * * * *\n'.repeat(1000)
    const [message = '', ...more] = messages(long)
    expect(message).toMatch(/^scaleDown has 10000 characters, more than the 1024 of a schedule: "/)
    expect([message.length < 300, more]).toEqual([true, []])
  })
})

describe('a quoted text', () => {
  test('has at most 100 characters', () => {
    const [message = ''] = messages(`0 22 * * ${'x'.repeat(900)}`)
    expect(message.match(/x+/g)?.map(({ length }) => length)).toEqual([90, 99])
  })

  test('shows the characters that nobody sees, and divides none', () => {
    expect(messages('\u202e0 22 * * *')[0]).toContain('its minute "\\u{202e}0"')
    expect(messages(`${'x'.repeat(98)}\u{1F319}night`)[0]).toContain(`${'x'.repeat(98)}…"`)
  })
})
