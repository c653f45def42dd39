import type { Workload } from '../cluster/workload.ts'
import { readRecord, type SleepRecord } from './record/record.ts'

/** The states that a workload can be in. */
export const workloadStates = [
  /** No replicas are wanted. */
  'inactive',
  /** Fewer replicas are ready than wanted, or more. */
  'scaling',
  /** As many are ready as wanted. */
  'active',
  /** Its controller has not yet looked at the newest spec. */
  'unknown',
] as const

export type WorkloadState = (typeof workloadStates)[number]

/** How a workload is, and what it was if we put it to sleep. */
export interface WorkloadStatus {
  state: WorkloadState
  lastScaleAt: string
  record: SleepRecord | undefined
}

/** Whether as many replicas are ready as are wanted, and some are. */
export const isActive = (workload: Workload): boolean => stateOf(workload) === 'active'

/** Reads the status off a workload. A record on a workload that somebody else woke is no longer true, so it is left out. */
export function workloadStatusOf(workload: Workload): WorkloadStatus {
  const record = workload.desiredReplicas === 0 ? readRecord(workload) : undefined
  return { state: stateOf(workload), lastScaleAt: record?.scaledAt || workload.replicasChangedAt, record }
}

function stateOf({ desiredReplicas, readyReplicas, observed }: Workload): WorkloadState {
  if (desiredReplicas === 0) return 'inactive'
  if (!observed) return 'unknown'
  return readyReplicas === desiredReplicas ? 'active' : 'scaling'
}
