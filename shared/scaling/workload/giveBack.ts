import type { Workload, WorkloadRef } from '../cluster/workload.ts'
import { ScalingError } from '../errors.ts'
import { retryOnConflict } from '../retryOnConflict.ts'
import type { Scaling } from '../scaling.ts'
import type { Outcome } from './outcome.ts'
import { releasePatch } from './patch/patch.ts'

// What has just been woken is written to by its controllers, too, and each writer that is new moves the entries of others.
const mostAttempts = 5

/** Whether an outcome leaves us with fields that somebody else applies; `workload` is as it was read before. */
export const owesAfter = ({ isApplied }: Workload, { result, targetReplicas }: Outcome): boolean =>
  isApplied && result === 'changed' && targetReplicas !== 0

/**
 * Gives the fields of workloads back that we have woken, so that those who apply them are not refused. Nobody waits for
 * it. What does not succeed keeps its label, by which the next run of the timer finds it.
 */
export function giveBackAfterwards(scaling: Scaling, refs: WorkloadRef[]): void {
  if (refs.length === 0) return
  scaling.afterwards(async () => {
    const failures: unknown[] = []
    // One after the other, so that it takes little from the work that people wait for.
    for (const ref of refs) await giveBack(scaling, ref).catch((error: unknown) => failures.push(error))
    if (failures.length > 0) throw failures[0]
  })
}

async function giveBack({ cluster, ...clock }: Scaling, ref: WorkloadRef): Promise<void> {
  try {
    await retryOnConflict(clock, mostAttempts, async () => {
      const patch = releasePatch(await cluster.getWorkload(ref))
      if (patch.length > 0) await cluster.patchWorkload(ref, patch)
    })
  } catch (error) {
    const isOver = error instanceof ScalingError && ['workload-not-found', 'workload-changed'].includes(error.code)
    if (!isOver) throw error
  }
}
