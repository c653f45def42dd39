import { afterEach, describe, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../../../../dev/cluster/index.ts'
import {
  type Cluster,
  resolveProjects,
  type SweepOutcome,
  type SweepRequest,
  sweepProject,
  type WorkloadRef,
} from '../../../../../shared/scaling/index.ts'
import { applyDecision } from '../../../../../shared/scaling/workload/applyDecision.ts'
import { decideScaleUp } from '../../../../../shared/scaling/workload/decide.ts'
import { Client } from '../../../dev/cluster/cluster.ts'
import { clusterAt } from '../../../kubernetes/clusterAt.ts'
import { scalingOn } from '../../scalingOn.ts'

const now = new Date('2026-11-23T22:00:00Z')
const settings = { name: 'a', namespaces: ['project-a'], scaleDown: [], scaleUp: [], timeZone: 'UTC' }
const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

async function start(options: Parameters<typeof startCluster>[0], wrap = (cluster: Cluster): Cluster => cluster) {
  const embedded: EmbeddedCluster = await startCluster(options)
  const { cluster, close } = clusterAt(embedded.url)
  ends.push(close, embedded.stop)
  const create = async (path: string, body: object) => {
    expect(await new Client(embedded).send('POST', path, { body })).toMatchObject({ status: 201 })
  }
  const patched: string[] = []
  const wrapped = wrap(cluster)
  const watched: Cluster = {
    ...wrapped,
    patchWorkload(ref, ...rest) {
      patched.push(ref.kind)
      return wrapped.patchWorkload(ref, ...rest)
    },
  }
  const scaling = scalingOn(watched)
  const sweep = async (action: SweepRequest['action']) => {
    const [project] = resolveProjects([settings], await cluster.listNamespaces(), { ...scaling, now })
    if (project === undefined) throw new Error('project-a is not there')
    const { outcomes } = await sweepProject(scaling, { project, action, reason: 'nightly', actor: 'schedule', now })
    return outcomes
  }
  return { cluster, scaling, create, patched, sweep }
}

const keda = '/apis/keda.sh/v1alpha1/namespaces/project-a'
const kedaObject = (kind: string, name: string, annotations?: Record<string, string>) => ({
  apiVersion: 'keda.sh/v1alpha1',
  kind,
  metadata: { name, namespace: 'project-a', annotations },
  spec: {},
})

const scaledObject = (name: string, scaleTargetRef: object) => ({
  ...kedaObject('ScaledObject', name),
  spec: { scaleTargetRef },
})

test('KEDA is paused right after its target sleeps, and resumed after it wakes', async () => {
  const { cluster, create, patched, sweep } = await start({ keda: true })
  await create(`${keda}/scaledobjects`, scaledObject('web', { name: 'sample-app-a' }))
  await create(
    `${keda}/scaledobjects`,
    kedaObject('ScaledObject', 'paused-at-3', { 'autoscaling.keda.sh/paused-replicas': '3' }),
  )
  await create(`${keda}/scaledjobs`, kedaObject('ScaledJob', 'batch'))
  const annotations = async (ref: WorkloadRef) => (await cluster.getWorkload(ref)).annotations
  const web: WorkloadRef = { kind: 'ScaledObject', namespace: 'project-a', name: 'web' }
  const pausedAt3 = { ...web, name: 'paused-at-3' }
  const batch: WorkloadRef = { kind: 'ScaledJob', namespace: 'project-a', name: 'batch' }

  await sweep('scale-down')
  expect(patched.indexOf('Deployment')).toBeLessThan(patched.lastIndexOf('ScaledObject'))
  expect(patched.toSorted()).toEqual(['Deployment', 'ScaledJob', 'ScaledObject', 'ScaledObject'])
  expect(await annotations(web)).toMatchObject({ 'autoscaling.keda.sh/paused-replicas': '0' })
  expect(await annotations(pausedAt3)).toMatchObject({
    'autoscaling.keda.sh/paused-replicas': '0',
    'aks-scale-to-zero/original-replicas': '3',
  })
  expect(await annotations(batch)).toMatchObject({ 'autoscaling.keda.sh/paused': 'true' })

  patched.length = 0
  await sweep('scale-up')
  expect(patched.at(0)).toBe('Deployment')
  const woken = {
    'aks-scale-to-zero/woken-at': expect.any(String),
    'aks-scale-to-zero/woken-by': 'schedule',
  }
  expect(await annotations(web)).toEqual(woken)
  expect(await annotations(pausedAt3)).toEqual({ 'autoscaling.keda.sh/paused-replicas': '3', ...woken })
  expect(await annotations(batch)).toEqual(woken)
})

describe('a ScaledObject and its target', () => {
  const apps = '/apis/apps/v1/namespaces/project-a/deployments'
  const web = (metadata: object) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'project-a', ...metadata },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'pause' }] } },
    },
  })
  const exclude = { 'aks-scale-to-zero/exclude': 'true' }
  const owner = { apiVersion: 'v1', kind: 'Kafka', name: 'my-kafka', uid: '1', controller: true }
  const whyOf = (outcomes: SweepOutcome[]) =>
    Object.fromEntries(
      outcomes.flatMap((one) => (one.ref.name === 'web' ? [[one.ref.kind, 'why' in one ? one.why : undefined]] : [])),
    )

  test.each([
    ['an exclusion on the target', { annotations: exclude }, {}, 'Deployment', 'aks-scale-to-zero/exclude is "true"'],
    [
      'an exclusion on the ScaledObject',
      {},
      { annotations: exclude },
      'ScaledObject',
      'aks-scale-to-zero/exclude is "true"',
    ],
    ['an owner of the target', { ownerReferences: [owner] }, {}, 'Deployment', 'managed by Kafka my-kafka'],
    ['an owner of the ScaledObject', {}, { ownerReferences: [owner] }, 'ScaledObject', 'managed by Kafka my-kafka'],
    [
      'a pause that could not be brought back',
      {},
      { annotations: { 'autoscaling.keda.sh/paused-replicas': '1' } },
      'ScaledObject',
      'its autoscaling.keda.sh/paused-replicas is "1", and only a whole number from 2 to 1000 could be brought back',
    ],
  ])('are both left out by %s', async (_what, ofTarget, ofObject, kind, why) => {
    const { create, sweep, patched } = await start({ keda: true })
    await create(apps, web(ofTarget))
    const object = scaledObject('web', { name: 'web' })
    await create(`${keda}/scaledobjects`, { ...object, metadata: { ...object.metadata, ...ofObject } })
    expect(whyOf(await sweep('scale-down'))).toEqual({
      Deployment: kind === 'Deployment' ? why : `ScaledObject web scales it: ${why}`,
      ScaledObject: kind === 'ScaledObject' ? why : `it scales Deployment web: ${why}`,
    })
    expect(patched).toEqual(['Deployment'])
  })

  test('whose target cannot be put to zero is not paused: the next attempt does both', async () => {
    let isRefused = true
    const { create, sweep, cluster } = await start({ keda: true }, (real) => ({
      ...real,
      patchWorkload: (ref, patch, options) =>
        isRefused && ref.name === 'web' && ref.kind === 'Deployment'
          ? Promise.reject(new Error('a webhook says no'))
          : real.patchWorkload(ref, patch, options),
    }))
    await create(apps, web({}))
    await create(`${keda}/scaledobjects`, scaledObject('web', { name: 'web' }))
    expect(whyOf(await sweep('scale-down'))).toEqual({
      Deployment: 'a webhook says no',
      ScaledObject: 'a webhook says no',
    })
    const object: WorkloadRef = { kind: 'ScaledObject', namespace: 'project-a', name: 'web' }
    expect((await cluster.getWorkload(object)).desiredReplicas).toBe(1)
    isRefused = false
    await sweep('scale-down')
    expect((await cluster.getWorkload(object)).desiredReplicas).toBe(0)
  })

  test('whose target cannot be read stays as it is', async () => {
    const { create, sweep, patched } = await start({ keda: true }, (real) => ({
      ...real,
      listWorkloads: (query, options) =>
        query.kind === 'Deployment' ? Promise.reject(new Error('no answer')) : real.listWorkloads(query, options),
    }))
    await create(`${keda}/scaledobjects`, scaledObject('web', { name: 'web' }))
    expect(whyOf(await sweep('scale-down'))).toEqual({ ScaledObject: 'no answer' })
    expect(patched).toEqual([])
  })

  test('that scales a resource of another kind is paused by itself', async () => {
    const { create, sweep } = await start({ keda: true })
    const rollout = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web' }
    await create(`${keda}/scaledobjects`, scaledObject('web', rollout))
    const outcomes = await sweep('scale-down')
    expect(outcomes.filter(({ ref }) => ref.name === 'web')).toMatchObject([{ result: 'changed', targetReplicas: 0 }])
  })

  test('that somebody has paused where it is stays so, and its target sleeps and wakes by itself', async () => {
    const { create, sweep, cluster } = await start({ keda: true })
    await create(apps, web({}))
    const object = scaledObject('web', { name: 'web' })
    const annotations = { 'autoscaling.keda.sh/paused': 'true' }
    await create(`${keda}/scaledobjects`, { ...object, metadata: { ...object.metadata, annotations } })
    const read = async () => {
      const found = await cluster.getWorkload({ kind: 'ScaledObject', namespace: 'project-a', name: 'web' })
      const target = await cluster.getWorkload({ kind: 'Deployment', namespace: 'project-a', name: 'web' })
      return [found.annotations, target.desiredReplicas]
    }
    await sweep('scale-down')
    expect(await read()).toEqual([annotations, 0])
    await sweep('scale-up')
    expect(await read()).toEqual([annotations, 2])
  })
})

test('a cluster without KEDA is swept without it', async () => {
  const { sweep } = await start({})
  expect(await sweep('scale-down')).toMatchObject([{ result: 'changed', ref: { kind: 'Deployment' } }])
})

test('a kind that cannot be listed does not stop the others, and is reported', async () => {
  const { sweep } = await start({}, (cluster) => ({
    ...cluster,
    listWorkloads: (query, options) =>
      query.kind === 'CronJob'
        ? Promise.reject(new Error('cronjobs is forbidden'))
        : cluster.listWorkloads(query, options),
  }))
  expect(await sweep('scale-down')).toMatchObject([
    { result: 'failed', ref: { kind: 'CronJob', name: '*' }, why: 'cronjobs is forbidden' },
    { result: 'changed', ref: { kind: 'Deployment' } },
  ])
})

test('a workload that was listed in the wanted state causes no request', async () => {
  const { cluster, scaling } = await start({})
  const [listed] = await cluster.listWorkloads({ kind: 'Deployment', namespace: 'project-a' })
  if (listed === undefined) throw new Error('project-a has no Deployment')
  const scaleTo = (replicas: number, found = {}) =>
    applyDecision(scaling, {
      ref: listed.ref,
      decide: (workload) => decideScaleUp(workload, replicas, { actor: 'alice', now: new Date() }),
      ...found,
    })
  expect(await scaleTo(2, { listed })).toMatchObject({ hasAsked: false, outcome: { result: 'already' } })
  expect(await scaleTo(2)).toMatchObject({ hasAsked: true })
  expect(await scaleTo(3, { listed })).toMatchObject({
    hasAsked: true,
    outcome: { result: 'changed', targetReplicas: 3 },
  })
})

describe('a StatefulSet whose volumes would go with its Pods', () => {
  const apps = '/apis/apps/v1/namespaces/project-a/statefulsets'
  const template = { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'db', image: 'pause' }] } }
  const statefulSet = (annotations: Record<string, string>) => ({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db', namespace: 'project-a', annotations },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'db' } },
      template,
      volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }],
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Delete' },
    },
  })
  const ofDatabase = scaledObject('db', { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db' })

  test('stays awake with the ScaledObject that scales it, and both say why', async () => {
    const { create, sweep, patched } = await start({ keda: true })
    await create(apps, statefulSet({}))
    await create(`${keda}/scaledobjects`, ofDatabase)
    const outcomes = await sweep('scale-down')
    const why = 'its persistentVolumeClaimRetentionPolicy.whenScaled is "Delete", so its volumes would be deleted'
    expect(outcomes.filter(({ result }) => result === 'skipped')).toMatchObject([
      { ref: { kind: 'StatefulSet', name: 'db' }, why },
      { ref: { kind: 'ScaledObject', name: 'db' }, why: `it scales StatefulSet db: ${why}` },
    ])
    expect(patched).toEqual(['Deployment'])
  })

  test('sleeps with its ScaledObject when a person has allowed it', async () => {
    const { create, sweep, patched } = await start({ keda: true })
    await create(apps, statefulSet({ 'aks-scale-to-zero/allow-data-loss': 'true' }))
    await create(`${keda}/scaledobjects`, ofDatabase)
    expect((await sweep('scale-down')).filter(({ result }) => result !== 'changed')).toEqual([])
    expect(patched.toSorted()).toEqual(['Deployment', 'ScaledObject', 'StatefulSet'])
  })
})
