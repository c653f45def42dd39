import { describe, expect, test } from '@jest/globals'
import type { KubeObject } from '../../../../dev/cluster/objects.ts'
import { appA, type Client, clusters, jsonPatchType } from './cluster.ts'

const start = clusters()
const apps = '/apis/apps/v1/namespaces/project-a'
const podsOfA = '/api/v1/namespaces/project-a/pods'
const ofDatabase = `${podsOfA}?labelSelector=app=db`
const database = `${apps}/statefulsets/db`
const namesOf = (objects: KubeObject[]) => objects.map(({ metadata }) => metadata.name).sort()
const areRunning = (pods: KubeObject[]) => pods.every(({ status }) => status?.phase === 'Running')

async function createDatabase(client: Client, replicas: number): Promise<void> {
  const tolerations = [{ key: 'aks-scale-to-zero/project', operator: 'Exists' }]
  const template = { metadata: { labels: { app: 'db' } }, spec: { nodeSelector: { project: 'a' }, tolerations } }
  const body = { metadata: { name: 'db' }, spec: { replicas, selector: { matchLabels: { app: 'db' } }, template } }
  expect((await client.send('POST', `${apps}/statefulsets`, { body })).status).toBe(201)
  await client.until(`${apps}/statefulsets`, ([db]) => db?.status?.readyReplicas === replicas)
}

describe('a StatefulSet', () => {
  test('numbers its Pods from 0, and the last one goes first', async () => {
    const client = await start()
    await createDatabase(client, 3)
    expect(namesOf((await client.get(ofDatabase)).body.items)).toEqual(['db-0', 'db-1', 'db-2'])
    const count = { replicas: 3, readyReplicas: 3, availableReplicas: 3, updatedReplicas: 3 }
    expect((await client.get(database)).body.status).toEqual({ observedGeneration: 1, ...count })
    await client.patch(database, { spec: { replicas: 1 } })
    expect(namesOf(await client.until(ofDatabase, (pods) => pods.length === 1))).toEqual(['db-0'])
    // The Deployment beside it is unchanged.
    expect((await client.get(appA)).body.status).toMatchObject({ replicas: 2, readyReplicas: 2 })
  })

  test('has zero replicas in its status once its last Pod is gone', async () => {
    const client = await start({ podDelayMs: 60 })
    await createDatabase(client, 2)
    await client.patch(database, { spec: { replicas: 0 } })
    const [ending] = await client.until(`${apps}/statefulsets`, ([db]) => db?.status?.observedGeneration === 2)
    expect(ending?.status).toEqual({ observedGeneration: 2, replicas: 2, readyReplicas: 2, availableReplicas: 2 })
    await client.until(`${apps}/statefulsets`, ([db]) => db?.status?.replicas === 0)
    expect((await client.get(database)).body.status).toEqual({
      ...{ observedGeneration: 2, replicas: 0, availableReplicas: 0 },
    })
    expect((await client.get(ofDatabase)).body.items).toEqual([])
  })

  test('replaces a Pod by one of the same name once the old one is gone', async () => {
    const lines: string[] = []
    const client = await start({ report: (line) => lines.push(line) })
    await createDatabase(client, 1)
    lines.length = 0
    await client.patch(database, { spec: { template: { metadata: { annotations: { restarted: 'now' } } } } })
    const isRestarted = ({ metadata, status }: KubeObject) =>
      metadata.annotations?.restarted && status?.phase === 'Running'
    await client.until(ofDatabase, (pods) => pods.length === 1 && pods.every(isRestarted))
    expect(lines).toEqual(['Terminating', 'gone', 'Pending', 'Running'].map((state) => `pod project-a/db-0 ${state}`))
  })

  test('keeps the new Pod when the old one of its name was already stopping', async () => {
    const client = await start({ podDelayMs: 40 })
    await createDatabase(client, 1)
    await client.patch(database, { spec: { replicas: 0 } })
    await client.until(ofDatabase, ([pod]) => pod?.metadata.deletionTimestamp !== undefined)
    await client.send('DELETE', `${podsOfA}/db-0`)
    await client.patch(database, { spec: { replicas: 1 } })
    const [pod] = await client.until(ofDatabase, ([db]) => db !== undefined)
    const [running] = await client.until(ofDatabase, (pods) => pods.length === 1 && areRunning(pods))
    expect(running?.metadata.uid).toBe(pod?.metadata.uid)
  })

  test('has a scale; its generation counts changes of the spec, not of the annotations', async () => {
    const client = await start()
    await createDatabase(client, 1)
    expect((await client.patch(`${database}/scale`, { spec: { replicas: 2 } })).body.spec).toEqual({ replicas: 2 })
    const { body } = await client.patch(database, { metadata: { annotations: { a: 'b' } } })
    expect(body).toMatchObject({ metadata: { generation: 2 }, spec: { replicas: 2 } })
  })
})

describe('the field managers', () => {
  test.each([
    ['Deployment', appA],
    ['StatefulSet', database],
  ])('of a %s scaled through /scale are its scaler, without a time, and the controller', async (_, path) => {
    let now = new Date('2026-01-01T00:00:00Z')
    const client = await start({ now: () => now })
    await createDatabase(client, 1)
    now = new Date('2026-01-01T12:00:00Z')
    await client.patch(`${path}/scale`, { spec: { replicas: 0 } })
    const lists = path.slice(0, path.lastIndexOf('/'))
    const [object] = await client.until(lists, ([one]) => one?.status?.observedGeneration === 2)
    const entry = { operation: 'Update', apiVersion: 'apps/v1', fieldsType: 'FieldsV1' }
    const time = '2026-01-01T12:00:00Z'
    const status = {
      ...entry,
      manager: 'kube-controller-manager',
      subresource: 'status',
      time,
      fieldsV1: { 'f:status': {} },
    }
    expect(object?.metadata.managedFields).toEqual([
      { ...entry, manager: 'tester', subresource: 'scale', fieldsV1: { 'f:spec': { 'f:replicas': {} } } },
      status,
    ])
    // The next writer of the replicas becomes their owner; the controller still owns the status.
    const { body } = await client.patch(`${path}?fieldManager=me`, { spec: { replicas: 2 } })
    expect(body.metadata.managedFields).toEqual([
      status,
      { ...entry, manager: 'me', time, fieldsV1: { 'f:spec': { 'f:replicas': {} } } },
    ])
  })
})

test('a CronJob is not suspended by default, and starts nothing', async () => {
  const client = await start()
  const cronJobs = '/apis/batch/v1/namespaces/project-a/cronjobs'
  const spec = { schedule: '* * * * *', jobTemplate: { spec: { template: { spec: { containers: [] } } } } }
  const { body: created } = await client.send('POST', cronJobs, { body: { metadata: { name: 'c' }, spec } })
  expect(created).toMatchObject({ kind: 'CronJob', metadata: { generation: 1 }, spec: { ...spec, suspend: false } })
  // The default is stored, so a patch can test it.
  const suspend = [
    { op: 'test', path: '/spec/suspend', value: false },
    { op: 'replace', path: '/spec/suspend', value: true },
  ]
  const { body: suspended } = await client.patch(`${cronJobs}/c`, suspend, jsonPatchType)
  expect(suspended).toMatchObject({ metadata: { generation: 2 }, spec: { suspend: true } })
  expect((await client.patch(`${cronJobs}/c`, { spec: { suspend: null } })).body.spec?.suspend).toBe(false)
  expect((await client.get(`${cronJobs}/c/scale`)).status).toBe(404)
  expect((await client.get(podsOfA)).body.items).toHaveLength(2)
})

test('a HorizontalPodAutoscaler is stored and scales nothing', async () => {
  const client = await start()
  const path = '/apis/autoscaling/v2/namespaces/project-a/horizontalpodautoscalers'
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'sample-app-a' }
  const spec = { scaleTargetRef, minReplicas: 5, maxReplicas: 9 }
  const { body } = await client.send('POST', path, { body: { metadata: { name: 'h' }, spec } })
  expect(body).toMatchObject({ kind: 'HorizontalPodAutoscaler', apiVersion: 'autoscaling/v2', spec })
  // The real server keeps no generation of it.
  expect(body.metadata.generation).toBeUndefined()
  expect((await client.get(path)).body.items).toHaveLength(1)
  expect((await client.get(appA)).body.spec?.replicas).toBe(2)
})

describe('with KEDA', () => {
  const group = '/apis/keda.sh/v1alpha1'
  const version = { groupVersion: 'keda.sh/v1alpha1', version: 'v1alpha1' }
  const discovered = { name: 'keda.sh', versions: [version], preferredVersion: version }

  test.each([
    ['ScaledObject', 'scaledobjects', 'so'],
    ['ScaledJob', 'scaledjobs', 'sj'],
  ])('a %s is served', async (kind, plural, shortName) => {
    const client = await start({ keda: true })
    const path = `${group}/namespaces/project-a/${plural}`
    expect((await client.get('/apis')).body).toMatchObject({ groups: expect.arrayContaining([discovered]) })
    expect((await client.get(group)).body.resources).toContainEqual(
      expect.objectContaining({ name: plural, kind, shortNames: [shortName] }),
    )
    expect((await client.get(`${group}/${plural}`)).body).toMatchObject({ kind: `${kind}List`, items: [] })
    const { status, body } = await client.send('POST', path, {
      body: { metadata: { name: 'x' }, spec: { triggers: [] } },
    })
    expect([status, body.metadata.generation]).toEqual([201, 1])
    const annotations = { 'autoscaling.keda.sh/paused-replicas': '0' }
    const { metadata } = (await client.patch(`${path}/x`, { metadata: { annotations } })).body
    expect(metadata).toMatchObject({ annotations, generation: 1 })
    expect((await client.get(`${path}/y`)).body).toMatchObject({ message: `${plural}.keda.sh "y" not found` })
  })

  test('an unknown resource of its group is a page not found, unlike in the groups of Kubernetes', async () => {
    const client = await start({ keda: true })
    expect(await client.get(`${group}/unknown`)).toEqual({ status: 404, body: '404 page not found\n' })
  })
})
