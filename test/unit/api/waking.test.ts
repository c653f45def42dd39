import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../../dev/cluster/index.ts'
import { ScalingError } from '../../../shared/scaling/index.ts'
import { waitFor } from '../../waitFor.ts'
import { Client } from '../dev/cluster/cluster.ts'
import { clusterAt } from '../kubernetes/clusterAt.ts'
import { apiOn } from './apiOn.ts'

let embedded: EmbeddedCluster
let client: ReturnType<typeof clusterAt>
beforeEach(async () => {
  // The delays are so long that nothing starts during a test.
  embedded = await startCluster({ podDelayMs: 3_600_000, nodeDelayMs: 3_600_000 })
  client = clusterAt(embedded.url)
})
afterEach(async () => {
  await client.close()
  await embedded.stop()
})

const scale = async (deployment: string, replicas: number) => {
  const [namespace, name] = deployment.split('/')
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}/scale`
  await new Client(embedded).patch(path, { spec: { replicas } })
  const ref = { kind: 'Deployment' as const, namespace: namespace ?? '', name: name ?? '' }
  await waitFor({
    what: 'its controller has seen it',
    look: () => client.cluster.getWorkload(ref),
    until: (one) => one.observed,
  })
  // From then on it is known that the cluster has no KEDA.
  await client.cluster.listWorkloads({ kind: 'ScaledObject', namespace: namespace ?? '' })
  client.calls.splice(0)
}

describe('the status', () => {
  const read = async (deployment: string) => {
    const response = await apiOn(client.cluster).status(deployment)
    return ((await response.json()) as { deployment: { waking?: { pods: { stage: string }[] } } }).deployment
  }
  const verbs = () => client.calls.map(({ verb }) => verb)

  test.each([
    ['runs', 2],
    ['sleeps', 0],
    ['scales down', 1],
  ])('takes one call for a Deployment that %s', async (_what, replicas) => {
    await scale('project-a/sample-app-a', replicas)
    expect(await read('project-a/sample-app-a')).not.toHaveProperty('waking')
    expect(verbs()).toEqual(['get'])
  })

  test('reads the Pods and their Events as well while a Deployment is waking', async () => {
    await scale('project-a/sample-app-a', 3)
    const { waking } = await read('project-a/sample-app-a')
    expect(waking).toMatchObject({ stage: 'pulling-image', since: expect.any(String) })
    const stages = waking?.pods.map(({ stage }) => stage)
    expect(stages?.sort()).toEqual(['pulling-image', 'ready', 'ready'])
    expect(verbs()).toEqual(['get', 'list', 'list'])
  })

  test('reads the nodes as well when a Pod has none', async () => {
    await scale('project-b/sample-app-b', 2)
    expect((await read('project-b/sample-app-b')).waking).toMatchObject({
      stage: 'waiting-for-node',
      why: '0/3 nodes are available: 1 Too many pods, 2 node(s) had untolerated taint(s).',
    })
    expect(verbs()).toEqual(['get', 'list', 'list', 'list'])
  })

  test('has an unknown stage and the reason without the right to list Pods', async () => {
    await scale('project-a/sample-app-a', 3)
    const why = 'Kubernetes refused to list Pods in project-a'
    const listPods = () => Promise.reject(new ScalingError('cluster-refused', why))
    const response = await apiOn({ ...client.cluster, listPods }).status('project-a/sample-app-a')
    expect(response.status).toBe(200)
    const { deployment } = (await response.json()) as { deployment: object }
    expect(deployment).toMatchObject({ status: 'scaling', desired_replicas: 3, waking: { stage: 'unknown', why } })
  })

  test('of a project reads Pods and Events once, and only when a workload is waking', async () => {
    await scale('project-a/sample-app-a', 3)
    const settings = { scaleDown: [], scaleUp: [], timeZone: 'UTC' }
    const projects = ['a', 'b'].map((name) => ({ ...settings, name, namespaces: [`project-${name}`] }))
    const calls = async (name: string) => {
      client.calls.splice(0)
      const response = await apiOn(client.cluster, { projects }).api.request(`/api/v1/projects/${name}`)
      const { project } = (await response.json()) as { project: { waking: { pods: { stage: string }[] }[] } }
      return { waking: project.waking, calls: client.calls.length }
    }
    const asleep = await calls('b')
    expect(asleep.waking).toEqual([])
    const awake = await calls('a')
    expect(awake).toMatchObject({
      waking: [
        {
          ...{ kind: 'Deployment', namespace: 'project-a', name: 'sample-app-a' },
          ...{ stage: 'pulling-image', since: expect.any(String) },
        },
      ],
      calls: asleep.calls + 2,
    })
    expect(awake.waking[0]?.pods.map(({ stage }) => stage)).toEqual(['pulling-image', 'ready', 'ready'])
  })
})

describe('waiting', () => {
  const path = '/api/v1/deployments/project-a/sample-app-a/status?wait=ready&timeout=220'
  const isWatched = () =>
    waitFor({
      what: 'it is watched',
      look: async () => client.calls.length,
      // The GET is done, and the watch follows at once.
      until: (calls) => calls > 0,
    })

  test('ends at once when the host shuts down, with the status so far', async () => {
    await scale('project-a/sample-app-a', 3)
    const draining = new AbortController()
    const { api } = apiOn(client.cluster, { draining: draining.signal })
    const answer = api.request(path)
    await isWatched()
    draining.abort()
    expect(await (await answer).json()).toMatchObject({
      ready: false,
      deployment: { waking: { stage: 'pulling-image' } },
    })
    // A wait that begins later ends at once, too.
    expect(await (await api.request(path)).json()).toMatchObject({ ready: false, deployment: { desired_replicas: 3 } })
  })

  test('ends when its client has gone', async () => {
    await scale('project-a/sample-app-a', 3)
    const gone = new AbortController()
    const { api, records } = apiOn(client.cluster)
    const answer = api.request(path, { signal: gone.signal })
    await isWatched()
    gone.abort()
    await answer
    expect(client.calls.map(({ verb }) => verb)).toContain('watch')
    expect(records).toHaveLength(1)
  })
})

test('one key has no more than its share of the watches, and leaves the others theirs', async () => {
  const waited: string[] = []
  const ending = new AbortController()
  const { api } = apiOn(
    {
      ...client.cluster,
      awaitWorkload({ name }, isReached, patience) {
        waited.push(name)
        const ref = { kind: 'Deployment' as const, namespace: 'project-a', name: 'sample-app-a' }
        return client.cluster.awaitWorkload(ref, isReached, AbortSignal.any([patience, ending.signal]))
      },
      getWorkload: () =>
        client.cluster.getWorkload({ kind: 'Deployment', namespace: 'project-a', name: 'sample-app-a' }),
    },
    {
      authentication: {
        keys: ['a', 'b'].map((name) => ({ name, key: `key-of-${name}-long-enough`, projects: undefined })),
        trustsAzureIdentity: false,
        anonymousActor: 'anonymous',
        reservedNames: [],
      },
    },
  )
  await scale('project-a/sample-app-a', 3)
  const wait = (key: string, deployment: string) =>
    api.request(`/api/v1/deployments/project-a/${deployment}/status?wait=ready&timeout=220`, {
      headers: { authorization: `Bearer key-of-${key}-long-enough` },
    })
  const allWait = (count: number) =>
    waitFor({ what: `${count} wait`, look: async () => waited.length, until: (length) => length === count })
  const waits = Array.from({ length: 32 }, (_, index) => wait('a', `app-${index}`))
  await allWait(32)
  const refused = await wait('a', 'one-more')
  expect(refused.status).toBe(429)
  expect(await refused.json()).toMatchObject({ error: 'too-many-waits' })
  // The same Deployment takes no further watch, and another key has its own share.
  waits.push(wait('a', 'app-0'), wait('b', 'one-more'))
  await allWait(34)
  ending.abort()
  for (const response of await Promise.all(waits)) expect(response.status).toBe(200)
  expect((await wait('a', 'one-more')).status).toBe(200)
})
