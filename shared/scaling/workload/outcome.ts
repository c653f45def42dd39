import type { WriteOptions } from '../cluster/cluster.ts'
import type { Workload, WorkloadRef } from '../cluster/workload.ts'
import type { Scaling } from '../scaling.ts'
import type { Decision, Result } from './decide.ts'
import type { SleepRecord } from './record/record.ts'
import { workloadStatusOf } from './status.ts'

/** The outcome of an operation for one workload, whether it changed something or not. */
export interface Outcome {
  result: Result
  ref: WorkloadRef
  previousReplicas: number
  /** Replicas that were ready when it was read. */
  readyReplicas: number
  targetReplicas: number
  /** The record that it carries now, if it sleeps. */
  record: SleepRecord | undefined
  /** The reason why it was skipped. */
  why: string | undefined
}

/** The outcome of a decision that was carried out. */
export const outcomeOf = (workload: Workload, { result, wanted, previousReplicas, why }: Decision): Outcome => ({
  result,
  ref: workload.ref,
  previousReplicas,
  readyReplicas: workload.readyReplicas,
  targetReplicas: wanted?.replicas ?? workload.desiredReplicas,
  record: wanted === undefined ? workloadStatusOf(workload).record : wanted.record,
  why,
})

/** Tells that a workload was scaled, if it was. The project is undefined where the workload was named by itself. */
export function observeScaled(
  { observe }: Scaling,
  outcome: Outcome | { result: 'failed' },
  { dryRun, ...about }: WriteOptions & { project: string | undefined; actor: string; reason: string },
): void {
  if (dryRun || outcome.result !== 'changed') return
  const { ref, previousReplicas: from, targetReplicas: to } = outcome
  const { project, actor, reason } = about
  observe?.({ what: 'scaled', project, ref, from, to, actor, reason })
}
