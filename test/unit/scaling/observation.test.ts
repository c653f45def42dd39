import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../../dev/cluster/index.ts'
import {
  applyDueTransitions,
  applyScheduledScaleUps,
  type Cluster,
  type Observation,
  type ProjectSettings,
  restore,
  scaleToZero,
  verifyScaledToZero,
} from '../../../shared/scaling/index.ts'
import { appA, Client } from '../dev/cluster/cluster.ts'
import { clusterAt } from '../kubernetes/clusterAt.ts'
import { projectA as sampleA } from './projects.ts'
import { scalingOn } from './scalingOn.ts'

const projectA: ProjectSettings = { ...sampleA, nodePool: 'projecta' }
const ref = { kind: 'Deployment' as const, namespace: 'project-a', name: 'sample-app-a' }
const at = (time: string) => new Date(`2026-11-${time}:00Z`)

let embedded: EmbeddedCluster
let client: ReturnType<typeof clusterAt>
let observed: Observation[]
beforeEach(async () => {
  embedded = await startCluster({ podDelayMs: 1, nodeDelayMs: 1e9, now: () => at('22T22:10') })
  client = clusterAt(embedded.url)
  observed = []
})
afterEach(async () => {
  await client.close()
  await embedded.stop()
})

const scalingAt = (time: string, changes: Partial<Cluster> = {}) =>
  scalingOn(
    { ...client.cluster, ...changes },
    { now: () => at(time), afterwards: () => {}, observe: (one) => void observed.push(one) },
  )

interface Run {
  project?: ProjectSettings
  dryRun?: boolean
  changes?: Partial<Cluster>
}
const tick = (
  action: 'scale-down' | 'scale-up',
  time: string,
  { project = projectA, dryRun = false, changes }: Run = {},
) => applyDueTransitions(scalingAt(time, changes), action, { projects: [project], dryRun })
const verify = (time: string, dryRun = false) =>
  verifyScaledToZero(scalingAt(time), { projects: [projectA], graceMinutes: 20, dryRun, report: () => {} })

const reason = (action: string, time: string) => `${action} of the schedule at 2026-11-${time}:00.000Z`

test('a night is observed: the workload, the sweep, the nodes that stay and go, the sleepers, the waking', async () => {
  await tick('scale-down', '22T12:00')
  await tick('scale-down', '22T22:00')
  const scaled = { what: 'scaled', project: 'a', ref, actor: 'schedule' }
  expect(observed.splice(0)).toEqual([
    { ...scaled, from: 2, to: 0, reason: reason('scale-down', '22T22:00') },
    { what: 'swept', project: 'a', action: 'scale-down', seconds: 0, failures: [] },
  ])

  await verify('22T22:30')
  await verify('22T22:35')
  const nodes = (...counts: number[]) => ({
    what: 'nodes',
    projects: counts.map((count) => ({ project: 'a', nodes: count })),
  })
  expect(observed.splice(0)).toEqual([
    nodes(1),
    { what: 'nodes-held', project: 'a', minutes: 30, nodes: 1, blockers: [expect.any(String)] },
    nodes(1),
  ])

  await new Client(embedded).send('DELETE', '/api/v1/nodes/aks-projecta-10000000-vmss000000')
  await verify('22T22:40')
  await verify('22T22:45')
  expect(observed.splice(0)).toEqual([nodes(0), { what: 'nodes-gone', project: 'a', minutes: 40 }, nodes()])

  await applyScheduledScaleUps(scalingAt('22T23:00'), { projects: [projectA], dryRun: false })
  expect(observed.splice(0)).toEqual([{ what: 'asleep', workloads: 1 }])

  await tick('scale-up', '23T07:00')
  expect(observed.splice(0)).toEqual([
    { ...scaled, from: 0, to: 2, reason: reason('scale-up', '23T07:00') },
    { what: 'swept', project: 'a', action: 'scale-up', seconds: 0, failures: [] },
  ])
})

test('a workload that is scaled by name is observed with the actor and the reason, and a repeat is not', async () => {
  const request = { ref, actor: 'team-a', now: at('22T18:00'), scope: 'workload' as const }
  await scaleToZero(scalingAt('22T18:00'), { ...request, reason: 'the day is over' })
  await scaleToZero(scalingAt('22T18:00'), { ...request, reason: 'the day is over' })
  await restore(scalingAt('22T18:05'), { ...request, reason: 'it is not' })
  const scaled = { what: 'scaled', project: undefined, ref, actor: 'team-a' }
  expect(observed).toEqual([
    { ...scaled, from: 2, to: 0, reason: 'the day is over' },
    { ...scaled, from: 0, to: 2, reason: 'it is not' },
  ])
})

test('a workload whose own wake-up time has come is observed, and sleeps no more', async () => {
  const request = { ref, actor: 'team-a', reason: 'until eight', now: at('22T18:00'), scope: 'workload' as const }
  await scaleToZero(scalingAt('22T18:00'), { ...request, scheduledScaleUp: '2026-11-22T20:00:00Z' })
  observed.splice(0)
  await applyScheduledScaleUps(scalingAt('22T20:00'), { projects: [projectA], dryRun: false })
  expect(observed).toEqual([
    { what: 'scaled', project: undefined, ref, from: 0, to: 2, actor: 'schedule', reason: 'its wake-up time has come' },
    { what: 'swept', project: undefined, action: 'scale-up', seconds: 0, failures: [] },
    { what: 'asleep', workloads: 0 },
  ])
})

test('a project that something else puts back is observed once, with who did it', async () => {
  await tick('scale-down', '22T12:00')
  await tick('scale-down', '22T22:00')
  await new Client(embedded).patch(`${appA}?fieldManager=helm`, { spec: { replicas: 2 } })
  observed.splice(0)
  for (const time of ['22T22:15', '22T22:20']) {
    await applyScheduledScaleUps(scalingAt(time), { projects: [projectA], dryRun: false })
  }
  expect(observed.filter(({ what }) => what !== 'asleep')).toEqual([
    {
      what: 'put-back',
      project: 'a',
      minutes: 15,
      by: ['Helm ("helm")'],
      sentences: [expect.stringContaining('sample-app-a (2) woken by Helm ("helm"): upgrade the release while')],
    },
  ])
})

test('a failure of a sweep is observed with its reason', async () => {
  await tick('scale-down', '22T12:00')
  const patchWorkload = () => Promise.reject(new Error('no'))
  await tick('scale-down', '22T22:00', { changes: { patchWorkload } })
  expect(observed).toEqual([
    {
      what: 'swept',
      project: 'a',
      action: 'scale-down',
      seconds: 0,
      failures: [expect.stringMatching(/sample-app-a.*: no/)],
    },
  ])
})

test('a value that cannot be used is observed once, with the key under which it stands', async () => {
  const wrong = { ...projectA, scaleDown: ['0 22 * *'] }
  await tick('scale-down', '22T12:00', { project: wrong })
  await tick('scale-down', '22T12:05', { project: wrong })
  const both = { ...wrong, scaleUp: ['soon'] }
  await tick('scale-down', '22T12:10', { project: both })
  const fault = (key: string, message: RegExp) => ({
    what: 'fault',
    project: 'a',
    fault: { key, message: expect.stringMatching(message) },
  })
  expect(observed).toEqual([
    fault('scaleDown', /^project a: scaleDown "0 22 \* \*" is no cron line/),
    fault('scaleUp', /^project a: scaleUp "soon" is no cron line/),
  ])
})

test('a dry run is not observed: it changes nothing', async () => {
  await tick('scale-down', '22T12:00')
  await tick('scale-down', '22T22:00', { dryRun: true })
  expect(observed).toEqual([])
})
