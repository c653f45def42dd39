import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../../../../dev/cluster/index.ts'
import {
  applyDueTransitions,
  type ProjectSettings,
  restore,
  type TickRequest,
  type WorkloadRef,
} from '../../../../../shared/scaling/index.ts'
import { appA, Client } from '../../../dev/cluster/cluster.ts'
import { clusterAt } from '../../../kubernetes/clusterAt.ts'
import { projectA as nightly } from '../../projects.ts'
import { scalingOn } from '../../scalingOn.ts'

// Friday, November 20, at 22:00 until Monday at 07:00.
const projectA: ProjectSettings = { ...nightly, scaleDown: ['0 22 * * FRI'], scaleUp: ['0 7 * * MON'] }
const web: WorkloadRef = { kind: 'Deployment', namespace: 'project-a', name: 'sample-app-a' }
const at = (time: string) => new Date(`2026-11-${time}:00Z`)

let embedded: EmbeddedCluster
let client: ReturnType<typeof clusterAt>
/** The clock of the API server. */
let serverTime: Date
let announced: Promise<void>[]
beforeEach(async () => {
  serverTime = at('16T09:00')
  announced = []
  embedded = await startCluster({ controllers: false, now: () => serverTime })
  client = clusterAt(embedded.url)
})
afterEach(async () => {
  await Promise.allSettled(announced)
  await client.close()
  await embedded.stop()
})

const scalingAt = (time: string) =>
  scalingOn(client.cluster, { now: () => at(time), afterwards: (work) => void announced.push(work()) })

/** One tick of the timer of scale-downs; every write of it is made at that time. */
async function down(time: string, more: Partial<TickRequest> = {}) {
  serverTime = at(time)
  const request = { projects: [projectA], dryRun: false, ...more }
  const [result] = await applyDueTransitions(scalingAt(time), 'scale-down', request)
  return result
}
const replicas = async () => (await client.cluster.getWorkload(web)).desiredReplicas
const raise = (time: string, query: string, more: object = {}) => {
  serverTime = at(time)
  return new Client(embedded).patch(`${appA}${query}`, { spec: { replicas: 3 }, ...more })
}
const skips = async () => {
  await Promise.all(announced)
  const { items } = (await new Client(embedded).get('/api/v1/namespaces/default/events')).body
  const events = items as unknown as { type: string; reason: string; message: string }[]
  return events.filter(({ reason }) => reason === 'ScaleDownSkipped').map(({ type, message }) => `${type}: ${message}`)
}

describe('a scale-down that was missed by more than two hours', () => {
  beforeEach(async () => {
    await down('20T12:00')
  })

  test('still puts the weekend to sleep when nobody has woken or raised anything since', async () => {
    expect(await down('21T00:10')).toMatchObject({ due: 'apply', transition: { at: at('20T22:00') } })
    expect(await replicas()).toBe(0)
    expect((await down('21T00:15'))?.due).toBe('none')
    expect(await skips()).toEqual([])
  })

  test.each([
    ['kubectl edit', '?fieldManager=kubectl-edit', '2026-11-20T23:00:00Z by "kubectl-edit", a person or a pipeline'],
    ['Argo CD', '?fieldManager=argocd-controller', '2026-11-20T23:00:00Z by Argo CD ("argocd-controller")'],
  ])('leaves a project alone that was raised by %s since, and says so once', async (_what, query, words) => {
    await raise('20T23:00', query)
    const why = `Deployment project-a/sample-app-a was changed at ${words}`
    expect(await down('21T00:10')).toMatchObject({ due: 'skip', why })
    expect((await down('21T00:15'))?.due).toBe('none')
    expect(await replicas()).toBe(3)
    expect(await skips()).toEqual([`Warning: The scale-down of 2026-11-20T22:00:00.000Z is left out: ${why}`])
  })

  test('leaves a project alone that somebody has woken by this service since', async () => {
    // It was asleep before, by its name.
    await new Client(embedded).patch(appA, {
      metadata: {
        labels: { 'aks-scale-to-zero/asleep': 'true' },
        annotations: { 'aks-scale-to-zero/original-replicas': '2' },
      },
      spec: { replicas: 0 },
    })
    await restore(scalingAt('20T23:00'), { ref: web, reason: 'working late', actor: 'alice', now: at('20T23:00') })
    const why = 'Deployment project-a/sample-app-a was woken at 2026-11-20T23:00:00.000Z by "alice"'
    expect(await down('21T00:10')).toMatchObject({ due: 'skip', why })
  })

  test('is not kept from it by what was raised before, nor by an autoscaler, nor by what sleeps or is excluded', async () => {
    await raise('20T21:59', '?fieldManager=kubectl-edit')
    await raise('20T23:00', '/scale?fieldManager=kube-controller-manager')
    expect((await down('21T00:10', { dryRun: true }))?.due).toBe('apply')
    const excluded = { metadata: { annotations: { 'aks-scale-to-zero/exclude': 'true' } } }
    await raise('20T23:00', '?fieldManager=kubectl-edit', excluded)
    expect((await down('21T00:10', { dryRun: true }))?.due).toBe('apply')
    await new Client(embedded).patch(`${appA}?fieldManager=kubectl-edit`, { spec: { replicas: 0 } })
    expect((await down('21T00:10'))?.due).toBe('apply')
  })

  test('is not kept from it by a trace in the future, which is a fault', async () => {
    await new Client(embedded).patch(appA, {
      metadata: {
        annotations: {
          'aks-scale-to-zero/woken-at': '2099-01-01T00:00:00Z',
          'aks-scale-to-zero/woken-by': 'x'.repeat(1e5),
        },
      },
    })
    const result = await down('21T00:10')
    expect(result?.due).toBe('apply')
    expect(result?.faults).toEqual([
      expect.stringContaining('woken-at is 2099-01-01T00:00:00.000Z, which is in the future, and counts for nothing'),
      expect.stringContaining('woken-by has 100000 characters, which is no name'),
    ])
    expect(await replicas()).toBe(0)
    expect((await client.cluster.getWorkload(web)).annotations).not.toHaveProperty('aks-scale-to-zero/woken-by')
  })

  test('is left out when the project wakes soon anyway', async () => {
    expect((await down('23T04:59', { dryRun: true }))?.due).toBe('apply')
    const why = 'it is 3300 minutes late, and the next scale-up is at 2026-11-23T07:00:00.000Z'
    expect(await down('23T05:00')).toMatchObject({ due: 'skip', why })
    expect(await skips()).toEqual([`Warning: The scale-down of 2026-11-20T22:00:00.000Z is left out: ${why}`])
  })

  test('tells in a dry run what it would do, and forgets it', async () => {
    await raise('20T23:00', '?fieldManager=kubectl-edit')
    for (const time of ['21T00:10', '21T00:15']) expect((await down(time, { dryRun: true }))?.due).toBe('skip')
    expect(await skips()).toEqual([])
  })

  test('stays due when its workloads cannot be listed', async () => {
    const listWorkloads = () => Promise.reject(new Error('broken'))
    const scaling = scalingOn({ ...client.cluster, listWorkloads }, { now: () => at('21T00:10') })
    const [failed] = await applyDueTransitions(scaling, 'scale-down', { projects: [projectA], dryRun: false })
    expect(failed).toMatchObject({ due: 'none', error: 'broken' })
    expect((await down('21T00:15'))?.due).toBe('apply')
  })
})

test('a scale-down of an excluded project is left out with the reason, which is no warning', async () => {
  await down('20T12:00')
  await client.cluster.annotateNamespace('project-a', { 'aks-scale-to-zero/exclude': 'true' })
  expect((await down('20T22:00'))?.due).toBe('skip')
  expect(await skips()).toEqual([
    'Normal: The scale-down of 2026-11-20T22:00:00.000Z is left out: the project is excluded: aks-scale-to-zero/exclude is "true"',
  ])
})

test('a label that is set just before the scale-down holds at once, and one that is set in the evening does not', async () => {
  const tickMs = 5 * 60_000
  expect((await down('20T22:02', { tickMs, dryRun: true }))?.due).toBe('apply')
  expect((await down('20T22:05', { tickMs, dryRun: true }))?.due).toBe('record')
  expect((await down('20T22:02', { tickMs }))?.due).toBe('apply')
  expect(await replicas()).toBe(0)
  expect((await down('20T22:07', { tickMs }))?.due).toBe('none')
})
