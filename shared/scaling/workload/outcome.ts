import type { Workload, WorkloadRef } from '../cluster/workload.ts'
import type { Decision, Result } from './decide.ts'
import type { SleepRecord } from './record.ts'
import { workloadStatusOf } from './status.ts'

/** What an operation did to one workload, or found to be done. */
export interface Outcome {
  result: Result
  ref: WorkloadRef
  previousReplicas: number
  /** Replicas that were ready when it was read. */
  readyReplicas: number
  targetReplicas: number
  /** The record that it carries now, if it sleeps. */
  record: SleepRecord | undefined
  /** Why it was skipped. */
  why: string | undefined
}

/** What a decision that was carried out comes to. */
export const outcomeOf = (workload: Workload, { result, wanted, previousReplicas, why }: Decision): Outcome => ({
  result,
  ref: workload.ref,
  previousReplicas,
  readyReplicas: workload.readyReplicas,
  targetReplicas: wanted?.replicas ?? workload.desiredReplicas,
  record: wanted === undefined ? workloadStatusOf(workload).record : wanted.record,
  why,
})
