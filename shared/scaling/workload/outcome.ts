import type { Workload, WorkloadRef } from '../cluster/workload.ts'
import type { Decision, Result } from './decide.ts'
import type { SleepRecord } from './record.ts'
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
