import type { Workload } from '../cluster/workload.ts'
import { workloadStatusOf } from '../workload/status.ts'

/**
 * Since when all that a project has is at zero, as the records of its workloads say it; undefined while something runs, or
 * where nothing was put to zero by this service. A request leaves nothing but these records.
 */
export function allAsleepSince(workloads: Workload[], now: Date): Date | undefined {
  if (workloads.some(({ desiredReplicas }) => desiredReplicas !== 0)) return undefined
  const times = workloads
    .map(workloadStatusOf)
    .flatMap(({ record, lastScaleAt }) => (record === undefined ? [] : Date.parse(lastScaleAt)))
  // A record is a claim of whoever wrote it, and may say any time.
  return times.length === 0 ? undefined : new Date(Math.min(now.getTime(), Math.max(...times)))
}
