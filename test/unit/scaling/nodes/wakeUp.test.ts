import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../../../dev/cluster/index.ts'
import {
  applyDueTransitions,
  type Cluster,
  type Finding,
  findHistory,
  type Observation,
  type Scaling,
  ScalingError,
  verifyScaledToZero,
} from '../../../../shared/scaling/index.ts'
import { waitFor } from '../../../waitFor.ts'
import { appA, Client } from '../../dev/cluster/cluster.ts'
import { clusterAt } from '../../kubernetes/clusterAt.ts'
import { projectA as sample } from '../projects.ts'
import { scalingOn } from '../scalingOn.ts'

const projectA = { ...sample, nodePool: 'projecta' }
const at = (time: string) => new Date(`2026-11-${time}:00Z`)
const node = 'aks-projecta-10000000-vmss000000'

let embedded: EmbeddedCluster
let client: ReturnType<typeof clusterAt>
let now: Date
let background: Promise<void>[]
let observed: Observation[]
beforeEach(async () => {
  now = at('22T11:00')
  // Pods are ready as soon as there is a node, and nodes come and go by the test alone.
  embedded = await startCluster({ podDelayMs: 1, nodeDelayMs: 1e9, now: () => now })
  client = clusterAt(embedded.url)
  background = []
  observed = []
  await tick('22T12:00')
  await tick('22T22:00')
})
afterEach(async () => {
  await client.close()
  await embedded.stop()
})

const scaling = (changes: Partial<Cluster> = {}): Scaling =>
  scalingOn(
    { ...client.cluster, ...changes },
    {
      now: () => now,
      afterwards: (work) => void background.push(work().catch(() => {})),
      observe: (one) => void observed.push(one),
    },
  )
async function settled() {
  for (let count = -1; count < background.length; ) {
    count = background.length
    await Promise.all(background)
  }
}
async function tick(time: string, changes: Partial<Cluster> = {}) {
  now = at(time)
  for (const action of ['scale-down', 'scale-up'] as const)
    await applyDueTransitions(scaling(changes), action, { projects: [projectA], dryRun: false })
  await settled()
}
async function verify(
  time: string,
  { changes = {}, dryRun = false }: { changes?: Partial<Cluster>; dryRun?: boolean } = {},
) {
  now = at(time)
  const told: Finding[] = []
  const report = (finding: Finding) => void told.push(finding)
  const request = { projects: [projectA], graceMinutes: 20, dryRun, report }
  const { failures } = await verifyScaledToZero(scaling(changes), request)
  await settled()
  return [...told.map(({ result, minutes }) => `${result} ${minutes}`), ...failures.map(({ error }) => String(error))]
}
const send = (method: string, path: string, body?: object) =>
  new Client(embedded).send(method, `/api/v1/${path}`, { body })
const removeNode = () => send('DELETE', `nodes/${node}`)
/** A node of the pool, on which no Pod can run: the tests of the nodes need none. */
const addNode = (name: string) =>
  send('POST', 'nodes', {
    metadata: { name, labels: { 'kubernetes.azure.com/agentpool': 'projecta' } },
    spec: { taints: [{ key: 'new', value: 'true', effect: 'NoSchedule' }] },
  })
/** The same workloads, none of whose Pods is ready. */
const unready: Partial<Cluster> = {
  listWorkloads: async (...asked) =>
    (await client.cluster.listWorkloads(...asked)).map((workload) => ({ ...workload, readyReplicas: 0 })),
}
const history = () => findHistory(client, { name: 'project-a' }, {})
const nights = async () => (await history()).nights
const memory = async () => {
  const { annotations = {} } = (await client.cluster.findNamespace('project-a')) ?? {}
  return [annotations['aks-scale-to-zero/nodes-away'], annotations['aks-scale-to-zero/waking-since']]
}
const entries = async () =>
  (await history()).entries.map((entry) => `${entry.what} ${'minutes' in entry ? entry.minutes : ''}`)

describe('a night', () => {
  test('begins with the nodes that the project has when its scale-down is due, by pool and size', async () => {
    const [night] = await nights()
    expect(night).toMatchObject({ scaleDown: at('22T22:00'), nodes: [{ pool: 'projecta', count: 1 }] })
  })

  test('is written in three steps: gone, woken and back', async () => {
    await removeNode()
    expect(await verify('22T22:15')).toEqual(['gone 15'])
    expect(await memory()).toEqual([at('22T22:00').toISOString(), undefined])
    await tick('23T07:00')
    expect(await verify('23T07:00')).toEqual([])
    now = at('23T07:05')
    await addNode('new')
    expect(await verify('23T07:05')).toEqual(['back 5'])
    expect(await nights()).toMatchObject([{ gone: at('22T22:15'), woken: at('23T07:00'), back: at('23T07:05') }])
    expect(observed).toContainEqual({ what: 'nodes-back', project: 'a', minutes: 5 })
    expect(await entries()).toEqual(expect.arrayContaining(['nodes-gone 15', 'nodes-back 5']))
    expect((await memory())[0]).toBeUndefined()
    expect(await verify('23T07:10')).toEqual([])
  })

  test('ends by the clock of the API server, though our own is ten minutes slow or fast', async () => {
    await removeNode()
    await verify('22T22:15')
    await addNode('new')
    const [made] = (await client.cluster.listNodes()).filter(({ name }) => name === 'new')
    now = new Date(Date.parse(made?.createdAt ?? '') + 600_000)
    await verifyScaledToZero(scaling(), { projects: [projectA], graceMinutes: 20, dryRun: false, report: () => {} })
    await settled()
    expect((await nights())[0]?.back).toEqual(new Date(made?.createdAt ?? ''))
  })

  test('that somebody ends by hand has a node back without minutes, and no finding', async () => {
    await removeNode()
    await verify('22T22:15')
    await new Client(embedded).patch(`${appA}?fieldManager=kubectl-edit`, { spec: { replicas: 1 } })
    await addNode('new')
    await verify('23T01:00')
    expect(await entries()).toContain('nodes-back ')
    expect(observed.some(({ what }) => what === 'nodes-back')).toBe(false)
  })

  test('with held nodes has no time at which they were gone', async () => {
    expect(await verify('22T22:30')).toEqual(['held 30'])
    expect(await nights()).toMatchObject([{ nodes: [{ count: 1 }] }])
    expect((await nights())[0]).not.toHaveProperty('gone')
  })

  test('of which the nodes cannot be read is not written, and the project sleeps all the same', async () => {
    await tick('23T07:00')
    const listNodes = () => Promise.reject(new ScalingError('cluster-timeout', 'no answer'))
    await tick('23T22:00', { listNodes })
    expect(await nights()).toHaveLength(1)
    expect(
      (await client.cluster.getWorkload({ kind: 'Deployment', namespace: 'project-a', name: 'sample-app-a' }))
        .desiredReplicas,
    ).toBe(0)
  })

  test('whose end could not be written is ended by the next run', async () => {
    await removeNode()
    await verify('22T22:15')
    await addNode('new')
    const applyConfigMap = () => Promise.reject(new ScalingError('cluster-timeout', 'no answer'))
    await verify('23T01:00', { changes: { applyConfigMap } })
    expect((await memory())[0]).toBeDefined()
    await verify('23T01:05')
    expect((await nights())[0]).toHaveProperty('back')
    expect((await memory())[0]).toBeUndefined()
  })

  test('whose host was killed before its history was written has saved nothing, and the next one is whole', async () => {
    await tick('23T07:00')
    now = at('23T22:00')
    const killed = { ...scaling(), afterwards: () => {} }
    await applyDueTransitions(killed, 'scale-down', { projects: [projectA], dryRun: false })
    await removeNode()
    expect(await verify('23T22:15')).toEqual(['gone 15'])
    expect((await nights()).map(({ scaleDown, gone }) => [scaleDown, gone])).toEqual([[at('22T22:00'), undefined]])
    await tick('24T07:00')
    await addNode('new')
    await verify('24T07:05')
    await tick('24T22:00')
    expect((await nights()).at(-1)).toMatchObject({ scaleDown: at('24T22:00'), nodes: [{ count: 1 }] })
  })

  test('that two hosts tell at once is told once', async () => {
    await removeNode()
    await Promise.all([verify('22T22:15'), verify('22T22:15')])
    await addNode('new')
    await Promise.all([verify('23T01:00'), verify('23T01:00')])
    expect(await nights()).toHaveLength(1)
    expect((await entries()).filter((one) => one.startsWith('nodes-back'))).toHaveLength(1)
  })
})

describe('after a scale-up of the schedule', () => {
  beforeEach(() => tick('23T07:00'))
  const isReady = () =>
    waitFor({
      what: 'all replicas to be ready',
      look: () => client.cluster.getWorkload({ kind: 'Deployment', namespace: 'project-a', name: 'sample-app-a' }),
      until: ({ readyReplicas }) => readyReplicas === 2,
    })

  test('it is told once when all workloads are ready, with the minutes', async () => {
    expect((await memory())[1]).toBe(at('23T07:00').toISOString())
    expect(await verify('23T07:05', { changes: unready })).toEqual([])
    await isReady()
    expect(await verify('23T07:10')).toEqual(['ready 10'])
    expect(observed).toContainEqual({ what: 'ready', project: 'a', minutes: 10 })
    expect(await entries()).toContain('ready 10')
    client.calls.length = 0
    expect(await verify('23T07:15')).toEqual([])
    expect(client.calls.map(({ verb }) => verb)).toEqual(['list'])
  })

  test('a workload that never becomes ready is given up after two hours, and nothing is told', async () => {
    expect(await verify('23T09:01', { changes: unready })).toEqual([])
    expect((await memory())[1]).toBeUndefined()
  })

  test('a time that somebody made up is waited for no longer than a true one', async () => {
    await client.cluster.annotateNamespace('project-a', { 'aks-scale-to-zero/waking-since': '2099-01-01T00:00:00Z' })
    expect(await verify('23T07:05', { changes: unready })).toEqual([])
    expect((await memory())[1]).toBeUndefined()
  })

  test('a dry run tells it, and writes nothing', async () => {
    await isReady()
    expect(await verify('23T07:10', { dryRun: true })).toEqual(['ready 10'])
    expect((await memory())[1]).toBeDefined()
    expect(await entries()).not.toContain('ready 10')
  })

  test('workloads that cannot be read fail the project, and no other finding', async () => {
    const listWorkloads = () => Promise.reject(new ScalingError('cluster-timeout', 'no answer'))
    expect(await verify('23T07:05', { changes: { listWorkloads } })).toEqual(['ScalingError: no answer'])
  })
})
