import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../../../dev/cluster/index.ts'
import {
  type Cluster,
  heartbeatOf,
  type Lease,
  leases,
  readHeartbeats,
  renewHeartbeat,
  ScalingError,
  timerNames,
} from '../../../../shared/scaling/index.ts'
import { objectsOf } from '../../infra/manifests.ts'
import { clusterAt } from '../../kubernetes/clusterAt.ts'

const now = new Date('2026-11-28T22:10:00Z')
const lease: Lease = { holder: 'scale-api', renewedAt: '2026-11-28T22:05:00.000000Z', durationSeconds: 300 }
const read = (changes: Partial<Lease>) => heartbeatOf('nightlyScaleDown', { ...lease, ...changes }, now)

describe('a heartbeat', () => {
  test('tells the last run, its host, and how often it runs there', () => {
    expect(read({})).toMatchObject({
      lastRun: new Date('2026-11-28T22:05:00Z'),
      by: 'scale-api',
      everySeconds: 300,
      silent: false,
    })
  })

  test('is silent when two runs are missing, and not before', () => {
    expect(read({ renewedAt: '2026-11-28T22:00:00.000000Z' }).silent).toBe(false)
    expect(read({ renewedAt: '2026-11-28T21:59:59.999000Z' }).silent).toBe(true)
  })

  test.each([
    ['has never been written', { holder: undefined, renewedAt: undefined, durationSeconds: undefined }],
    ['is in the future', { renewedAt: '2026-11-28T23:00:00.000000Z' }],
    ['is no time', { renewedAt: 'yesterday' }],
  ])('that %s counts as none', (_what, changes) => {
    expect(read(changes)).toEqual({
      timer: 'nightlyScaleDown',
      lastRun: undefined,
      by: undefined,
      everySeconds: undefined,
      silent: true,
      fault: undefined,
    })
  })
})

test('the manifest has a Lease for each timer, and no other', () => {
  const made = objectsOf<{ metadata: { namespace: string; name: string }; spec?: object }>(
    'scale-api/manifests/leases.yaml',
  )
  expect(made.map(({ metadata: { namespace, name } }) => ({ namespace, name }))).toEqual(Object.values(leases))
  // What a timer has written must outlast the next `kubectl apply`.
  expect(made.filter(({ spec }) => spec !== undefined)).toEqual([])
})

describe('on a cluster', () => {
  let embedded: EmbeddedCluster
  let cluster: Cluster
  let close: () => unknown
  beforeEach(async () => {
    embedded = await startCluster({ controllers: false })
    ;({ cluster, close } = clusterAt(embedded.url))
  })
  afterEach(async () => {
    await close()
    await embedded.stop()
  })
  const scaling = (changes: Partial<Cluster> = {}) => ({ cluster: { ...cluster, ...changes }, now: () => now })

  test('a timer that has run is no longer silent, and the next one hears which host it was', async () => {
    const run = { timer: 'nightlyScaleDown', host: 'my-function-app', everySeconds: 300 } as const
    expect(await renewHeartbeat(scaling(), run)).toMatchObject({ silent: true, by: undefined })
    const [first, second] = await readHeartbeats(scaling(), {})
    expect(first).toMatchObject({ lastRun: now, by: 'my-function-app', everySeconds: 300, silent: false })
    expect(second).toMatchObject({ timer: 'scheduledScaleUp', silent: true })
    expect(await renewHeartbeat(scaling(), { ...run, host: 'scale-api' })).toMatchObject({ by: 'my-function-app' })
  })

  test('where a Lease is missing nobody knows, and the fault says how to get it', async () => {
    const missing = scaling({ getLease: async () => undefined })
    expect(
      await renewHeartbeat(missing, { timer: 'nightlyScaleDown', host: 'scale-api', everySeconds: 300 }),
    ).toBeUndefined()
    const heartbeats = await readHeartbeats(missing, {})
    expect(heartbeats.map(({ timer }) => timer)).toEqual(timerNames)
    expect(heartbeats[0]).toMatchObject({
      silent: undefined,
      fault: expect.stringMatching(/^there is no Lease scale-system\/nightly-scale-down, .*kubectl apply -f/),
    })
  })

  test('where they cannot be read, each says why', async () => {
    const refused = () => Promise.reject(new ScalingError('cluster-refused', 'Kubernetes refused to get the Lease'))
    const heartbeats = await readHeartbeats(scaling({ getLease: refused }), {})
    expect(heartbeats.map(({ fault, silent }) => ({ fault, silent }))).toEqual(
      timerNames.map(() => ({ fault: 'Kubernetes refused to get the Lease', silent: undefined })),
    )
  })
})
