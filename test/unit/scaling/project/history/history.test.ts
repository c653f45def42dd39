import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Entry } from '../../../../../shared/scaling/project/history/entry.ts'
import {
  type History,
  readHistory,
  type Swept,
  withEntry,
  withoutSleepers,
  withScaleDown,
  withSleepers,
  writeHistory,
} from '../../../../../shared/scaling/project/history/history.ts'
import type { Night } from '../../../../../shared/scaling/project/history/nights.ts'

const at = (time: string) => new Date(`2026-11-${time}:00Z`)
const none: History = { entries: [], asleep: new Map(), nights: [] }
const sweep = (what: 'scale-down' | 'scale-up', time: string, more: Partial<Entry> = {}): Entry =>
  ({ at: at(time), what, by: 'schedule', reason: 'night', results: { changed: 2 }, failures: [], ...more }) as Entry
const sleepers = (length: number, name = 'web') =>
  new Map(Array.from({ length }, (_, index) => [`Deployment a/${name}-${index}`, 1]))
const afterTrip = (history: History) => readHistory(writeHistory(history))

test('it is read as it was written', () => {
  const entries: Entry[] = [
    sweep('scale-down', '22T22:00', { transition: at('22T22:00') } as Partial<Entry>),
    { at: at('22T22:20'), what: 'nodes-held', minutes: 20, nodes: 1, blockers: ['a bare Pod'] },
    { at: at('22T22:30'), what: 'nodes-gone', minutes: 30 },
    { at: at('22T23:00'), what: 'put-back', minutes: 60, by: 'Argo CD', sentences: ['it did'] },
    { at: at('23T00:00'), what: 'exception', request: 'skip', by: 'alice', reason: 'release', message: 'skipped' },
    { at: at('23T01:00'), what: 'nodes-back', transition: at('22T22:00') },
    { at: at('23T02:00'), what: 'ready', transition: at('23T01:00'), minutes: 4.5 },
    { at: at('23T03:00'), what: 'fault', key: 'scale-up', message: 'no cron line' },
    sweep('scale-up', '23T07:00'),
  ]
  const nights: Night[] = [
    { scaleDown: at('21T22:00'), nodes: [] },
    {
      scaleDown: at('22T22:00'),
      nodes: [{ pool: 'projecta', size: 'Standard_D4s_v5', count: 2 }, { count: 1 }],
      gone: at('22T22:30'),
      putBack: at('22T23:00'),
      woken: at('23T07:00'),
      back: at('23T07:03'),
    },
  ]
  const history = { entries, asleep: new Map([['Deployment project-a/web', 3]]), nights }
  expect(afterTrip(history)).toEqual(history)
})

test('a text is readable with kubectl get -o yaml: lines, and no character that YAML would have to quote', () => {
  const written = writeHistory({
    entries: [sweep('scale-up', '23T07:00')],
    asleep: new Map([['Deployment a/web', 3]]),
    nights: [{ scaleDown: at('22T22:00'), nodes: [] }],
  })
  expect(Object.values(written).every((text) => /^(.*\S\n)+$/.test(text))).toBe(true)
})

test.each([
  ['nonsense', 'nonsense'],
  ['another shape', '{"at":"2026-11-22T22:00:00Z","what":"nodes-gone"}'],
  ['a time that is none', '{"at":"yesterday","what":"nodes-gone","minutes":3}'],
  ['a line of any length', `"${'x'.repeat(5000)}"`],
])('%s in a line counts for nothing, and the other lines do', (_, line) => {
  const good = writeHistory(withEntry(none, sweep('scale-up', '23T07:00')))
  const { entries } = readHistory({ ...good, 'entries.jsonl': `${line}\n${good['entries.jsonl']}` })
  expect(entries.map(({ what }) => what)).toEqual(['scale-up'])
})

test('a sleeper that somebody made up counts for nothing', () => {
  const { asleep } = readHistory({
    'asleep.txt': 'web\n99999 Deployment a/web\n-1 Deployment a/web\n3 Deployment a/web\n',
  })
  expect([...asleep]).toEqual([['Deployment a/web', 3]])
})

test('a further attempt of a transition is counted into its entry', () => {
  const first = { transition: at('22T22:00'), results: { changed: 3, failed: 1 }, failures: ['web: no'] }
  const second = { transition: at('22T22:00'), results: { changed: 1, already: 3 }, failures: [] }
  const history = [
    sweep('scale-down', '22T22:00', first as Partial<Entry>),
    sweep('scale-down', '22T22:05', second as Partial<Entry>),
  ].reduce(withEntry, none)
  expect(history.entries).toEqual([
    sweep('scale-down', '22T22:00', { ...second, results: { changed: 4, already: 3 } } as Partial<Entry>),
  ])
})

test('two requests of people are two entries', () => {
  const history = [sweep('scale-up', '22T23:00'), sweep('scale-up', '22T23:05')].reduce(withEntry, none)
  expect(history.entries).toHaveLength(2)
})

test('the newest 400 entries stay, and a thousand sleepers', () => {
  let history = none
  for (let minute = 0; minute < 401; minute++)
    history = withEntry(history, { at: new Date(minute * 60_000), what: 'nodes-gone', minutes: minute })
  expect(history.entries).toHaveLength(400)
  expect(history.entries[0]).toMatchObject({ minutes: 1 })
  expect(withSleepers(none, sleepers(10_000)).asleep.size).toBe(1000)
})

test('an entry says how many replica counts had no room, in all attempts of its transition', () => {
  const entry = (time: string) => sweep('scale-down', time, { transition: at('22T22:00') } as Partial<Entry>) as Swept
  const first = withScaleDown(none, entry('22T22:00'), sleepers(800, 'first'))
  expect(first.entries).toEqual([entry('22T22:00')])
  const second = withScaleDown(afterTrip(first), entry('22T22:05'), sleepers(600, 'second'))
  expect(second.entries).toMatchObject([{ uncounted: 400 }])
  const third = withScaleDown(afterTrip(second), entry('22T22:10'), sleepers(1, 'third'))
  expect(afterTrip(third).entries).toMatchObject([{ uncounted: 401 }])
  expect(third.asleep.size).toBe(1000)
})

test('a workload that sleeps once more needs no more room', () => {
  const entry = sweep('scale-down', '22T22:00') as Swept
  const again = withScaleDown(withSleepers(none, sleepers(1000)), entry, sleepers(1000))
  expect(again.entries).toEqual([entry])
})

test('counts that are left out for their long names are told, too', () => {
  const slept = sleepers(1000, 'x'.repeat(200))
  const { entries, asleep } = withScaleDown(none, sweep('scale-down', '22T22:00') as Swept, slept)
  expect(entries).toMatchObject([{ uncounted: 1000 - asleep.size }])
  expect(readHistory(writeHistory({ ...none, asleep })).asleep).toEqual(asleep)
  expect(asleep.size).toBeLessThan(500)
})

test('who wakes is no sleeper any more', () => {
  const { asleep } = withoutSleepers(withSleepers(none, sleepers(2)), ['Deployment a/web-0'])
  expect([...asleep]).toEqual([['Deployment a/web-1', 1]])
})

test('whatever people write, it stays far below the limit of an object, and its lines can be read', () => {
  const hostile = fc.constantFrom('\u0000', '"', '\\', '\n', '夜', '🌙', '\ud800').map((one) => one.repeat(3000))
  const text = fc.oneof(hostile, fc.string({ maxLength: 3000, unit: 'binary' }))
  const texts = fc.array(text, { maxLength: 20 })
  const entry = fc.record({ key: text, message: text, by: text, reason: text, sentences: texts, failures: texts })
  fc.assert(
    fc.property(entry, ({ key, message, by, reason, sentences, failures }) => {
      const entries = Array.from({ length: 200 }, (_, index): Entry[] => [
        { at: new Date(index), what: 'fault', key, message },
        { at: new Date(index), what: 'put-back', minutes: 1, by, sentences },
        sweep('scale-down', '22T22:00', { at: new Date(index), by, reason, failures } as Partial<Entry>),
      ]).flat()
      const asleep = new Map(
        Array.from({ length: 1000 }, (_, index) => [`Deployment a/${'x'.repeat(250)}-${index}`, 1]),
      )
      const pools = Array.from({ length: 30 }, () => ({ pool: '夜'.repeat(100), size: '夜'.repeat(100), count: 1 }))
      const nights = Array.from({ length: 200 }, (_, index): Night => ({ scaleDown: new Date(index), nodes: pools }))
      const data = writeHistory({ entries: entries.slice(0, 400), asleep, nights })
      expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThan(900 * 1024)
      const kept = readHistory(data).entries
      expect(kept).toHaveLength(data['entries.jsonl']?.match(/\n/g)?.length ?? 0)
      expect(kept.length).toBeGreaterThan(100)
      expect(kept.at(-1)?.at).toEqual(entries[399]?.at)
    }),
    { numRuns: 20 },
  )
})
