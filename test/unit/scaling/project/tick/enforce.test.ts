import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../../../../dev/cluster/index.ts'
import {
  applyDueTransitions,
  type Cluster,
  findHistory,
  restore,
  type TickResult,
} from '../../../../../shared/scaling/index.ts'
import { appA, Client, deployment, deploymentsOfA } from '../../../dev/cluster/cluster.ts'
import { clusterAt } from '../../../kubernetes/clusterAt.ts'
import { projectA } from '../../projects.ts'
import { scalingOn } from '../../scalingOn.ts'

let embedded: EmbeddedCluster
let client: ReturnType<typeof clusterAt>
let afterwards: Promise<void>[]
beforeEach(async () => {
  embedded = await startCluster({ controllers: false })
  client = clusterAt(embedded.url)
  afterwards = []
  await annotate({ enforce: 'true' })
  await tick('22T12:00')
})
afterEach(async () => {
  await Promise.allSettled(afterwards)
  await client.close()
  await embedded.stop()
})

const at = (time: string) => new Date(`2026-11-${time}:00Z`)
const app = { kind: 'Deployment' as const, namespace: 'project-a', name: 'sample-app-a' }
const scalingAt = (time: string, cluster: Cluster = client.cluster) =>
  scalingOn(cluster, { now: () => at(time), afterwards: (work) => void afterwards.push(work()) })

/** The tick of scale-downs at a time in November 2026, with the workloads that it has changed. */
async function tick(time: string, { cluster, dryRun = false }: { cluster?: Cluster; dryRun?: boolean } = {}) {
  const [result] = await applyDueTransitions(scalingAt(time, cluster), 'scale-down', { projects: [projectA], dryRun })
  await Promise.all(afterwards)
  return described(result)
}
const described = ({ due, outcomes = [], error }: Partial<TickResult> = {}) => {
  const changed = outcomes.flatMap(({ result, ref }) => (result === 'changed' ? ref.name : []))
  return [due, ...changed, ...(error === undefined ? [] : [error])].join(' ')
}
const annotate = (annotations: Record<string, string | undefined>) =>
  client.cluster.annotateNamespace(
    'project-a',
    Object.fromEntries(Object.entries(annotations).map(([name, value]) => [`aks-scale-to-zero/${name}`, value])),
  )
const raise = (replicas = 3) => new Client(embedded).patch(`${appA}?fieldManager=kubectl`, { spec: { replicas } })
const replicas = async () => (await client.cluster.getWorkload(app)).desiredReplicas
const enforcedEvents = async () => {
  const { items } = (await new Client(embedded).get('/api/v1/namespaces/default/events')).body
  const events = items as unknown as { reason: string; message: string }[]
  return events.flatMap(({ reason, message }) => (reason === 'Enforced' ? message : []))
}
const enforcedEntries = async () =>
  (await findHistory({ cluster: client.cluster }, { name: 'project-a' }, {})).entries.filter(
    ({ what }) => what === 'enforced',
  )

describe('a project with enforce', () => {
  test('is put to zero again when somebody raises it in the night, and comes back as it was', async () => {
    expect(await tick('22T22:00')).toBe('apply sample-app-a')
    await raise()
    expect(await tick('22T22:05')).toBe('enforce sample-app-a')
    expect(await replicas()).toBe(0)
    expect(await tick('22T22:10')).toBe('enforce')
    await applyDueTransitions(scalingAt('23T07:00'), 'scale-up', { projects: [projectA], dryRun: false })
    expect(await replicas()).toBe(2)
    await raise(4)
    expect(await tick('23T07:05')).toBe('none')
    expect(await replicas()).toBe(4)
  })

  test('is put to zero again when a pipeline deploys something new', async () => {
    await tick('22T22:00')
    await new Client(embedded).send('POST', deploymentsOfA, { body: deployment('new', { replicas: 2 }) })
    expect(await tick('22T23:05')).toBe('enforce new')
    await applyDueTransitions(scalingAt('23T07:00'), 'scale-up', { projects: [projectA], dryRun: false })
    expect((await client.cluster.getWorkload({ ...app, name: 'new' })).desiredReplicas).toBe(2)
  })

  test('is told once for each workload and night, with who raised it', async () => {
    await tick('22T22:00')
    await raise()
    await tick('22T22:05')
    await raise()
    expect(await tick('22T22:10')).toBe('enforce sample-app-a')
    const told =
      '1 of project a put to zero again, as it has enforce: Deployment project-a/sample-app-a (3) woken by "kubectl"'
    expect(await enforcedEvents()).toEqual([expect.stringContaining(told)])
    expect(await enforcedEntries()).toMatchObject([{ workloads: 1, by: expect.stringContaining('kubectl') }])
    await applyDueTransitions(scalingAt('23T07:00'), 'scale-up', { projects: [projectA], dryRun: false })
    await tick('23T22:00')
    await raise()
    await tick('23T22:05')
    expect(await enforcedEvents()).toHaveLength(2)
    expect(await enforcedEntries()).toHaveLength(2)
  })

  test('stays as somebody has woken it through the API, also with other replicas since', async () => {
    await tick('22T22:00')
    await restore(scalingAt('22T22:10'), { ref: app, reason: 'working late', actor: 'alice', now: at('22T22:10') })
    expect(await tick('22T22:15')).toBe('enforce')
    await raise(5)
    expect(await tick('22T22:20')).toBe('enforce')
    expect(await replicas()).toBe(5)
  })

  test('stays as somebody wakes it through the API while the tick looks', async () => {
    await tick('22T22:00')
    await raise()
    let listings = 0
    const cluster: Cluster = {
      ...client.cluster,
      async listWorkloads(...asked) {
        const found = await client.cluster.listWorkloads(...asked)
        if (asked[0].kind === 'Deployment' && ++listings === 2) {
          // The sweep rests on this listing, and its patch is refused.
          await raise(0)
          await restore(scalingAt('22T22:05'), { ref: app, reason: 'late', actor: 'alice', now: at('22T22:05') })
        }
        return found
      },
    }
    expect(await tick('22T22:05', { cluster })).toBe('enforce')
    expect(listings).toBe(2)
    expect(await replicas()).toBe(2)
  })

  test.each([
    ['awake-until', '2026-11-23T01:00:00Z'],
    ['suspend', 'true'],
    ['exclude', 'true'],
    ['exclude-until', '2026-11-30'],
    ['skip', 'whenever'],
    ['enforce', 'false'],
    ['enforce', 'yes'],
  ])('is left alone with %s: %s', async (name, value) => {
    await tick('22T22:00')
    await raise()
    await annotate({ [name]: value })
    expect(await tick('22T23:00')).toBe('none')
    expect(await replicas()).toBe(3)
  })

  test('is woken again when somebody keeps it awake while the tick puts it to zero', async () => {
    await tick('22T22:00')
    await raise()
    let isFirst = true
    const cluster: Cluster = {
      ...client.cluster,
      async patchWorkload(...asked) {
        if (isFirst) await annotate({ 'awake-until': '2026-11-23T01:00:00Z' })
        isFirst = false
        return client.cluster.patchWorkload(...asked)
      },
    }
    await tick('22T22:05', { cluster })
    expect(await replicas()).toBe(2)
  })

  test('is woken again by the next tick when the host is killed then', async () => {
    await tick('22T22:00')
    await raise()
    const cluster: Cluster = {
      ...client.cluster,
      async patchWorkload(...asked) {
        const patched = await client.cluster.patchWorkload(...asked)
        await annotate({ 'awake-until': '2026-11-23T01:00:00Z' })
        return patched
      },
      findNamespace: () => Promise.reject(new Error('killed')),
    }
    expect(await tick('22T22:05', { cluster })).toBe('none killed')
    expect(await replicas()).toBe(0)
    expect(await tick('22T22:10')).toBe('take-back sample-app-a')
    expect(await replicas()).toBe(2)
  })

  test('changes nothing in a dry run, and tells what it would', async () => {
    await tick('22T22:00')
    await raise()
    expect(await tick('22T22:05', { dryRun: true })).toBe('enforce sample-app-a')
    expect([await replicas(), await enforcedEvents(), await enforcedEntries()]).toEqual([3, [], []])
  })

  test('is told as failed when its workloads cannot be listed, and put to zero by the next tick', async () => {
    await tick('22T22:00')
    await raise()
    const cluster: Cluster = {
      ...client.cluster,
      listWorkloads: () => Promise.reject(new Error('the server is away')),
    }
    expect(await tick('22T22:05', { cluster })).toBe('none the server is away')
    expect(await tick('22T22:10')).toBe('enforce sample-app-a')
  })

  test('costs calls while it sleeps only, and other projects none', async () => {
    const asked: string[] = []
    const cluster: Cluster = {
      ...client.cluster,
      async listWorkloads(...args) {
        asked.push(args[0].kind)
        return client.cluster.listWorkloads(...args)
      },
    }
    await tick('22T13:00', { cluster })
    expect(asked).toEqual([])
    await tick('22T22:00')
    await tick('22T22:05', { cluster })
    expect(asked.toSorted()).toEqual(['CronJob', 'Deployment', 'ScaledJob', 'ScaledObject', 'StatefulSet'])
    await annotate({ enforce: undefined })
    await tick('22T22:10', { cluster })
    expect(asked).toHaveLength(5)
  })
})
