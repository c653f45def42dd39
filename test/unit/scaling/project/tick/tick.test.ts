import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../../../../dev/cluster/index.ts'
import { pointer } from '../../../../../shared/scaling/cluster/jsonPatch.ts'
import {
  applyDueTransitions,
  applyScheduledScaleUps,
  type Cluster,
  countResults,
  type JsonPatch,
  resolveProjects,
  restore,
  type Scaling,
  ScalingError,
  type SweepRequest,
  scaleToZero,
  sweepProject,
  type TickRequest,
  type TickResult,
  type WorkloadRef,
} from '../../../../../shared/scaling/index.ts'
import { appA, Client } from '../../../dev/cluster/cluster.ts'
import { clusterAt } from '../../../kubernetes/clusterAt.ts'
import { projectA, projectB } from '../../projects.ts'
import { scalingOn } from '../../scalingOn.ts'
import { carriedWith, sleepRecord } from '../../workloads.ts'

const at = (time: string) => new Date(`2026-11-${time}:00Z`)

let embedded: EmbeddedCluster
let client: ReturnType<typeof clusterAt>
let announced: Promise<void>[]
beforeEach(async () => {
  embedded = await startCluster({ controllers: false })
  client = clusterAt(embedded.url)
  announced = []
})
afterEach(async () => {
  await Promise.allSettled(announced)
  await client.close()
  await embedded.stop()
})

// The clock of a test's scaling begins at 0 and shows how much time has passed.
const announcing = (cluster: Cluster = client.cluster) =>
  scalingOn(cluster, { now: () => new Date(0), afterwards: (work) => void announced.push(work()) })
const from = (start: Date, scaling: Scaling): Scaling => ({
  ...scaling,
  now: () => new Date(start.getTime() + scaling.now().getTime()),
})
const request = (more: Partial<TickRequest> = {}): TickRequest => ({
  projects: [projectA, projectB],
  dryRun: false,
  ...more,
})
const down = (now: Date, more?: Partial<TickRequest>, scaling = announcing()) =>
  applyDueTransitions(from(now, scaling), 'scale-down', request(more))
const up = (now: Date, more?: Partial<TickRequest>, scaling = announcing()) =>
  applyDueTransitions(from(now, scaling), 'scale-up', request(more))
const wakeByTime = (now: Date, scaling = announcing()) => applyScheduledScaleUps(from(now, scaling), request())
const due = (results: TickResult[]) => results.map((result) => `${result.project} ${result.due}`)
const replicas = async (project: 'a' | 'b') => {
  const ref = { kind: 'Deployment' as const, namespace: `project-${project}`, name: `sample-app-${project}` }
  return (await client.cluster.getWorkload(ref)).desiredReplicas
}
const annotations = async (namespace: string) =>
  (await client.cluster.listNamespaces()).find(({ name }) => name === namespace)?.annotations ?? {}
/** Somebody puts project a to zero by a request. */
async function sleepOnRequest(when: Pick<SweepRequest, 'now' | 'scheduledScaleUp'>): Promise<void> {
  const scaling = announcing()
  const [project] = resolveProjects([projectA], await client.cluster.listNamespaces(), { ...scaling, now: when.now })
  if (project === undefined) throw new Error('project-a is not there')
  await sweepProject(scaling, { project, action: 'scale-down', reason: 'holiday', actor: 'alice', ...when })
}

describe('the timers', () => {
  test('put projects to zero at night and wake them in the morning, each transition once', async () => {
    expect(due(await down(at('22T12:00')))).toEqual(['a record', 'b record'])
    expect(due(await down(at('22T21:59')))).toEqual(['a none', 'b none'])
    expect(due(await down(at('22T22:00')))).toEqual(['a apply', 'b apply'])
    expect([await replicas('a'), await replicas('b')]).toEqual([0, 0])
    expect(due(await down(at('22T22:05')))).toEqual(['a none', 'b none'])
    expect(due(await up(at('23T06:55')))).toEqual(['a none', 'b none'])
    expect(due(await up(at('23T07:00')))).toEqual(['a apply', 'b apply'])
    expect([await replicas('a'), await replicas('b')]).toEqual([2, 1])
    expect(due(await up(at('23T07:05')))).toEqual(['a none', 'b none'])
  })

  test('leave a workload awake until the next night when somebody wakes it at midnight', async () => {
    await down(at('22T12:00'))
    await down(at('22T22:00'))
    await client.cluster.patchWorkload({ kind: 'Deployment', namespace: 'project-a', name: 'sample-app-a' }, [
      { op: 'replace', path: '/spec/replicas', value: 3 },
    ])
    await down(at('22T23:59'))
    expect(await replicas('a')).toBe(3)
    await up(at('23T07:00'))
    expect(await replicas('a')).toBe(3)
    await down(at('23T22:00'))
    await up(at('24T07:00'))
    expect(await replicas('a')).toBe(3)
  })

  describe('after a scale-down, of a project whose nodes nobody knows,', () => {
    const raise = (manager: string, replicas = 3) =>
      new Client(embedded).patch(`${appA}?fieldManager=${manager}`, { spec: { replicas } })
    const putBacks = async (now: Date, more?: Partial<TickRequest>, scaling = announcing()) => {
      const { putBacks: told, error } = await applyScheduledScaleUps(from(now, scaling), request(more))
      return { told: told.map(({ project, raised }) => `${project} ${raised.map(({ by }) => by.who)}`), error }
    }
    const warnings = async () => {
      const { items } = (await new Client(embedded).get('/api/v1/namespaces/default/events')).body
      const events = items as unknown as { type: string; reason: string; message: string }[]
      return events
        .map((event) => `${event.type} ${event.reason} ${event.message}`)
        .filter((one) => one.startsWith('Warn'))
    }
    beforeEach(async () => {
      await down(at('22T12:00'))
      await down(at('22T22:00'))
    })

    test('tell who put its workloads back, and what to do, once for each scale-down', async () => {
      await raise('argocd-controller')
      expect(await putBacks(at('22T22:05'))).toEqual({ told: ['a Argo CD ("argocd-controller")'], error: undefined })
      expect(await warnings()).toEqual([
        'Warning PutBack Project a was put back, 5 minutes after the scale-down of 2026-11-22T22:00:00.000Z: ' +
          'Deployment project-a/sample-app-a (3) woken by Argo CD ("argocd-controller"): let its Application ignore ' +
          'differences of the field manager aks-scale-to-zero (managedFieldsManagers), and set the sync option ' +
          'RespectIgnoreDifferences=true',
      ])
      expect((await putBacks(at('22T22:10'))).told).toEqual([])
      await up(at('23T07:00'))
      await down(at('23T22:00'))
      await raise('kubectl-edit')
      expect((await putBacks(at('23T22:05'))).told).toEqual(['a "kubectl-edit", a person or a pipeline'])
      expect(await warnings()).toHaveLength(2)
    })

    test('do not call it put back when this service woke them, nor by day', async () => {
      const reason = { reason: 'working late', actor: 'alice' }
      const ref: WorkloadRef = { kind: 'Deployment', namespace: 'project-a', name: 'sample-app-a' }
      await restore(announcing(), { ref, ...reason, now: at('22T22:02') })
      await raise('kubectl-edit', 5)
      expect((await putBacks(at('22T22:05'))).told).toEqual([])
      await up(at('23T07:00'))
      const asleep = { ...reason, scope: 'workload' as const, scheduledScaleUp: undefined }
      await scaleToZero(announcing(), { ref, ...asleep, now: at('23T12:00') })
      await raise('argocd-controller')
      expect((await putBacks(at('23T12:05'))).told).toEqual([])
      expect(await warnings()).toEqual([])
    })

    test('do not call it put back when somebody has excluded the workload', async () => {
      await new Client(embedded).patch(appA, { metadata: { annotations: { 'aks-scale-to-zero/exclude': 'true' } } })
      await raise('kubectl-edit')
      expect((await putBacks(at('22T22:05'))).told).toEqual([])
    })

    test('tell it twice, rather than never, when they are killed between the Event and the memory', async () => {
      await raise('argocd-controller')
      const annotateNamespace = () => Promise.reject(new Error('killed'))
      const killed = await putBacks(at('22T22:05'), {}, announcing({ ...client.cluster, annotateNamespace }))
      expect(killed).toEqual({ told: [expect.any(String)], error: 'killed' })
      expect((await putBacks(at('22T22:10'))).told).toEqual([expect.any(String)])
      expect((await putBacks(at('22T22:15'))).told).toEqual([])
      expect(await warnings()).toHaveLength(2)
    })

    test('say it in a dry run and write nothing', async () => {
      await raise('argocd-controller')
      const before = await annotations('project-a')
      expect((await putBacks(at('22T22:05'), { dryRun: true })).told).toHaveLength(1)
      expect([await annotations('project-a'), await warnings()]).toEqual([before, []])
    })

    test('list namespaces for it only when a sleeper runs', async () => {
      const calls = async () => {
        client.calls.length = 0
        await putBacks(at('22T22:05'))
        const made = client.calls.map(({ verb, url = '' }) => `${verb} ${url.split('/').at(-1)}`)
        return made.filter((call) => !call.includes('-history'))
      }
      const lists = ['deployments', 'statefulsets', 'cronjobs', 'scaledobjects', 'scaledjobs'].map(
        (kind) => `list ${kind}`,
      )
      expect(await calls()).toEqual(lists)
      await raise('argocd-controller')
      expect(await calls()).toEqual([...lists, 'list namespaces', 'create events', 'patch project-a'])
      expect(await calls()).toEqual([...lists, 'list namespaces'])
    })
  })

  describe('with two scale-downs in a night', () => {
    const web: WorkloadRef = { kind: 'Deployment', namespace: 'project-a', name: 'sample-app-a' }
    const projects = [{ ...projectA, scaleDown: ['0 20 * * *', '0 22 * * *'] }]
    const setReplicas = (value: number) =>
      client.cluster.patchWorkload(web, [{ op: 'replace', path: '/spec/replicas', value }])

    test('bring back the first count of the night, and a number of the day the next night', async () => {
      await setReplicas(4)
      await down(at('22T12:00'), { projects })
      await down(at('22T20:00'), { projects })
      await setReplicas(1)
      await down(at('22T22:00'), { projects })
      expect(await replicas('a')).toBe(0)
      await up(at('23T07:00'), { projects })
      expect(await replicas('a')).toBe(4)
      await setReplicas(1)
      await down(at('23T22:00'), { projects })
      await up(at('24T07:00'), { projects })
      expect(await replicas('a')).toBe(1)
    })

    test('end the night also of what was put to zero by name and woken by hand', async () => {
      await down(at('22T12:00'), { projects })
      const byName = {
        ref: web,
        reason: 'a break',
        actor: 'alice',
        scope: 'workload' as const,
        scheduledScaleUp: undefined,
      }
      await scaleToZero(announcing(), { ...byName, now: at('22T19:00') })
      await setReplicas(1)
      await up(at('23T07:00'), { projects })
      expect(await replicas('a')).toBe(1)
      expect((await client.cluster.getWorkload(web)).labels).not.toHaveProperty('aks-scale-to-zero/asleep')
    })
  })

  test('note since when a project sleeps by its schedule, until it wakes or a scale-down is left out', async () => {
    const asleepSince = async () => (await annotations('project-a'))['aks-scale-to-zero/asleep-since']
    await down(at('22T12:00'))
    expect(await asleepSince()).toBeUndefined()
    await down(at('22T22:05'))
    expect(await asleepSince()).toBe('2026-11-22T22:05:00.000Z')
    await up(at('23T07:00'))
    expect(await asleepSince()).toBeUndefined()
    await down(at('23T22:00'))
    await client.cluster.annotateNamespace('project-a', { 'aks-scale-to-zero/exclude': 'true' })
    await down(at('24T22:00'))
    expect(await asleepSince()).toBeUndefined()
  })

  test('run twice at once without harm', async () => {
    await down(at('22T12:00'))
    const both = await Promise.all([down(at('22T22:00')), down(at('22T22:00'))])
    expect(both.flat().flatMap(({ outcomes }) => outcomes.filter(({ result }) => result === 'failed'))).toEqual([])
    expect([await replicas('a'), await replicas('b')]).toEqual([0, 0])
    await up(at('23T07:00'))
    expect([await replicas('a'), await replicas('b')]).toEqual([2, 1])
  })

  test('leave out a scale-down that is more than two hours late, report it once, and go on the next night', async () => {
    await down(at('22T12:00'))
    expect(due(await down(at('23T00:01')))).toEqual(['a skip', 'b skip'])
    expect(due(await down(at('23T00:06')))).toEqual(['a none', 'b none'])
    expect(await replicas('a')).toBe(2)
    expect(due(await down(at('23T22:00')))).toEqual(['a apply', 'b apply'])
  })

  test('do not record a transition that failed in part: the next tick does the rest', async () => {
    await down(at('22T12:00'))
    const faulty: Cluster = {
      ...client.cluster,
      patchWorkload: (ref, ...rest) =>
        ref.name === 'sample-app-a' ? Promise.reject(new Error('broken')) : client.cluster.patchWorkload(ref, ...rest),
    }
    const results = await down(at('22T22:00'), {}, announcing(faulty))
    expect(results.map(({ outcomes }) => countResults(outcomes))).toEqual([{ failed: 1 }, { changed: 1 }])
    // A project that had its turn comes after the others.
    expect(due(await down(at('22T22:05')))).toEqual(['b none', 'a apply'])
    expect(await replicas('a')).toBe(0)
  })

  describe('after a partial failure', () => {
    const both = { projects: [{ ...projectA, namespaces: ['project-a', 'project-b'] }] }
    const [a, b] = (['a', 'b'] as const).map((one) => ({
      kind: 'Deployment' as const,
      namespace: `project-${one}`,
      name: `sample-app-${one}`,
    })) as [WorkloadRef, WorkloadRef]
    /** One of the two workloads of project a cannot be changed. */
    const refusing = (): Scaling =>
      announcing({
        ...client.cluster,
        patchWorkload: (ref, ...rest) =>
          ref.name === b.name ? Promise.reject(new Error('refused')) : client.cluster.patchWorkload(ref, ...rest),
      })
    const unfinished = async () => (await annotations('project-a'))['aks-scale-to-zero/unfinished']

    test('leave a workload awake that somebody wakes before the scale-down is complete', async () => {
      await down(at('22T12:00'), both)
      await down(at('22T22:00'), both, refusing())
      expect([await replicas('a'), await replicas('b')]).toEqual([0, 1])
      expect(await unfinished()).toBe('2026-11-22T22:00:00.000Z: Deployment project-b/sample-app-b')
      await restore(announcing(), { ref: a, reason: 'working late', actor: 'alice', now: at('22T22:30') })
      await down(at('22T22:35'), both, refusing())
      expect([await replicas('a'), await replicas('b')]).toEqual([2, 1])
      await down(at('22T22:40'), both)
      expect([await replicas('a'), await replicas('b')]).toEqual([2, 0])
      expect(await unfinished()).toBeUndefined()
      expect(due(await down(at('22T22:45'), both))).toEqual(['a none'])
    })

    test('list again only the kind that could not be listed', async () => {
      const blind = announcing({
        ...client.cluster,
        listWorkloads: (query, options) =>
          query.kind === 'CronJob'
            ? Promise.reject(new Error('forbidden'))
            : client.cluster.listWorkloads(query, options),
      })
      await down(at('22T12:00'), both)
      await down(at('22T22:00'), both, blind)
      await restore(announcing(), { ref: a, reason: 'working late', actor: 'alice', now: at('22T22:30') })
      const [{ outcomes } = { outcomes: [] }] = await down(at('22T22:35'), both, blind)
      expect(outcomes.map(({ result, ref }) => `${result} ${ref.kind} ${ref.namespace}`).toSorted()).toEqual([
        'failed CronJob project-a',
        'failed CronJob project-b',
      ])
      expect([await replicas('a'), await replicas('b')]).toEqual([2, 0])
    })

    test('put everything to zero the next night, whatever was left undone', async () => {
      await down(at('22T12:00'), both)
      await down(at('22T22:00'), both, refusing())
      await restore(announcing(), { ref: a, reason: 'working late', actor: 'alice', now: at('22T22:30') })
      await down(at('23T22:00'), both)
      expect([await replicas('a'), await replicas('b')]).toEqual([0, 0])
    })

    test('leave a workload asleep that somebody puts to zero before the scale-up is complete', async () => {
      await down(at('22T12:00'), both)
      await down(at('22T22:00'), both)
      await up(at('23T07:00'), both, refusing())
      expect([await replicas('a'), await replicas('b')]).toEqual([2, 0])
      await sleepOnRequest({ now: at('23T12:00') })
      await up(at('23T12:05'), both)
      expect([await replicas('a'), await replicas('b')]).toEqual([0, 1])
      expect(due(await up(at('23T12:10'), both))).toEqual(['a none'])
    })

    test('report what they did even when they cannot record it', async () => {
      await down(at('22T12:00'))
      const forgetful = announcing({
        ...client.cluster,
        annotateNamespace: () => Promise.reject(new Error('forbidden')),
      })
      expect(await down(at('22T22:00'), { projects: [projectA] }, forgetful)).toMatchObject([
        { due: 'apply', outcomes: [{ result: 'changed' }], error: 'forbidden' },
      ])
    })
  })

  describe('that must end', () => {
    const onlyA = { projects: [projectA] }
    const others = Array.from({ length: 99 }, (_, index) => `other-${index}`)
    beforeEach(async () => {
      const place = '/apis/apps/v1/namespaces/project-a/deployments'
      for (const name of others) {
        const body = { metadata: { name }, spec: { replicas: 1, selector: {}, template: {} } }
        expect(await new Client(embedded).send('POST', place, { body })).toMatchObject({ status: 201 })
      }
      await down(at('22T12:00'))
    })

    /** A cluster whose first patch comes when the run must end; `patched` are the names of all. */
    function endingInMidSweep() {
      const ending = new AbortController()
      const patched: string[] = []
      const scaling = announcing({
        ...client.cluster,
        patchWorkload(ref, ...rest) {
          patched.push(ref.name)
          ending.abort('the host stops')
          return client.cluster.patchWorkload(ref, ...rest)
        },
      })
      return { scaling, patched, ending: ending.signal }
    }
    const deployments = async () =>
      (await client.cluster.listWorkloads({ kind: 'Deployment', namespace: 'project-a' })).map(
        ({ desiredReplicas, ref }) => ({ desiredReplicas, name: ref.name }),
      )

    test('finish the workloads that they have begun, and leave the rest to the next tick, which does nothing else', async () => {
      const { scaling, patched, ending } = endingInMidSweep()
      const [result] = await down(at('22T22:00'), { ...onlyA, ending }, scaling)
      expect(countResults(result?.outcomes ?? [])).toEqual({ changed: patched.length })
      expect([...patched, ...(result?.left ?? []).map(({ name }) => name)].toSorted()).toEqual(
        [...others, 'sample-app-a'].toSorted(),
      )
      expect(result).toMatchObject({ due: 'apply', error: undefined, left: { length: 100 - patched.length } })

      const [woken = ''] = patched
      const ref = { kind: 'Deployment' as const, namespace: 'project-a', name: woken }
      await restore(announcing(), { ref, reason: 'working late', actor: 'alice', now: at('22T22:02') })
      const [next] = await down(at('22T22:05'), onlyA)
      expect(countResults(next?.outcomes ?? [])).toEqual({ changed: 100 - patched.length })
      expect((await deployments()).filter(({ desiredReplicas }) => desiredReplicas > 0)).toMatchObject([
        { name: woken },
      ])
      expect(due(await down(at('22T22:10'), onlyA))).toEqual(['a none'])
    })

    test('remember the rest also when the calls were cut off before', async () => {
      const [ending, calls] = [new AbortController(), new AbortController()]
      const hanging = announcing({
        ...client.cluster,
        patchWorkload: (_ref, _patch, options) =>
          new Promise((_, reject) => {
            options?.signal?.addEventListener('abort', () => reject(new Error('cut off')))
            ending.abort('the host stops')
            setImmediate(() => calls.abort())
          }),
      })
      const request = { ...onlyA, ending: ending.signal, signal: calls.signal }
      const [result] = await down(at('22T22:00'), request, hanging)
      expect(result?.error).toBeUndefined()
      expect(countResults(result?.outcomes ?? [])).toEqual({ failed: 100 - (result?.left.length ?? 0) })
      const [next] = await down(at('22T22:05'), onlyA)
      expect(countResults(next?.outcomes ?? [])).toEqual({ changed: 100 })
    })

    test('begin no other project, and ask nothing about it', async () => {
      const { scaling, ending, patched } = endingInMidSweep()
      const before = await annotations('project-b')
      const results = await down(at('22T22:00'), { ending }, scaling)
      expect(results.map(({ project, outcomes }) => [project, outcomes.length])).toEqual([
        ['a', patched.length],
        ['b', 0],
      ])
      expect(results[1]).toMatchObject({ due: 'apply', error: undefined })
      expect(results[1]?.left.every(({ name, namespace }) => name === '*' && namespace === 'project-b')).toBe(true)
      expect(await annotations('project-b')).toEqual(before)
      await down(at('22T22:05'))
      expect(await replicas('b')).toBe(0)
    })

    test('leave the rest of a project that takes too long to its own next tick, after the others', async () => {
      let minutes = 0
      const slow = announcing({
        ...client.cluster,
        patchWorkload(ref, ...rest) {
          if (ref.namespace === 'project-a') minutes = 3
          return client.cluster.patchWorkload(ref, ...rest)
        },
      })
      const scaling = { ...slow, now: () => new Date(minutes * 60_000) }
      const [first, second, ...more] = await down(at('22T22:00'), {}, scaling)
      expect(first).toMatchObject({ project: 'a', due: 'apply', isLate: true, error: undefined })
      const left = first?.left.length ?? 0
      expect([left > 0, left + (first?.outcomes.length ?? 0)]).toEqual([true, 100])
      expect([second, more]).toMatchObject([{ project: 'b', isLate: false, outcomes: [{ result: 'changed' }] }, []])

      const next = await down(at('23T22:00'))
      expect(due(next)).toEqual(['b apply', 'a apply'])
      expect((await deployments()).filter(({ desiredReplicas }) => desiredReplicas > 0)).toEqual([])
    })

    test('wake the others by the next tick', async () => {
      await down(at('22T22:00'), onlyA)
      const { scaling, patched, ending } = endingInMidSweep()
      const [result] = await up(at('23T07:00'), { ...onlyA, ending }, scaling)
      expect(result?.left.filter(({ name }) => name !== '*')).toHaveLength(100 - patched.length)
      const [next] = await up(at('23T07:05'), onlyA)
      expect(countResults(next?.outcomes ?? [])).toEqual({ changed: 100 - patched.length })
      expect((await deployments()).filter(({ desiredReplicas }) => desiredReplicas === 0)).toEqual([])
    })

    test('leave a workload whose own time has come as it is, for it stays due', async () => {
      await sleepOnRequest({ now: at('22T18:00'), scheduledScaleUp: '2026-11-23T09:00:00.000Z' })
      const { scaling, patched, ending } = endingInMidSweep()
      const run = (now: Date, more: Pick<TickRequest, 'ending'>, through = announcing()) =>
        applyScheduledScaleUps(from(now, through), { projects: [projectA], dryRun: false, ...more })
      const { outcomes, left } = await run(at('23T09:00'), { ending }, scaling)
      expect(countResults(outcomes)).toEqual({ changed: patched.length })
      expect(left.filter(({ name }) => name !== '*')).toHaveLength(100 - patched.length)
      expect(countResults((await run(at('23T09:05'), {})).outcomes)).toEqual({ changed: 100 - patched.length })
    })

    test('record no project that is new, for the next tick does', async () => {
      const ending = AbortSignal.abort('the host stops')
      const newOne = { projects: [{ ...projectA, name: 'new' }] }
      await client.cluster.annotateNamespace('project-a', {
        'aks-scale-to-zero/last-scale-down': undefined,
        'aks-scale-to-zero/last-scale-up': undefined,
      })
      expect(due(await down(at('22T13:00'), { ...newOne, ending }))).toEqual(['new none'])
      expect(due(await down(at('22T13:05'), newOne))).toEqual(['new record'])
    })
  })

  test('wake who is due although a namespace has too many sleepers to be read, and tell that', async () => {
    await sleepOnRequest({ now: at('22T18:00'), scheduledScaleUp: '2026-11-23T09:00:00.000Z' })
    const tooLarge = new ScalingError('listing-too-large', 'too many')
    const crowded: Cluster = {
      ...client.cluster,
      listWorkloads(query, options) {
        if (query.kind === 'StatefulSet') options?.onTooLarge?.('crowded', tooLarge)
        return client.cluster.listWorkloads(query, options)
      },
    }
    const { outcomes } = await wakeByTime(at('23T09:00'), { ...announcing(), cluster: crowded })
    expect(outcomes.filter(({ result }) => result === 'failed')).toMatchObject([
      { ref: { kind: 'StatefulSet', namespace: 'crowded', name: '*' }, error: tooLarge },
    ])
    expect(await replicas('a')).toBe(2)
  })

  test('leave a workload asleep that somebody puts to zero before a late scale-up', async () => {
    await down(at('22T12:00'))
    await down(at('22T22:00'))
    await restore(announcing(), {
      ref: { kind: 'Deployment', namespace: 'project-a', name: 'sample-app-a' },
      reason: 'nobody woke it at seven',
      actor: 'alice',
      now: at('23T08:00'),
    })
    await sleepOnRequest({ now: at('23T12:00') })
    const [first] = await up(at('23T12:05'))
    expect(first?.outcomes).toMatchObject([
      { result: 'skipped', why: 'put to zero by alice after this scale-up was due' },
    ])
    expect([await replicas('a'), await replicas('b')]).toEqual([0, 1])
  })

  test('leave out an excluded project until the exclusion ends', async () => {
    await down(at('22T12:00'))
    await client.cluster.annotateNamespace('project-a', { 'aks-scale-to-zero/exclude-until': '2026-11-23' })
    expect(due(await down(at('22T22:00')))).toEqual(['a skip', 'b apply'])
    expect(await replicas('a')).toBe(2)
    expect(due(await down(at('23T22:00')))).toEqual(['a apply', 'b apply'])
  })

  describe('that take long with one project', () => {
    /** Calls `happens` at the first write to project a; each write to it takes ten minutes. */
    function meanwhile(happens: () => Promise<unknown>): Scaling {
      let tenMinutes = 0
      const busy: Cluster = {
        ...client.cluster,
        async patchWorkload(ref, ...rest) {
          if (ref.namespace === 'project-a' && tenMinutes++ === 0) await happens()
          return client.cluster.patchWorkload(ref, ...rest)
        },
      }
      return { ...announcing(busy), now: () => new Date(tenMinutes * 600_000) }
    }

    test('leave out the next one when it was excluded meanwhile', async () => {
      await down(at('22T12:00'))
      const exclude = { 'aks-scale-to-zero/exclude': 'true' }
      const scaling = meanwhile(() => client.cluster.annotateNamespace('project-b', exclude))
      expect(due(await down(at('22T22:00'), {}, scaling))).toEqual(['a apply', 'b skip'])
      expect([await replicas('a'), await replicas('b')]).toEqual([0, 1])
    })

    test('do nothing for the next one when its transition was applied meanwhile', async () => {
      await down(at('22T12:00'))
      const scaling = meanwhile(() => down(at('22T22:05'), { projects: [projectB] }))
      expect(due(await down(at('22T22:00'), {}, scaling))).toEqual(['a apply', 'b none'])
    })

    test('do not put the next one to zero when its scale-up is due by then', async () => {
      const projects = [projectA, projectB].map((project) => ({ ...project, scaleDown: ['55 6 * * *'] }))
      await down(at('22T12:00'), { projects })
      const scaling = meanwhile(async () => {})
      const results = await down(at('23T06:56'), { projects }, scaling)
      // The sweep of project a has lasted until its scale-up, so the project is woken again.
      expect(due(results)).toEqual(['a apply', 'a apply', 'b none'])
      expect(await replicas('b')).toBe(1)
    })

    describe('until its scale-up', () => {
      const early = { projects: [{ ...projectA, namespaces: ['project-a', 'project-b'], scaleDown: ['55 6 * * *'] }] }

      test('wake the workloads that they put to zero after the other timer has run', async () => {
        await down(at('22T12:00'), early)
        const scaling = meanwhile(() => up(at('23T07:00'), early))
        await down(at('23T06:55'), early, scaling)
        expect([await replicas('a'), await replicas('b')]).toEqual([2, 1])
        const noted = await annotations('project-a')
        expect(noted).toMatchObject({ 'aks-scale-to-zero/last-scale-up': '2026-11-23T07:00:00.000Z' })
        expect(noted).not.toHaveProperty('aks-scale-to-zero/asleep-since')
      })

      test('put no further workload to zero', async () => {
        await fetch(`${embedded.url}/apis/batch/v1/namespaces/project-a/cronjobs`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ metadata: { name: 'report' }, spec: { schedule: '0 * * * *' } }),
        })
        await down(at('22T12:00'), early)
        const results = await down(
          at('23T06:55'),
          early,
          meanwhile(async () => {}),
        )
        expect(
          results.map(({ transition, outcomes }) => [
            transition?.action,
            ...outcomes.map(({ result, ref }) => `${ref.kind} ${result}`),
          ]),
        ).toEqual([
          ['scale-down', 'Deployment skipped', 'Deployment skipped', 'CronJob changed'],
          ['scale-up', 'CronJob changed'],
        ])
        expect(due(await up(at('23T07:05'), early))).toEqual(['a none'])
      })
    })

    test('look again at the namespaces of one project alone, when its turn comes and it is due', async () => {
      const looks: string[] = []
      const counting: Cluster = {
        ...client.cluster,
        listNamespaces(options) {
          looks.push('all')
          return client.cluster.listNamespaces(options)
        },
        findNamespace(name, options) {
          looks.push(name)
          return client.cluster.findNamespace(name, options)
        },
      }
      await down(at('22T12:00'))
      await down(at('22T22:00'), { projects: [projectA, { ...projectB, scaleDown: [] }] }, announcing(counting))
      // The home is read again when its sweep ends.
      expect(looks).toEqual(['all', 'project-a'])
      await down(at('23T22:00'), {}, announcing(counting))
      expect(looks.slice(2)).toEqual(['all', 'project-a', 'project-b', 'scale-system', 'project-b'])
    })

    test('leave out the next one when its namespace was deleted meanwhile', async () => {
      await down(at('22T12:00'))
      const scaling = meanwhile(() => fetch(`${embedded.url}/api/v1/namespaces/project-b`, { method: 'DELETE' }))
      expect(due(await down(at('22T22:00'), {}, scaling))).toEqual(['a apply'])
    })
  })

  test('name the reason why a workload is left out', async () => {
    await down(at('22T12:00'))
    const ref = { kind: 'Deployment' as const, namespace: 'project-a', name: 'sample-app-a' }
    await client.cluster.patchWorkload(ref, [
      { op: 'add', path: '/metadata/annotations', value: { 'aks-scale-to-zero/exclude': 'true' } },
    ])
    const [{ outcomes } = { outcomes: [] }] = await down(at('22T22:00'))
    expect(outcomes).toMatchObject([{ result: 'skipped', why: 'aks-scale-to-zero/exclude is "true"' }])
    expect(await replicas('a')).toBe(2)
  })

  test.each([
    ['with annotations', [{ op: 'add', path: '/metadata/annotations', value: { team: 'a' } } as const]],
    ['without annotations', []],
  ])('respect the exclusion of a workload %s up to the moment of its write', async (_what, before) => {
    await down(at('22T12:00'))
    const ref = { kind: 'Deployment' as const, namespace: 'project-a', name: 'sample-app-a' }
    const exclude: JsonPatch = [
      { op: 'add', path: '/metadata/annotations', value: { 'aks-scale-to-zero/exclude': 'true' } },
    ]
    await client.cluster.patchWorkload(ref, before)
    const busy: Cluster = {
      ...client.cluster,
      async patchWorkload(one, ...rest) {
        if (one.name === ref.name) await client.cluster.patchWorkload(ref, exclude)
        return client.cluster.patchWorkload(one, ...rest)
      },
    }
    const [{ outcomes } = { outcomes: [] }] = await down(at('22T22:00'), {}, announcing(busy))
    expect(outcomes).toMatchObject([{ result: 'skipped', why: 'aks-scale-to-zero/exclude is "true"' }])
    expect([await replicas('a'), await replicas('b')]).toEqual([2, 0])
  })

  test('report an invalid schedule once, by an Event, and go on with the others', async () => {
    await down(at('22T12:00'))
    await client.cluster.annotateNamespace('project-a', { 'aks-scale-to-zero/scale-down': 'at night' })
    for (const minute of ['00', '05', '10']) await down(at(`22T22:${minute}`))
    await Promise.all(announced)
    expect([await replicas('a'), await replicas('b')]).toEqual([2, 0])
    const response = await fetch(`${embedded.url}/api/v1/namespaces/default/events`)
    const { items } = (await response.json()) as { items: { type: string; reason: string; message: string }[] }
    expect(items.filter(({ type }) => type === 'Warning')).toMatchObject([
      { reason: 'ScheduleFault', message: expect.stringContaining('project a: scaleDown "at night" is no cron line') },
    ])
    await client.cluster.annotateNamespace('project-a', { 'aks-scale-to-zero/scale-down': undefined })
    await down(at('22T22:15'))
    expect(await replicas('a')).toBe(0)
    expect(await annotations('project-a')).not.toHaveProperty('aks-scale-to-zero/reported-fault')
  })

  test.each([
    ['a thousand lines', '* * * * *\n'.repeat(1000)],
    ['a line of 140 KB', `0 22 * * ${'x'.repeat(140_000)}`],
    ['as many wrong lines as there may be', 'x;'.repeat(20)],
  ])('tell of %s in a few words, once, and go on with the others', async (_what, written) => {
    await down(at('22T12:00'))
    await client.cluster.annotateNamespace('project-a', { 'aks-scale-to-zero/scale-down': written })
    const [first] = await down(at('22T22:00'))
    expect(first?.error).toBeUndefined()
    expect([await replicas('a'), await replicas('b')]).toEqual([2, 0])
    const told = (await annotations('project-a'))['aks-scale-to-zero/reported-fault'] ?? ''
    expect([told.startsWith('project a: scaleDown '), told.length <= 1024]).toEqual([true, true])
    await down(at('22T22:05'))
    await Promise.all(announced)
    const response = await fetch(`${embedded.url}/api/v1/namespaces/default/events`)
    const { items } = (await response.json()) as { items: { type: string; message: string }[] }
    expect(items.filter(({ type }) => type === 'Warning').map(({ message }) => message)).toEqual([told])
  })

  test('tell of a last transition in the future, and act again from then on', async () => {
    await down(at('22T12:00'))
    await client.cluster.annotateNamespace('project-a', {
      'aks-scale-to-zero/last-scale-up': '2099-01-01T00:00:00.000Z',
    })
    const [first] = await down(at('22T21:00'))
    expect(first).toMatchObject({ due: 'record', faults: [expect.stringContaining('which is in the future')] })
    expect(await annotations('project-a')).toMatchObject({
      'aks-scale-to-zero/last-scale-up': '2026-11-22T21:00:00.000Z',
    })
    expect(due(await down(at('22T22:00')))).toEqual(['a apply', 'b apply'])
  })

  test('tell what is meant to be a project and is none, and scale nothing in it', async () => {
    const gone = { ...projectA, name: 'gone', namespaces: ['gone'] }
    await fetch(`${embedded.url}/api/v1/namespaces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ metadata: { name: 'own', labels: { 'aks-scale-to-zero/managed': 'yes' } } }),
    })
    const request = { projects: [gone, projectB] }
    const first = await down(at('22T12:00'), request)
    expect(first.map(({ project, due, faults, error }) => ({ project, due, faults, error }))).toEqual([
      { project: 'b', due: 'record', faults: [], error: undefined },
      { project: 'gone', due: 'none', faults: ['project gone: namespace gone does not exist'], error: undefined },
      { project: 'own', due: 'none', faults: [expect.stringContaining('managed is "yes"')], error: undefined },
    ])
    await down(at('22T12:05'), request)
    await Promise.all(announced)
    const response = await fetch(`${embedded.url}/api/v1/namespaces/default/events`)
    const { items } = (await response.json()) as { items: { reason: string; involvedObject: { name: string } }[] }
    expect(items.map(({ reason, involvedObject }) => [reason, involvedObject.name])).toEqual([['ScheduleFault', 'own']])
  })

  test('tell what is written on the workloads that they list and cannot be used, once for each transition', async () => {
    await down(at('22T12:00'))
    const ref = { kind: 'Deployment' as const, namespace: 'project-a', name: 'sample-app-a' }
    await client.cluster.patchWorkload(ref, [
      { op: 'add', path: '/metadata/annotations', value: { 'aks-scale-to-zero/excluded': 'true' } },
    ])
    const faults = [
      'project a: Deployment project-a/sample-app-a: nobody reads its annotation aks-scale-to-zero/excluded: the nearest known one is aks-scale-to-zero/exclude',
    ]
    expect(await down(at('22T22:00'))).toMatchObject([{ outcomes: [{ result: 'changed' }], faults }, { faults: [] }])
    expect(await down(at('22T22:05'))).toMatchObject([{ faults: [] }, { faults: [] }])
    await Promise.all(announced)
    const response = await fetch(`${embedded.url}/api/v1/namespaces/default/events`)
    const { items } = (await response.json()) as { items: { reason: string; message: string }[] }
    expect(items.filter(({ reason }) => reason === 'ScheduleFault')).toMatchObject([{ message: faults[0] }])
  })

  test('apply a transition whose project has a fault that cannot be told', async () => {
    await down(at('22T12:00'))
    const forgetful = announcing({
      ...client.cluster,
      annotateNamespace: (name, changes, ...rest) =>
        'aks-scale-to-zero/reported-fault' in changes
          ? Promise.reject(new Error('too long'))
          : client.cluster.annotateNamespace(name, changes, ...rest),
    })
    const wrong = { ...projectA, scaleUp: ['soon'] }
    const [first] = await down(at('22T22:00'), { projects: [wrong, projectB] }, forgetful)
    expect(first).toMatchObject({ outcomes: [{ result: 'changed' }], faults: [expect.anything()], error: 'too long' })
    expect(due(await down(at('22T22:05'), { projects: [wrong] }, forgetful))).toEqual(['a none'])
  })

  test('wake a project whose scale-down line is invalid', async () => {
    await down(at('22T12:00'))
    await down(at('22T22:00'))
    await client.cluster.annotateNamespace('project-a', { 'aks-scale-to-zero/scale-down': 'at night' })
    await up(at('23T07:00'))
    expect(await replicas('a')).toBe(2)
  })

  describe('with a record that claims what was never recorded', () => {
    const web: WorkloadRef = { kind: 'Deployment', namespace: 'project-a', name: 'sample-app-a' }
    const key = 'aks-scale-to-zero/original-replicas'
    const change = (of: 'annotations' | 'labels', name: string, value: string): JsonPatch[number] => {
      return { op: 'replace', path: pointer('metadata', of, name), value }
    }

    test('leave a workload asleep rather than obey 999999999 replicas, and say so', async () => {
      await down(at('22T12:00'))
      await down(at('22T22:00'))
      await client.cluster.patchWorkload(web, [
        change('annotations', key, '999999999'),
        change('labels', key, '999999999'),
      ])
      const [first] = await up(at('23T07:00'))
      expect([await replicas('a'), await replicas('b')]).toEqual([0, 1])
      const why = `its annotation ${key} is "999999999", which is not a whole number from 1 to 1000`
      expect(first?.outcomes).toMatchObject([{ result: 'skipped', why }])
      await Promise.all(announced)
      expect(await client.cluster.listEvents({ namespace: 'project-a', kind: 'Deployment' })).toContainEqual(
        expect.objectContaining({ reason: 'RecordFault', message: expect.stringContaining(why) }),
      )
      const { annotations: left } = await client.cluster.getWorkload(web)
      expect(left).toMatchObject({ [key]: '999999999' })
    })

    test('do not obey it at its own wake-up time either', async () => {
      await sleepOnRequest({ now: at('22T18:00'), scheduledScaleUp: '2026-11-23T09:00:00.000Z' })
      await client.cluster.patchWorkload(web, [change('annotations', key, '1001'), change('labels', key, '1001')])
      expect(await wakeByTime(at('23T09:00'))).toMatchObject({
        outcomes: [{ result: 'skipped', why: expect.stringContaining('"1001"') }],
      })
      expect(await replicas('a')).toBe(0)
    })

    test('wake a workload that was put to sleep at a time to come', async () => {
      await down(at('22T12:00'))
      await down(at('22T22:00'))
      const path = 'aks-scale-to-zero/scaled-at'
      await client.cluster.patchWorkload(web, [
        change('annotations', path, '2099-01-01T00:00:00.000Z'),
        change('annotations', 'aks-scale-to-zero/scaled-by', 'nobody'),
        change('labels', path, '2099-01-01T00_00_00.000Z'),
      ])
      await up(at('23T07:00'))
      expect(await replicas('a')).toBe(2)
    })
  })

  test('keep the wake-up time of a workload that a person put to sleep', async () => {
    await down(at('22T12:00'))
    const scheduledScaleUp = '2026-11-23T06:00:00.000Z'
    await sleepOnRequest({ now: at('22T18:00'), scheduledScaleUp })
    expect((await down(at('22T22:00')))[0]?.outcomes).toMatchObject([{ result: 'already' }])
    expect(await wakeByTime(at('23T06:00'))).toMatchObject({
      outcomes: [{ result: 'changed' }],
    })
  })

  test('report a fault once, and only one of them does', async () => {
    await client.cluster.annotateNamespace('project-a', { 'aks-scale-to-zero/scale-down': 'at night' })
    const [fromDown, fromUp] = [await down(at('22T12:00')), await up(at('22T12:00'))]
    expect(fromDown.map(({ due, faults }) => [due, faults.length])).toEqual([
      ['record', 1],
      ['record', 0],
    ])
    expect(fromUp.map(({ due, faults }) => [due, faults.length])).toEqual([
      ['none', 0],
      ['none', 0],
    ])
  })

  test('change nothing in a dry run, and report what they would change', async () => {
    await down(at('22T12:00'))
    const before = await annotations('project-a')
    const results = await down(at('22T22:00'), { dryRun: true })
    expect(results.map(({ outcomes }) => countResults(outcomes))).toEqual([{ changed: 1 }, { changed: 1 }])
    expect([await replicas('a'), await replicas('b')]).toEqual([2, 1])
    expect(await annotations('project-a')).toEqual(before)
  })

  test('wake a workload that sleeps by name at its own time, and not before', async () => {
    const { annotations: record, labels } = carriedWith(sleepRecord({ scheduledScaleUp: '2026-11-23T09:00:00Z' }))
    const ref = { kind: 'Deployment' as const, namespace: 'project-a', name: 'sample-app-a' }
    await client.cluster.patchWorkload(ref, [
      { op: 'replace', path: '/spec/replicas', value: 0 },
      { op: 'add', path: '/metadata/annotations', value: record },
      { op: 'add', path: '/metadata/labels', value: labels },
    ])
    await down(at('22T12:00'))
    await up(at('23T07:00'))
    expect(await replicas('a')).toBe(0)
    expect(await wakeByTime(at('23T08:59'))).toMatchObject({ due: 'none' })
    expect(await wakeByTime(at('23T09:00'))).toMatchObject({
      outcomes: [{ result: 'changed', targetReplicas: 2 }],
    })
    expect(await replicas('a')).toBe(2)
  })

  test.each([
    ['kube-system', { added: [], removed: [] }, 'is protected: its workloads keep the cluster running'],
    ['project-b', { added: ['project-b'], removed: [] }, 'is protected by PROTECTED_NAMESPACES'],
  ])('wake nothing in the protected namespace %s, whatever record is there', async (namespace, protection, why) => {
    const metadata = { name: 'asleep', ...carriedWith(sleepRecord({ scheduledScaleUp: '2026-11-23T09:00:00Z' })) }
    const path = `${embedded.url}/apis/apps/v1/namespaces/${namespace}/deployments`
    const template = { metadata: { labels: { app: 'x' } }, spec: { containers: [{ name: 'app', image: 'pause' }] } }
    const spec = { replicas: 0, selector: { matchLabels: { app: 'x' } }, template }
    const body = JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec })
    const headers = { 'content-type': 'application/json' }
    expect((await fetch(path, { method: 'POST', headers, body })).status).toBe(201)
    const scaling = { ...announcing(), protection }
    expect(await wakeByTime(at('23T09:00'), scaling)).toMatchObject({
      outcomes: [{ result: 'skipped', why: expect.stringContaining(why) }],
    })
    const ref = { kind: 'Deployment' as const, namespace, name: 'asleep' }
    expect((await client.cluster.getWorkload(ref)).desiredReplicas).toBe(0)
    expect(client.calls.filter(({ verb }) => verb === 'patch')).toEqual([])
  })

  test('skip a workload that is deleted at its own wake-up time', async () => {
    await sleepOnRequest({ now: at('22T18:00'), scheduledScaleUp: '2026-11-23T09:00:00.000Z' })
    const deleting: Cluster = {
      ...client.cluster,
      async patchWorkload(ref, ...rest) {
        const path = `/apis/apps/v1/namespaces/${ref.namespace}/deployments/${ref.name}`
        await fetch(`${embedded.url}${path}`, { method: 'DELETE' })
        return client.cluster.patchWorkload(ref, ...rest)
      },
    }
    expect(await wakeByTime(at('23T09:00'), announcing(deleting))).toMatchObject({
      outcomes: [{ result: 'skipped', why: 'deleted meanwhile' }],
    })
  })

  test('need one LIST of namespaces for an idle tick, and one of sleeping workloads for each kind', async () => {
    await down(at('22T12:00'))
    client.calls.length = 0
    await down(at('22T12:05'))
    expect(client.calls.map(({ verb }) => verb)).toEqual(['list'])
    await wakeByTime(at('22T12:05'))
    expect(client.calls).toHaveLength(1 + 5)
  })
})
