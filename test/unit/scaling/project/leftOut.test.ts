import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  type Cluster,
  kinds,
  type Pod,
  type Project,
  sweepProject,
  type Workload,
} from '../../../../shared/scaling/index.ts'
import { whyItStays } from '../../../../shared/scaling/nodes/whyItStays.ts'
import { wokenSince } from '../../../../shared/scaling/project/awake.ts'
import { describeLeftOut, leftOut } from '../../../../shared/scaling/project/leftOut.ts'
import { exclusionAnnotations } from '../../../../shared/scaling/workload/refusals/exclusion.ts'
import type { Transition } from '../../../../shared/schedule/index.ts'
import { utc } from '../../../../shared/schedule/index.ts'
import { namespace, now, pod, project } from '../nodes/objects.ts'
import { scalingOn } from '../scalingOn.ts'
import { carriedWith, present, sleepRecord, workload } from '../workloads.ts'

const { exclude, excludeUntil } = exclusionAnnotations
const inProject = { ...workload().ref, namespace: 'project-a' }

describe('a scale-down', () => {
  const excludes = { [exclude]: 'true' }
  const until = { [excludeUntil]: '2026-11-23' }
  test.each<[string, Partial<Workload>, Record<string, string>, string | undefined]>([
    ['nothing when no rule fits', {}, {}, undefined],
    ['its own annotation', { annotations: excludes }, {}, `excluded: ${exclude} is "true"`],
    ['its own annotation before the others', { annotations: until, controlledBy: 'Kafka k' }, excludes, 'excluded: '],
    [
      'the annotation of its namespace',
      { controlledBy: 'Kafka k' },
      until,
      `namespace-excluded: ${excludeUntil} is 2026-11-23`,
    ],
    [
      'the object that controls it',
      { controlledBy: 'Kafka k' },
      { [exclude]: 'false' },
      'controlled: managed by Kafka k',
    ],
  ])('leaves a workload out because of %s', (_what, changes, ofNamespace, said) => {
    const found = leftOut(workload(changes), [], {
      project: { namespaces: [namespace('project-a', ofNamespace)], zone: utc },
      now,
    })
    expect(found && `${found.rule}: ${found.why}`).toEqual(said && expect.stringContaining(said))
  })

  test.each<[Workload['ref']['kind'], string]>([
    ['Deployment', 'remove the annotation, or put it to zero by name'],
    ['StatefulSet', 'remove the annotation'],
  ])('names what can be done about an excluded %s', (kind, remedy) => {
    const excluded = workload({ ref: { ...inProject, kind }, annotations: excludes })
    expect(leftOut(excluded, [], { project: project(), now })?.remedy).toBe(remedy)
  })
})

const annotations = fc
  .record({
    [exclude]: fc.option(fc.constantFrom('true', 'false', 'yes', ''), { nil: undefined }),
    [excludeUntil]: fc.option(
      fc.constantFrom('2026-11-23', '2026-11-22T23:00:00+00:00', '2026-11-01', 'tomorrow', '2026-11-22T23:00:00', ''),
      { nil: undefined },
    ),
  })
  .map(present)

const anyRecord = fc.record({
  scope: fc.constantFrom('workload' as const, 'project' as const),
  reason: fc.constantFrom('nightly', 'holidays'),
})

const anyWorkload: fc.Arbitrary<Workload> = fc
  .record({
    kind: fc.constantFrom(...(Object.keys(kinds) as Workload['ref']['kind'][])),
    namespace: fc.constantFrom('project-a', 'project-a-db'),
    annotations: fc.option(annotations, { nil: undefined }),
    record: fc.option(anyRecord, { nil: undefined }),
    controlledBy: fc.option(fc.constant('Kafka my-kafka'), { nil: undefined }),
    desiredReplicas: fc.constantFrom(0, 1, 2, 1000, 1001, Number.NaN),
    claimRetention: fc.constantFrom(undefined, { whenScaled: 'Retain' }, { whenScaled: 'Delete' }),
    replicasChangedAt: fc.constantFrom('2026-11-22T21:00:00Z', '2026-11-22T22:10:00Z'),
  })
  .map(({ kind, namespace: place, annotations: own, record, ...changes }) => {
    const carried = record && carriedWith(sleepRecord(record))
    return workload({
      ...changes,
      ref: { kind, namespace: place, name: 'x' },
      annotations: own || carried ? { ...own, ...carried?.annotations } : undefined,
      labels: carried?.labels,
    })
  })

const anyProject: fc.Arbitrary<Project> = fc
  .tuple(annotations, annotations)
  .map(([ofHome, ofOther]) =>
    project({ namespaces: [namespace('project-a', ofHome), namespace('project-a-db', ofOther)] }),
  )

/** Sweeps a project with this one workload, and returns its outcome. */
async function sweep(listed: Workload, swept: Project, transition: Transition | undefined) {
  const cluster: Partial<Cluster> = {
    listWorkloads: async ({ kind, namespace: place }) =>
      kind === listed.ref.kind && place === listed.ref.namespace ? [listed] : [],
    patchWorkload: async () => {},
  }
  const request = { project: swept, action: 'scale-down' as const, reason: 'nightly', actor: 'schedule', now }
  const { outcomes } = await sweepProject(scalingOn(cluster as Cluster), {
    ...request,
    ...(transition && { transition }),
  })
  expect(outcomes).toHaveLength(1)
  return outcomes[0]
}

/** A Pod that the workload runs, if it has Pods: those of a ScaledObject belong to its target. */
const podOf = ({ ref: { kind, namespace: place } }: Workload): Pod | undefined => {
  const controllers: Record<typeof kind, Pod['controller']> = {
    Deployment: { kind: 'ReplicaSet', name: 'x-6cf3dba477' },
    StatefulSet: { kind: 'StatefulSet', name: 'x' },
    CronJob: { kind: 'Job', name: 'x-29398050' },
    ScaledJob: { kind: 'Job', name: 'x-7k2p9' },
    ScaledObject: undefined,
  }
  const controller = controllers[kind]
  return controller && pod({ namespace: place, controller })
}

const due: Transition = { action: 'scale-down', at: new Date('2026-11-22T22:00:00Z') }
const elsewhere = { reason: 'NoPlaceToMovePods', because: 'it has to fit elsewhere' } as const

test('the sweep skips any workload exactly when the explanation of its node says that it is left out', async () => {
  await fc.assert(
    fc.asyncProperty(anyWorkload, anyProject, fc.boolean(), async (one, own, isScheduled) => {
      const outcome = await sweep(one, own, isScheduled ? due : undefined)
      const left = leftOut(one, [], { project: own, now })
      expect(outcome?.result === 'skipped').toBe(left !== undefined)
      expect(outcome?.why).toBe(left?.why)
      expect(wokenSince([one], own, now).length > 0 && left !== undefined).toBe(false)

      const running = podOf(one)
      if (running === undefined || one.desiredReplicas === 0) return
      const tenancy = { now, project: own, workloads: [one], neighbours: [own] }
      const { reason, message } = whyItStays(running, tenancy, elsewhere)
      expect(reason).toBe('WorkloadAwake')
      const isSaid = / (is left out, as (its|it has)|is managed by) /.test(message)
      expect(isSaid).toBe(outcome?.result === 'skipped')
      if (left !== undefined) expect(message).toContain(describeLeftOut(left, one.ref))
    }),
    { numRuns: 500 },
  )
})
