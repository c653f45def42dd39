import type { Workload, WorkloadRef } from '../cluster/workload.ts'
import { exclusionOf } from '../workload/exclusion.ts'
import { readRecord } from '../workload/record.ts'
import type { Project } from './project.ts'

/** Whether it can be put to zero by itself. The other kinds sleep with their project only. */
export const sleepsByName = ({ kind }: WorkloadRef): boolean => kind === 'Deployment'

/** Why no scale-down of its project puts a workload to zero, with what to do about it; undefined when one does. */
export function whyLeftOut(
  { ref, annotations, controlledBy }: Workload,
  project: Project,
  now: Date,
): string | undefined {
  const own = exclusionOf(annotations, now)
  if (own !== undefined) {
    const orByName = sleepsByName(ref) ? ', or put it to zero by name' : ''
    return `it is left out, as its ${own.why}; remove the annotation${orByName}`
  }
  const namespace = project.namespaces.find(({ name }) => name === ref.namespace)
  const shared = exclusionOf(namespace?.annotations, now)
  if (shared !== undefined) return `namespace ${ref.namespace} is left out, as its ${shared.why}; remove the annotation`
  if (controlledBy !== undefined) return `it is managed by ${controlledBy}, which would set it back; put that to zero`
  return undefined
}

/**
 * Whether its replicas were last changed after the scale-down that put the project to zero was due, as far as the cluster
 * remembers. One that needed several attempts puts some to zero long before others.
 */
export function isChangedSince({ replicasChangedAt }: Workload, { memory }: Project): boolean {
  const due = memory.asleepSince && memory.lastScaleDown
  return due !== undefined && Date.parse(replicasChangedAt) > due.getTime()
}

/** The workloads that somebody has woken, or made, since the project was put to zero. */
export function wokenSince(workloads: Workload[], project: Project, now: Date): Workload[] {
  return workloads.filter(
    (workload) =>
      workload.desiredReplicas > 0 &&
      // Who removes KEDA's annotation leaves no time, but our record of what sleeps.
      (isChangedSince(workload, project) || readRecord(workload) !== undefined) &&
      whyLeftOut(workload, project, now) === undefined,
  )
}
