import type { Workload } from '../cluster/workload.ts'
import { workloadStatusOf } from '../workload/status.ts'
import type { Project } from './project.ts'
import { isWoken } from './putBack.ts'

/**
 * Since when a project sleeps; undefined while it is awake. Its memory says so of its schedule, until a request wakes it. A
 * request leaves nothing but the records of the workloads: all of them are at zero then.
 */
export function asleepSinceOf(project: Project, workloads: Workload[], now: Date): Date | undefined {
  const { asleepSince } = project.memory
  const isBySchedule = asleepSince !== undefined && !isWoken(workloads, project, now)
  return isBySchedule ? asleepSince : allAsleepSince(workloads, now)
}

/** Since the last of its workloads was put to zero; undefined while something runs, or where this service has put none. */
function allAsleepSince(workloads: Workload[], now: Date): Date | undefined {
  if (workloads.some(({ desiredReplicas }) => desiredReplicas !== 0)) return undefined
  const times = workloads
    .map(workloadStatusOf)
    .flatMap(({ record, lastScaleAt }) => (record === undefined ? [] : Date.parse(lastScaleAt)))
  // A record is a claim of whoever wrote it, and may say any time.
  return times.length === 0 ? undefined : new Date(Math.min(now.getTime(), Math.max(...times)))
}
