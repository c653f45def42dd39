import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Night, type Savings, savingsOf, type Watch } from '../../../../shared/scaling/index.ts'
import { utc, zoneOf } from '../../../../shared/schedule/index.ts'

const at = (time: string) => new Date(`2026-11-${time}:00Z`)
const now = at('25T12:00')
const watch: Watch = { since: at('01T00:00'), gaps: [] }
const nodes = [{ pool: 'projecta', size: 'Standard_D4s_v5', count: 2 }]
/** From 22:00 to 07:00; its two nodes were seen gone after 15 minutes, and the first was back after 5. */
const night = (changes: Partial<Night> = {}): Night => ({
  scaleDown: at('22T22:00'),
  nodes,
  gone: at('22T22:15'),
  woken: at('23T07:00'),
  back: at('23T07:05'),
  ...changes,
})
const without = (...fields: (keyof Night)[]): Night =>
  Object.fromEntries(
    Object.entries(night()).filter(([field]) => !fields.includes(field as keyof Night)),
  ) as unknown as Night

const saved = (nights: Night[], more: Partial<Parameters<typeof savingsOf>[1]> = {}) =>
  savingsOf(nights, { zone: utc, days: 30, now, watch, ...more })
const sum = (savings: Savings[]): [number, number] => [
  savings.reduce((total, { nodeHours }) => total + nodeHours, 0),
  savings.reduce((total, { unknownNodeHours }) => total + unknownNodeHours, 0),
]
const gap = (from: string, until: string): Watch => ({ ...watch, gaps: [{ from: at(from), until: at(until) }] })

describe('a night', () => {
  test('has saved its nodes from when they were seen gone until the first was seen back, by day, pool and size', () => {
    expect(saved([night()])).toEqual([
      { day: '2026-11-22', pool: 'projecta', size: 'Standard_D4s_v5', nodeHours: 3.5, unknownNodeHours: 0 },
      {
        day: '2026-11-23',
        pool: 'projecta',
        size: 'Standard_D4s_v5',
        nodeHours: 2 * (7 + 5 / 60),
        unknownNodeHours: 0,
      },
    ])
  })

  test.each<[string, Night[], [number, number]]>([
    ['with held nodes has saved nothing', [without('gone')], [0, 0]],
    ['that was put back before its nodes were gone has saved nothing', [night({ putBack: at('22T22:10') })], [0, 0]],
    [
      'that was put back has saved nothing from then on',
      [night({ putBack: at('23T00:15'), back: at('23T00:20') })],
      [4, 0],
    ],
    ['without nodes at its scale-down has saved nothing', [night({ nodes: [] })], [0, 0]],
    [
      'that goes on has saved nothing of the time to come',
      [{ scaleDown: at('25T10:00'), nodes, gone: at('25T11:00') }],
      [2, 0],
    ],
    [
      'whose nodes nobody saw back is not known after it was woken',
      [without('back'), night({ scaleDown: at('23T09:00'), nodes: [] })],
      [17.5, 4],
    ],
    [
      'that nobody woke ends with the next one',
      [without('back', 'woken'), night({ scaleDown: at('22T23:15'), nodes: [] })],
      [2, 0],
    ],
  ])('%s', (_, nights, expected) => {
    expect(sum(saved(nights)).map((hours) => Math.round(hours * 100) / 100)).toEqual(expected)
  })

  test.each<[string, Watch | undefined, Night, [number, number]]>([
    ['after its nodes were seen gone', gap('22T23:15', '23T07:05'), night(), [2, 2 * (7 + 50 / 60)]],
    [
      'before its nodes were seen gone, the timers stood still until morning',
      gap('22T22:00', '23T07:00'),
      without('gone', 'back'),
      [0, 18],
    ],
    ['before the first run of this release', { since: at('23T06:15'), gaps: [] }, night(), [2 * (50 / 60), 16.5]],
    ['as nobody knows: there is no Lease', undefined, night(), [0, 2 * (9 + 5 / 60)]],
  ])('in which nobody looked is not known: %s', (_, watched, one, expected) => {
    const [known, unknown] = sum(saved([one], { watch: watched }))
    expect(known).toBeCloseTo(expected[0])
    expect(unknown).toBeCloseTo(expected[1])
  })
})

test('gaps that overlap, as two clocks have them, count once', () => {
  const gaps = [
    { from: at('22T23:00'), until: at('23T01:00') },
    { from: at('23T00:00'), until: at('23T02:00') },
  ]
  expect(sum(saved([night()], { watch: { ...watch, gaps } }))[1]).toBeCloseTo(6)
})

test('a day is one of the project, with 23 hours when clocks go forward', () => {
  const zone = zoneOf('Europe/Berlin') ?? utc
  const long: Night = { scaleDown: new Date('2026-03-27T00:00:00Z'), nodes, gone: new Date('2026-03-27T00:00:00Z') }
  const since = new Date('2026-01-01T00:00:00Z')
  const savings = savingsOf([long], {
    zone,
    days: 3,
    now: new Date('2026-03-30T00:00:00Z'),
    watch: { since, gaps: [] },
  })
  expect(savings.map(({ day, nodeHours }) => [day, nodeHours])).toEqual([
    ['2026-03-28', 48],
    ['2026-03-29', 46],
    ['2026-03-30', 4],
  ])
})

test('whatever a history says, hours are neither negative nor more than the nodes had', () => {
  const time = fc.date({ min: at('20T00:00'), max: at('28T00:00'), noInvalidDate: true })
  const maybe = fc.option(time, { nil: undefined })
  const any = fc.record({
    scaleDown: time,
    nodes: fc.constant(nodes),
    gone: maybe,
    putBack: maybe,
    woken: maybe,
    back: maybe,
  })
  const someGap = fc.record({ from: time, until: time })
  fc.assert(
    fc.property(fc.array(any, { maxLength: 4 }), fc.array(someGap, { maxLength: 4 }), (nights, gaps) => {
      const sorted = nights.toSorted((a, b) => a.scaleDown.getTime() - b.scaleDown.getTime())
      const valid = gaps.filter(({ from, until }) => from < until)
      for (const { nodeHours, unknownNodeHours } of saved(sorted, { watch: { ...watch, gaps: valid } })) {
        expect(nodeHours).toBeGreaterThanOrEqual(-1e-9)
        expect(unknownNodeHours).toBeGreaterThanOrEqual(-1e-9)
        expect(nodeHours + unknownNodeHours).toBeLessThanOrEqual(48 + 1e-9)
      }
    }),
  )
})
