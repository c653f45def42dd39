import { exclusionOf } from '../exclusion.ts'
import type { Project } from '../project.ts'
import type { Workload } from '../workload.ts'

/** Why no scale-down of its project puts a workload to zero, with what to do about it; undefined when one does. */
export function whyLeftOut(
  { ref, annotations, controlledBy }: Workload,
  project: Project,
  now: Date,
): string | undefined {
  const own = exclusionOf(annotations, now)
  if (own !== undefined) return `it is left out, as its ${own.why}; remove the annotation, or put it to zero by name`
  const namespace = project.namespaces.find(({ name }) => name === ref.namespace)
  const shared = exclusionOf(namespace?.annotations, now)
  if (shared !== undefined) return `namespace ${ref.namespace} is left out, as its ${shared.why}; remove the annotation`
  if (controlledBy !== undefined) return `it is managed by ${controlledBy}, which would set it back; put that to zero`
  return undefined
}

/**
 * The workloads of a project put to zero that somebody has woken, or made, since its scale-down was due: one that needed
 * several attempts puts some to zero long before others.
 */
export function wokenSince(workloads: Workload[], project: Project, now: Date): Workload[] {
  const { asleepSince, applied } = project
  const since = (asleepSince && applied['scale-down'])?.getTime() ?? Number.POSITIVE_INFINITY
  return workloads.filter(
    (workload) =>
      workload.desiredReplicas > 0 &&
      Date.parse(workload.replicasChangedAt) > since &&
      whyLeftOut(workload, project, now) === undefined,
  )
}
