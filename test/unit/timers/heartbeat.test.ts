import { expect, test } from '@jest/globals'
import { pino } from 'pino'
import type { Cluster, Lease } from '../../../shared/scaling/index.ts'
import { createBeat } from '../../../shared/timers/heartbeat.ts'
import { scalingOn } from '../scaling/scalingOn.ts'

const now = new Date('2026-11-28T22:00:03Z')

/** Beats with the Lease as others have left it; answers what is renewed, and the lines of the log. */
async function beatsOn(getLease: Cluster['getLease'], { schedule = '0 */5 * * * *', times = 1 } = {}) {
  const renewed: Lease[] = []
  const lines: Record<string, unknown>[] = []
  const logger = pino({ base: undefined, timestamp: false }, { write: (line: string) => lines.push(JSON.parse(line)) })
  const renewLease: Cluster['renewLease'] = async (_ref, lease) => void renewed.push(lease)
  const scaling = scalingOn({ getLease, renewLease } as Cluster, { now: () => now })
  const beat = createBeat('scale-api')
  for (let time = 0; time < times; time++) await beat('nightlyScaleDown', { scaling, logger, schedule })
  return { renewed, lines }
}

const none: Lease = { holder: undefined, renewedAt: undefined, durationSeconds: undefined }
const by = (holder: string, renewedAt = '2026-11-28T21:58:00.000000Z'): Lease => ({
  holder,
  renewedAt,
  durationSeconds: 300,
})

test.each([
  ['0 */5 * * * *', 300],
  ['*/30 * * * * *', 30],
  // On Saturday evening: Monday is nearer than the day after it, and Tuesday is no further.
  ['0 0 22 * * 1-5', 2 * 86_400 - 3],
])('a timer that runs at %s beats with the longer of the next two waits', async (schedule, durationSeconds) => {
  const { renewed } = await beatsOn(async () => none, { schedule })
  expect(renewed).toEqual([
    { holder: 'scale-api', renewedAt: now.toISOString(), durationSeconds, watched: now.toISOString() },
  ])
})

test('a host that is not alone says so once', async () => {
  const { lines } = await beatsOn(async () => by('my-function-app'), { times: 3 })
  expect(lines).toMatchObject([{ level: 30, host: 'scale-api', other_host: 'my-function-app' }])
})

test.each([
  ['alone', by('scale-api')],
  ['the first', none],
  ['alone by now', by('my-function-app', '2026-11-28T21:00:00.000000Z')],
])('a host that is %s says nothing', async (_what, lease) => {
  expect((await beatsOn(async () => lease)).lines).toEqual([])
})

test('a heartbeat that cannot be written is a warning, and the run is none the worse', async () => {
  const { lines, renewed } = await beatsOn(async () => undefined)
  expect(lines).toMatchObject([{ level: 40, fault: expect.stringContaining('there is no Lease') }])
  expect(renewed).toEqual([])
  const refused = await beatsOn(() => Promise.reject(new Error('forbidden')))
  expect(refused.lines).toMatchObject([{ level: 40, fault: 'forbidden' }])
})
