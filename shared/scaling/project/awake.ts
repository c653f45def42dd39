import { quote } from '../../schedule/index.ts'
import { describeWorkload, type Workload } from '../cluster/workload.ts'
import { partnersAmong } from '../workload/pair.ts'
import { writerOf } from '../workload/patch/fieldManagers.ts'
import { readRecord } from '../workload/record/record.ts'
import { readWoken } from '../workload/record/woken.ts'
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

/**
 * The first sign that somebody has woken or raised a workload of the project since then, as a sentence; undefined when
 * there is none. An autoscaler only follows its load, and what the schedule leaves alone says nothing. A change that
 * leaves no trace in the cluster, such as a second `kubectl scale`, is not seen.
 */
export function touchedSince(
  workloads: Workload[],
  project: Project,
  { since, now }: { since: Date; now: Date },
): string | undefined {
  const partnersOf = partnersAmong(workloads)
  for (const workload of workloads) {
    if (workload.desiredReplicas === 0 || leftOut(workload, partnersOf(workload), { project, now }) !== undefined)
      continue
    const name = describeWorkload(workload.ref)
    const woken = readWoken(workload, now)
    if (woken !== undefined && woken.at > since) {
      return `${name} was woken at ${woken.at.toISOString()} by ${quote(woken.by)}`
    }
    const { replicasChangedAt, replicasOwner } = workload
    const { kind, who } = writerOf(replicasOwner)
    if (kind !== 'autoscaler' && Date.parse(replicasChangedAt) > since.getTime()) {
      return `${name} was changed at ${replicasChangedAt} by ${who}`
    }
  }
  return undefined
}
