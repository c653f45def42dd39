import { spawnSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import { AppsV1Api, CoreV1Api, KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import type { KubeObject } from '../../../../dev/cluster/objects.ts'
import { appA, clusters, deploymentsOfA } from './cluster.ts'

const start = clusters()
const podsOfA = '/api/v1/namespaces/project-a/pods'
const nodesOfA = '/api/v1/nodes?labelSelector=project=a'

describe('a new cluster', () => {
  test('has both samples running on their own nodes, even with long delays', async () => {
    const client = await start({ podDelayMs: 3_600_000, nodeDelayMs: 3_600_000 })
    const { items } = (await client.get('/api/v1/pods')).body
    const places = items.map(({ metadata, spec, status }) => [metadata.namespace, spec?.nodeName, status?.phase])
    expect(places).toEqual([
      ['project-a', 'aks-projecta-10000000-vmss000000', 'Running'],
      ['project-a', 'aks-projecta-10000000-vmss000000', 'Running'],
      ['project-b', 'aks-projectb-10000000-vmss000000', 'Running'],
    ])
    const [, gpuNode, systemNode] = (await client.get('/api/v1/nodes')).body.items
    expect(gpuNode).toMatchObject({
      metadata: { labels: { project: 'b', 'kubernetes.azure.com/mode': 'user' } },
      spec: {
        taints: [
          { key: 'aks-scale-to-zero/project', value: 'project-b', effect: 'NoSchedule' },
          { key: 'sku', value: 'gpu', effect: 'NoSchedule' },
        ],
      },
      status: { allocatable: { 'nvidia.com/gpu': '1', pods: '1' } },
    })
    expect(systemNode?.metadata.labels).toMatchObject({ 'kubernetes.azure.com/mode': 'system' })
    expect((await client.get(appA)).body.status).toMatchObject({
      ...{ observedGeneration: 1, replicas: 2, readyReplicas: 2, availableReplicas: 2, updatedReplicas: 2 },
    })
  })
})

describe('scaling to zero', () => {
  test('removes the Pods, then the node; scaling up brings them back; the other project is unchanged', async () => {
    const lines: string[] = []
    const seen = () => lines.splice(0).map((line) => line.replace(/-\w{10}-\w{5} /, ' '))
    const client = await start({ report: (line) => lines.push(line) })
    const { body: appB } = await client.get('/apis/apps/v1/namespaces/project-b/deployments/sample-app-b')
    await client.patch(appA, { spec: { replicas: 0 } })
    await client.until(nodesOfA, (nodes) => nodes.length === 0)
    expect((await client.get(podsOfA)).body.items).toEqual([])
    const { status } = (await client.get(appA)).body
    // A count of zero is not in the status at all.
    expect(Object.keys(status ?? {})).toEqual(['observedGeneration', 'conditions'])
    // Each line causes a later one. The two Pods end independently; the node waits for both.
    expect(seen()).toEqual([
      'pod project-a/sample-app-a Terminating',
      'pod project-a/sample-app-a Terminating',
      'pod project-a/sample-app-a gone',
      'pod project-a/sample-app-a gone',
      'node aks-projecta-10000000-vmss000000 gone',
    ])

    await client.patch(appA, { spec: { replicas: 1 } })
    await client.until(deploymentsOfA, ([app]) => app?.status?.readyReplicas === 1)
    expect(seen()).toEqual([
      'pod project-a/sample-app-a Pending',
      'node aks-projecta-10000000-vmss000000 Ready',
      'pod project-a/sample-app-a Running',
    ])
    const { body: after } = await client.get('/apis/apps/v1/namespaces/project-b/deployments/sample-app-b')
    expect(after).toEqual(appB)
  })

  test('is not a rollout: the Progressing condition stays as it was', async () => {
    let second = 0
    const client = await start({ now: () => new Date(Date.UTC(2026, 0, 1, 0, 0, second++)) })
    const progressing = async () => {
      const { conditions } = (await client.get(appA)).body.status as { conditions: { type: string }[] }
      return conditions.find(({ type }) => type === 'Progressing')
    }
    const before = await progressing()
    expect(before).toMatchObject({ reason: 'NewReplicaSetAvailable' })
    await client.patch(appA, { spec: { replicas: 5 } })
    await client.until(deploymentsOfA, ([app]) => app?.status?.readyReplicas === 5)
    expect(await progressing()).toEqual(before)
  })
})

test('each GPU Pod gets a node of its own', async () => {
  const client = await start()
  await client.patch('/apis/apps/v1/namespaces/project-b/deployments/sample-app-b', { spec: { replicas: 3 } })
  const running = await client.until(
    '/api/v1/namespaces/project-b/pods',
    (pods) => pods.every(({ status }) => status?.phase === 'Running') && pods.length === 3,
  )
  expect(new Set(running.map(({ spec }) => spec?.nodeName)).size).toBe(3)
})

test('a Pod that fits no pool waits, and one on the system node must tolerate its taint', async () => {
  const client = await start()
  const template = (spec: object) => ({ spec: { template: { spec } } })
  const nodeSelector = { project: null, 'kubernetes.azure.com/mode': 'system' }
  await client.patch(appA, template({ nodeSelector }))
  // A new template replaces all Pods; none of the new ones has a node to run on.
  await client.until(nodesOfA, (nodes) => nodes.length === 0)
  const waiting = await client.until(podsOfA, (pods) => pods.length === 2)
  expect(waiting.map(({ spec, status }) => [spec?.nodeName, status?.phase])).toEqual(
    Array(2).fill([undefined, 'Pending']),
  )
  await client.patch(appA, template({ tolerations: [{ key: 'CriticalAddonsOnly', operator: 'Exists' }] }))
  const isRunning = ({ spec, status }: KubeObject) =>
    spec?.nodeName === 'aks-system-10000000-vmss000000' && status?.phase === 'Running'
  await client.until(podsOfA, (pods) => pods.length === 2 && pods.every(isRunning))
})

test('more replicas than any cluster can run do no harm', async () => {
  const client = await start({ podDelayMs: 60_000, nodeDelayMs: 60_000 })
  await client.patch(appA, { spec: { replicas: 2 ** 31 - 1 } })
  await client.until(deploymentsOfA, ([app]) => Number(app?.status?.replicas) >= 1_000)
  expect((await client.get(podsOfA)).body.items).toHaveLength(1_000)
})

test('a deleted Pod is replaced, but not when its Deployment is deleted', async () => {
  const client = await start()
  const [first] = (await client.get(podsOfA)).body.items
  const name = first?.metadata.name ?? ''
  await client.send('DELETE', `${podsOfA}/${name}`)
  const isRunning = ({ metadata, status }: KubeObject) => metadata.name !== name && status?.phase === 'Running'
  await client.until(podsOfA, (pods) => pods.length === 2 && pods.every(isRunning))
  await client.send('DELETE', appA)
  await client.until(nodesOfA, (nodes) => nodes.length === 0)
  expect((await client.get(podsOfA)).body.items).toEqual([])
})

describe("the Kubernetes client's generated APIs", () => {
  test('read, patch and write Events', async () => {
    const client = await start()
    const config = new KubeConfig()
    config.loadFromString(client.cluster.kubeconfig)
    const apps = config.makeApiClient(AppsV1Api)
    const core = config.makeApiClient(CoreV1Api)
    const app = { namespace: 'project-a', name: 'sample-app-a' }
    const read = await apps.readNamespacedDeployment(app)
    expect(read.metadata?.creationTimestamp).toBeInstanceOf(Date)
    const body = [{ op: 'replace', path: '/spec/replicas', value: 0 }]
    const patched = await apps.patchNamespacedDeployment(
      { ...app, body, fieldManager: 'me' },
      setHeaderOptions('Content-Type', PatchStrategy.JsonPatch),
    )
    expect(patched.spec?.replicas).toBe(0)
    const failing = apps.readNamespacedDeployment({ ...app, name: 'x' })
    await expect(failing).rejects.toMatchObject({ code: 404, body: expect.stringContaining('NotFound') })
    const involvedObject = { apiVersion: 'apps/v1', kind: 'Deployment', ...app }
    const event = {
      metadata: { generateName: 'sample-app-a.' },
      involvedObject,
      reason: 'ScaledToZero',
      message: 'asleep',
    }
    await core.createNamespacedEvent({ namespace: 'project-a', body: event })
    expect((await core.listNode({ labelSelector: 'project=b' })).items).toHaveLength(1)
  })

  test('lose no write of twenty concurrent ones to a Deployment', async () => {
    const client = await start()
    const config = new KubeConfig()
    config.loadFromString(client.cluster.kubeconfig)
    const apps = config.makeApiClient(AppsV1Api)
    const writers = [...Array(20).keys()]
    const app = { namespace: 'project-a', name: 'sample-app-a' }
    const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)
    await Promise.all(
      writers.map((writer) => {
        const body = { metadata: { annotations: { [`writer-${writer}`]: 'was here' } }, spec: { replicas: writer % 3 } }
        return apps.patchNamespacedDeployment({ ...app, body }, merge)
      }),
    )
    const { annotations = {} } = (await apps.readNamespacedDeployment(app)).metadata ?? {}
    expect(Object.keys(annotations).filter((key) => key.startsWith('writer-'))).toHaveLength(20)
  })
})

test('a process ends after stop(), even while Pods are starting', () => {
  const index = new URL('../../../../dev/cluster/index.ts', import.meta.url).href
  const program = `
    const { startCluster } = await import(${JSON.stringify(index)})
    const cluster = await startCluster({ podDelayMs: 3600000, nodeDelayMs: 3600000 })
    await fetch(cluster.url + '${appA}/scale', { method: 'PATCH', body: '{"spec":{"replicas":9}}',
      headers: { 'content-type': 'application/merge-patch+json' } }).then((response) => response.text())
    await cluster.stop()`
  const ended = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    timeout: 20_000,
    encoding: 'utf8',
  })
  expect(ended).toMatchObject({ status: 0, signal: null })
}, 30_000)
