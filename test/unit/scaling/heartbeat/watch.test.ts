import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readWatch, type Watch, watchUntil, writeWatch } from '../../../../shared/scaling/heartbeat/watch.ts'
import type { Lease } from '../../../../shared/scaling/index.ts'

const at = (time: string) => new Date(`2026-11-${time}:00Z`)
const since = at('20T00:00')
const leaseOf = (renewedAt: Date | undefined, watch: Watch = { since, gaps: [] }): Lease => ({
  holder: 'scale-api',
  renewedAt: renewedAt?.toISOString(),
  durationSeconds: 300,
  watched: writeWatch(watch),
})

describe('a timer that runs every five minutes', () => {
  test.each([
    ['was watched after one missed run', '22T22:10', []],
    ['was not after two', '22T22:11', [{ from: at('22T22:00'), until: at('22T22:11') }]],
    ['was not for a whole night', '23T08:00', [{ from: at('22T22:00'), until: at('23T08:00') }]],
    ['was watched by a host whose clock is ten minutes fast', '22T21:50', []],
  ])('%s', (_, now, gaps) => {
    expect(watchUntil(leaseOf(at('22T22:00')), at(now))).toEqual({ since, gaps })
  })

  test.each([
    ['has never run', leaseOf(undefined)],
    ['has run a day ahead, which is no clock', leaseOf(at('23T22:00'))],
    ['was renewed by a release that kept no watch', { ...leaseOf(at('22T22:00')), watched: undefined }],
    ['has a text that somebody made up', { ...leaseOf(at('22T22:00')), watched: 'always' }],
    ['does not say how often it runs', { ...leaseOf(at('22T22:00')), durationSeconds: undefined }],
  ])('that %s is watched from now on', (_, lease) => {
    expect(watchUntil(lease, at('22T22:05'))).toEqual({ since: at('22T22:05'), gaps: [] })
  })
})

test('of more than a hundred gaps the oldest go, and nobody says that the time before was watched', () => {
  let watch: Watch = { since, gaps: [] }
  for (let hour = 1; hour <= 150; hour++) {
    const now = new Date(since.getTime() + hour * 3_600_000)
    watch = watchUntil(leaseOf(new Date(now.getTime() - 1_800_000), watch), now)
  }
  expect(watch.gaps).toHaveLength(100)
  expect(watch.since).toEqual(new Date(since.getTime() + 50 * 3_600_000))
  expect(writeWatch(watch).length).toBeLessThan(6000)
})

test('it is read as it was written, and no other text is', () => {
  const gap = fc.tuple(
    fc.date({ min: at('01T00:00'), max: at('28T00:00'), noInvalidDate: true }),
    fc.integer({ min: 1, max: 1e9 }),
  )
  fc.assert(
    fc.property(fc.array(gap, { maxLength: 5 }), (gaps) => {
      const watch = { since, gaps: gaps.map(([from, ms]) => ({ from, until: new Date(from.getTime() + ms) })) }
      expect(readWatch(writeWatch(watch))).toEqual(watch)
    }),
  )
  expect(
    ['', 'x', `${since.toISOString()} x`, `${since.toISOString()} 2026-11-02T00:00Z/2026-11-01T00:00Z`].map(readWatch),
  ).toEqual([undefined, undefined, undefined, undefined])
})
