import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../../../../dev/cluster/index.ts'
import {
  applyDueTransitions,
  applyScheduledScaleUps,
  type Cluster,
  scaleToZero,
  type TickResult,
} from '../../../../../shared/scaling/index.ts'
import type { Action } from '../../../../../shared/schedule/index.ts'
import { appA, Client } from '../../../dev/cluster/cluster.ts'
import { clusterAt } from '../../../kubernetes/clusterAt.ts'
import { projectA } from '../../projects.ts'
import { scalingOn } from '../../scalingOn.ts'

let embedded: EmbeddedCluster
let client: ReturnType<typeof clusterAt>
beforeEach(async () => {
  embedded = await startCluster({ controllers: false })
  client = clusterAt(embedded.url)
  await tick('22T12:00')
})
afterEach(async () => {
  await client.close()
  await embedded.stop()
})

const at = (time: string) => new Date(`2026-11-${time}:00Z`)
const key = (name: string) => `aks-scale-to-zero/${name}`

/** The ticks of both timers at a time in November 2026, and what they have done. */
async function tick(time: string, cluster: Cluster = client.cluster): Promise<string> {
  const scaling = scalingOn(cluster, { now: () => at(time) })
  const run = (action: Action): Promise<TickResult[]> =>
    applyDueTransitions(scaling, action, { projects: [projectA], dryRun: false })
  const results = [...(await run('scale-down')), ...(await run('scale-up'))]
  const done = results.flatMap(({ due, transition }) =>
    due === 'none' ? [] : `${due} ${transition?.action ?? ''}`.trim(),
  )
  return `${done.join(', ') || 'none'}: ${await replicas()}`
}
const replicas = async () => (await new Client(embedded).get(appA)).body.spec?.replicas
const annotate = (annotations: Record<string, string | null>, namespace = 'project-a') =>
  client.cluster.annotateNamespace(
    namespace,
    Object.fromEntries(Object.entries(annotations).map(([name, value]) => [key(name), value ?? undefined])),
  )
async function exceptions(): Promise<Record<string, string>> {
  const { annotations = {} } = (await client.cluster.findNamespace('project-a')) ?? {}
  const remembered = ['last-scale-down', 'last-scale-up', 'asleep-since', 'waking-since', 'reported-fault'].map(key)
  return Object.fromEntries(
    Object.entries(annotations).filter(([name]) => name.startsWith(key('')) && !remembered.includes(name)),
  )
}

describe('the ticks', () => {
  test('leave a project awake until the time, put it to zero then, and take the exception back with that', async () => {
    await annotate({
      'awake-until': '2026-11-22T23:30:00Z',
      'awake-until-by': 'alice',
      'awake-until-reason': 'release',
    })
    expect(await tick('22T22:00')).toBe('none: 2')
    expect(await tick('22T23:25')).toBe('none: 2')
    expect(await tick('22T23:30')).toBe('apply scale-down: 0')
    expect(await exceptions()).toEqual({})
    expect(await tick('22T23:35')).toBe('none: 0')
    expect(await tick('23T07:00')).toBe('apply scale-up: 2')
  })

  test('leave it asleep until the time, and wake it then', async () => {
    expect(await tick('22T22:00')).toBe('apply scale-down: 0')
    await annotate({ 'asleep-until': '2026-11-23T12:00:00Z' })
    expect(await tick('23T07:00')).toBe('none: 0')
    expect(await tick('23T12:00')).toBe('apply scale-up: 2')
    expect(await exceptions()).toEqual({})
  })

  test('leave out a transition that is to be skipped, and forget that when the next one is applied', async () => {
    await annotate({ skip: '2026-11-22T22:00:00Z, 2026-11-25T07:00:00Z' })
    expect(await tick('22T22:00')).toBe('none: 2')
    expect(await tick('23T06:55')).toBe('none: 2')
    expect(await tick('23T07:00')).toBe('apply scale-up: 2')
    expect(await exceptions()).toEqual({ [key('skip')]: '2026-11-25T07:00:00Z' })
  })

  test('wake nothing on a day off, and leave the days where they are written', async () => {
    await annotate({ 'days-off': '2026-11-23' })
    expect(await tick('22T22:00')).toBe('apply scale-down: 0')
    expect(await tick('23T07:00')).toBe('none: 0')
    expect(await tick('24T07:00')).toBe('apply scale-up: 2')
    expect(await exceptions()).toEqual({ [key('days-off')]: '2026-11-23' })
  })

  test('do nothing in either direction while a project, or all of them, are suspended', async () => {
    await annotate({ suspend: 'true' })
    expect(await tick('22T22:00')).toBe('none: 2')
    await annotate({ suspend: null })
    await client.cluster.annotateNamespace('scale-system', { [key('suspend')]: 'true' })
    expect(await tick('22T22:30')).toBe('none: 2')
    await client.cluster.annotateNamespace('scale-system', { [key('suspend')]: undefined })
    expect(await tick('22T23:00')).toBe('apply scale-down: 0')
  })

  test('do not put to zero again, when a suspension ends, what somebody has woken after its scale-down', async () => {
    expect(await tick('22T22:00')).toBe('apply scale-down: 0')
    await new Client(embedded).patch(appA, { spec: { replicas: 3 } })
    await annotate({ suspend: '2026-11-22T23:00:00Z' })
    expect(await tick('22T23:00')).toBe('none: 3')
  })

  test('keep it awake while an exception cannot be understood, and say so', async () => {
    await annotate({ 'awake-until': 'tomorrow' })
    expect(await tick('22T22:00')).toBe('none: 2')
    const { annotations = {} } = (await client.cluster.findNamespace('project-a')) ?? {}
    expect(annotations[key('reported-fault')]).toBe(
      'project a: aks-scale-to-zero/awake-until is "tomorrow", not a time with an offset, such as 2027-01-31T18:00:00+09:00',
    )
  })

  test('keep every project awake while the suspension of all cannot be understood', async () => {
    await client.cluster.annotateNamespace('scale-system', { [key('suspend')]: 'please' })
    expect(await tick('22T22:00')).toBe('none: 2')
  })

  test('say that an exception has no effect on another namespace than the home', async () => {
    const projects = [{ ...projectA, namespaces: ['project-a', 'project-b'] }]
    await annotate({ 'awake-until': '2026-11-22T23:30:00Z' }, 'project-b')
    const scaling = scalingOn(client.cluster, { now: () => at('22T13:00') })
    const [result] = await applyDueTransitions(scaling, 'scale-down', { projects, dryRun: false })
    expect(result?.faults).toEqual([
      'project a: namespace project-b: its annotation aks-scale-to-zero/awake-until is read on project-a only, the home namespace',
    ])
  })
})

describe('a sweep that somebody overtakes', () => {
  /** While the tick writes to the first workload, somebody annotates the namespace. */
  const overtakenBy = (annotations: Record<string, string>): Cluster => {
    let isFirst = true
    return {
      ...client.cluster,
      async patchWorkload(ref, patch, options) {
        if (isFirst) await annotate(annotations)
        isFirst = false
        return client.cluster.patchWorkload(ref, patch, options)
      },
    }
  }

  test('takes back what it put to zero when the project is to stay awake, and does it when that ends', async () => {
    const overtaken = overtakenBy({ 'awake-until': '2026-11-22T23:00:00Z' })
    expect(await tick('22T22:00', overtaken)).toBe('apply scale-down: 2')
    expect(await tick('22T22:05')).toBe('none: 2')
    expect(await tick('22T23:00')).toBe('apply scale-down: 0')
  })

  test('takes back what it woke when the project is to stay asleep', async () => {
    expect(await tick('22T22:00')).toBe('apply scale-down: 0')
    expect(await tick('23T07:00', overtakenBy({ 'asleep-until': '2026-11-23T12:00:00Z' }))).toBe('apply scale-up: 0')
    expect(await tick('23T12:00')).toBe('apply scale-up: 2')
  })

  /** The same in a tick, and then the host is killed: no call of it arrives any more. */
  async function killedTick(time: string, annotations: Record<string, string>): Promise<unknown> {
    let isKilled = false
    const overtaken = overtakenBy(annotations)
    const patchWorkload: Cluster['patchWorkload'] = async (...asked) => {
      const patched = await overtaken.patchWorkload(...asked)
      isKilled = true
      return patched
    }
    const cluster = new Proxy<Cluster>(
      { ...overtaken, patchWorkload },
      { get: (target, name: keyof Cluster) => (isKilled ? () => Promise.reject(new Error('killed')) : target[name]) },
    )
    await tick(time, cluster).catch(() => undefined)
    expect(isKilled).toBe(true)
    return replicas()
  }
  const callsOf = async (work: () => Promise<unknown>) => {
    const before = client.calls.length
    await work()
    return client.calls.slice(before).map(({ verb }) => verb)
  }

  test('and that is killed is taken back by the next tick, and once nothing more is found no tick looks again', async () => {
    expect(await killedTick('22T22:00', { 'awake-until': '2026-11-22T23:00:00Z' })).toBe(0)
    expect(await tick('22T22:05')).toBe('take-back: 2')
    expect(await tick('22T22:10')).toBe('take-back: 2')
    expect(await exceptions()).toEqual({ [key('awake-until')]: '2026-11-22T23:00:00Z' })
    expect(await callsOf(() => tick('22T22:15'))).toEqual(['list', 'list'])
    expect(await tick('22T23:00')).toBe('apply scale-down: 0')
    expect(await tick('23T07:00')).toBe('apply scale-up: 2')
  })

  test('and that is killed is taken back also when it woke what is to stay asleep', async () => {
    expect(await tick('22T22:00')).toBe('apply scale-down: 0')
    expect(await killedTick('23T07:00', { 'asleep-until': '2026-11-23T12:00:00Z' })).toBe(2)
    expect(await tick('23T07:05')).toBe('take-back: 0')
    expect(await tick('23T12:00')).toBe('apply scale-up: 2')
  })

  test('and that is killed leaves asleep what a person put to zero', async () => {
    const sleeper = { kind: 'Deployment' as const, namespace: 'project-a', name: 'sample-app-a' }
    expect(await killedTick('22T22:00', { 'awake-until': '2026-11-22T23:00:00Z' })).toBe(0)
    const scaling = scalingOn(client.cluster, { now: () => at('22T22:01') })
    const asked = { ref: sleeper, reason: 'mine', actor: 'alice', now: at('22T22:01') }
    await scaleToZero(scaling, { ...asked, scope: 'workload' })
    expect(await tick('22T22:05')).toBe('take-back: 0')
  })

  test('and that is killed leaves awake what has woken at its own wake-up time since', async () => {
    const sleeper = { kind: 'Deployment' as const, namespace: 'project-a', name: 'sample-app-a' }
    expect(await tick('22T22:00')).toBe('apply scale-down: 0')
    expect(await killedTick('23T07:00', { 'asleep-until': '2026-11-23T12:00:00Z' })).toBe(2)
    const asked = { ref: sleeper, reason: 'demo', actor: 'alice', scheduledScaleUp: at('23T07:02').toISOString() }
    await scaleToZero(scalingOn(client.cluster, { now: () => at('23T07:01') }), {
      ...asked,
      now: at('23T07:01'),
      scope: 'workload',
    })
    const projects = [projectA]
    await applyScheduledScaleUps(scalingOn(client.cluster, { now: () => at('23T07:02') }), { projects, dryRun: false })
    expect(await tick('23T07:05')).toBe('take-back: 2')
  })

  test('does not take an exception back that somebody has written since the home was read', async () => {
    await annotate({ skip: '2026-11-22T07:00:00Z' })
    const late: Cluster = {
      ...client.cluster,
      async annotateNamespace(name, annotations, options) {
        // Right before the memory is written.
        if (options?.resourceVersion !== undefined) await annotate({ skip: '2026-11-23T07:00:00Z' })
        return client.cluster.annotateNamespace(name, annotations, options)
      },
    }
    expect(await tick('22T22:00', late)).toBe('apply scale-down: 0')
    expect(await exceptions()).toEqual({ [key('skip')]: '2026-11-23T07:00:00Z' })
    expect(await tick('22T22:05')).toBe('none: 0')
    expect(await tick('23T07:00')).toBe('none: 0')
  })
})
