import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../../../dev/cluster/index.ts'
import {
  type Cluster,
  inspect,
  restore,
  ScalingError,
  scaleToZero,
  scaleUp,
  type WorkloadRef,
} from '../../../../shared/scaling/index.ts'
import { Client } from '../../dev/cluster/cluster.ts'
import { clusterAt } from '../../kubernetes/clusterAt.ts'
import { scalingOn } from '../scalingOn.ts'

const target: WorkloadRef = { kind: 'Deployment', namespace: 'project-a', name: 'sample-app-a' }
const object: WorkloadRef = { ...target, kind: 'ScaledObject', name: 'web' }
const request = { ref: target, reason: 'nightly', actor: 'alice', now: new Date() }
const sleep = { ...request, scope: 'workload' as const, scheduledScaleUp: undefined }
const pausedReplicas = 'autoscaling.keda.sh/paused-replicas'

let elapsedMs = 0
let embedded: EmbeddedCluster
let client: ReturnType<typeof clusterAt>
const start = async (options: Parameters<typeof startCluster>[0]) => {
  embedded = await startCluster(options)
  client = clusterAt(embedded.url, { elapsed: () => elapsedMs })
}
afterEach(async () => {
  await client.close()
  await embedded.stop()
})

/** Every number of replicas: that of the target, and that of its ScaledObject as its dial counts it. */
const look = async () => [
  (await client.cluster.getWorkload(target)).desiredReplicas,
  (await client.cluster.getWorkload(object)).desiredReplicas,
]

/** The calls of some work but for its Events, for which nobody waits. */
const verbsOf = async (work: () => Promise<unknown>) => {
  client.calls.splice(0)
  await work()
  return client.calls
    .map(({ verb }) => verb)
    .filter((verb) => verb !== 'create')
    .sort()
}

describe('a Deployment that a ScaledObject scales, by name', () => {
  const create = async (annotations: Record<string, string> = {}) => {
    const body = {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: { name: 'web', namespace: 'project-a', annotations },
      spec: { scaleTargetRef: { name: target.name } },
    }
    const path = '/apis/keda.sh/v1alpha1/namespaces/project-a/scaledobjects'
    expect(await new Client(embedded).send('POST', path, { body })).toMatchObject({ status: 201 })
  }
  const scaling = (changes: Partial<Cluster> = {}) => scalingOn({ ...client.cluster, ...changes })
  beforeEach(() => start({ keda: true }))

  test('sleeps and wakes with it, and a repeat changes nothing', async () => {
    await create()
    const changed = { result: 'changed', scaledObjects: [{ ref: object, result: 'changed' }] }
    const again = { result: 'already', scaledObjects: [{ ref: object, result: 'already' }] }
    expect(await scaleToZero(scaling(), sleep)).toMatchObject(changed)
    expect(await look()).toEqual([0, 0])
    expect(await scaleToZero(scaling(), sleep)).toMatchObject(again)
    expect(await inspect(scaling(), target, {})).toMatchObject({ scaledObjects: [{ ref: object, desiredReplicas: 0 }] })
    expect(await restore(scaling(), request)).toMatchObject(changed)
    expect(await look()).toEqual([2, 1])
    expect(await restore(scaling(), request)).toMatchObject(again)
  })

  test('sleeps again at the number that KEDA raised it to, and wakes to the first one', async () => {
    await create()
    await scaleToZero(scaling(), sleep)
    const patch = [{ op: 'replace' as const, path: '/spec/replicas', value: 5 }]
    await client.cluster.patchWorkload(target, patch)
    await scaleToZero(scaling(), sleep)
    expect(await look()).toEqual([0, 0])
    expect(await restore(scaling(), request)).toMatchObject({ targetReplicas: 2 })
  })

  test.each(['scale-to-zero', 'restore'])(
    'is finished by the next %s after a kill between its writes',
    async (action) => {
      await create()
      const apply = (cluster: Partial<Cluster>) =>
        action === 'restore' ? restore(scaling(cluster), request) : scaleToZero(scaling(cluster), sleep)
      if (action === 'restore') await scaleToZero(scaling(), sleep)
      const killed: Cluster['patchWorkload'] = (ref, ...rest) =>
        ref.kind === 'ScaledObject'
          ? Promise.reject(new ScalingError('cluster-timeout', 'no answer'))
          : client.cluster.patchWorkload(ref, ...rest)
      await expect(apply({ patchWorkload: killed })).rejects.toMatchObject({
        code: 'cluster-timeout',
        message: expect.stringMatching(
          /is set to \d replicas, and its ScaledObject project-a\/web is not done, so KEDA may/,
        ),
      })
      // The target alone is done: nothing of it is lost.
      expect(await look()).toEqual(action === 'restore' ? [2, 0] : [0, 1])
      await apply({})
      expect(await look()).toEqual(action === 'restore' ? [2, 1] : [0, 0])
      if (action !== 'restore') expect(await restore(scaling(), request)).toMatchObject({ targetReplicas: 2 })
    },
  )

  test('that KEDA had at zero is given back to KEDA by a restore', async () => {
    await create()
    const patch = [{ op: 'replace' as const, path: '/spec/replicas', value: 0 }]
    await client.cluster.patchWorkload(target, patch)
    expect(await scaleToZero(scaling(), sleep)).toMatchObject({ result: 'at-zero-before' })
    expect(await look()).toEqual([0, 0])
    expect(await restore(scaling(), request)).toMatchObject({
      result: 'at-zero-before',
      scaledObjects: [{ result: 'changed' }],
    })
    expect(await look()).toEqual([0, 1])
    await expect(restore(scaling(), request)).rejects.toMatchObject({ code: 'nothing-to-restore' })
  })

  test('scaled up by name, is given back to KEDA, which may change the number', async () => {
    await create()
    await scaleToZero(scaling(), sleep)
    await scaleUp(scaling(), { ...request, replicas: 4 })
    expect(await look()).toEqual([4, 1])
  })

  test.each([
    ['0', 4, '0'],
    ['1', 4, '1'],
    ['3', 4, '3'],
  ])('is not scaled up while somebody holds it at %s: the answer says what to do', async (held, replicas, said) => {
    await create({ [pausedReplicas]: held })
    const outcome = await scaleUp(scaling(), { ...request, replicas })
    expect(outcome).toMatchObject({
      result: 'skipped',
      why:
        `ScaledObject project-a/web holds it at ${said} replicas by its annotation ${pausedReplicas}, not by this ` +
        'service: remove that annotation, or ask for that number',
      scaledObjects: [],
    })
    expect((await client.cluster.getWorkload(target)).desiredReplicas).toBe(2)
  })

  test('goes back to the number at which somebody holds it', async () => {
    await create({ [pausedReplicas]: '2' })
    await scaleToZero(scaling(), sleep)
    expect(await look()).toEqual([0, 0])
    await restore(scaling(), request)
    expect(await look()).toEqual([2, 2])
  })

  test('is left as it is with a pause that could not be brought back', async () => {
    await create({ [pausedReplicas]: '2.5' })
    const why = expect.stringMatching(
      /^ScaledObject project-a\/web scales it: its .* is "2.5", and only a whole number/,
    )
    expect(await scaleToZero(scaling(), sleep)).toMatchObject({ result: 'skipped', why, scaledObjects: [] })
    expect((await client.cluster.getWorkload(target)).desiredReplicas).toBe(2)
  })

  test('costs two reads at once and two writes', async () => {
    await create()
    expect(await verbsOf(() => scaleToZero(scaling(), sleep))).toEqual(['get', 'list', 'patch', 'patch'])
  })
})

test('a cluster without KEDA is asked for ScaledObjects once in five minutes', async () => {
  await start({})
  const scaling = scalingOn(client.cluster)
  expect(await verbsOf(() => scaleToZero(scaling, sleep))).toEqual(['get', 'list', 'patch'])
  expect(await verbsOf(() => restore(scaling, request))).toEqual(['get', 'patch'])
  elapsedMs += 5 * 60 * 1000
  expect(await verbsOf(() => inspect(scaling, target, {}))).toEqual(expect.arrayContaining(['get', 'list']))
})
