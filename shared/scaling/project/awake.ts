import type { Workload } from '../cluster/workload.ts'
import { partnersAmong } from '../workload/pair.ts'
import { readRecord } from '../workload/record.ts'
import { leftOut } from './leftOut.ts'
import type { Project } from './project.ts'

/**
 * Whether the replicas of a workload were last changed after the time at which its project was to be put to zero, as
 * far as the cluster remembers. It is that time and not `asleepSince`: a scale-down that needs several attempts puts
 * some workloads to zero long before others.
 */
export function isChangedSince({ replicasChangedAt }: Workload, { memory }: Project): boolean {
  const due = memory.asleepSince && memory.lastScaleDown
  return due !== undefined && Date.parse(replicasChangedAt) > due.getTime()
}

/** The workloads that somebody has woken or created since the project was put to zero. */
export function wokenSince(workloads: Workload[], project: Project, now: Date): Workload[] {
  const partnersOf = partnersAmong(workloads)
  return workloads.filter(
    (workload) =>
      workload.desiredReplicas !== 0 &&
      // Removing KEDA's annotation leaves no timestamp; our record is still there.
      (isChangedSince(workload, project) || readRecord(workload) !== undefined) &&
      leftOut(workload, partnersOf(workload), { project, now }) === undefined,
  )
}
