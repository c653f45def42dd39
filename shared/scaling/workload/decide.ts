import { quote } from '../../schedule/index.ts'
import { describeWorkload, type Workload } from '../cluster/workload.ts'
import { ScalingError } from '../errors.ts'
import type { Wanted } from './patch.ts'
import { hasAsleepLabel, readRecord, recordAnnotations, type SleepRecord } from './record.ts'

/** The results that an operation can have for one workload. */
export const results = [
  /** Its replicas change. */
  'changed',
  /** It sleeps already, and the request says something new about why or until when. */
  'record-updated',
  /** It is as wanted: nothing is written. */
  'already',
  /** Somebody else had it at zero, so it is theirs to wake: nothing is written. */
  'at-zero-before',
  /** Somebody else woke it: their replicas stay, and our record goes. */
  'woken-meanwhile',
  /** A sweep leaves it out; `why` has the reason. */
  'skipped',
] as const

export type Result = (typeof results)[number]

/** A decision about one workload as it was read. */
export interface Decision {
  result: Result
  /** Undefined: the workload is left exactly as it is. */
  wanted: Wanted | undefined
  previousReplicas: number
  why?: string
}

/** To leave a workload as it is. */
export const skip = (workload: Workload, why: string): Decision => ({
  result: 'skipped',
  wanted: undefined,
  previousReplicas: workload.desiredReplicas,
  why,
})

/** The facts of a request to put a workload to zero that are recorded. */
export type SleepRequest = Pick<SleepRecord, 'reason' | 'scheduledScaleUp' | 'scope'> & { actor: string; now: Date }

/** Puts to zero and records. The first recorded count stays until the workload is woken: zero never overwrites it. */
export function decideScaleToZero(workload: Workload, request: SleepRequest): Decision {
  const { reason, scheduledScaleUp, scope, actor, now } = request
  if (workload.desiredReplicas > 0) {
    const originalReplicas = workload.desiredReplicas
    const fresh = { originalReplicas, reason, scheduledScaleUp, scope, scaledAt: now.toISOString(), scaledBy: actor }
    return { result: 'changed', wanted: { replicas: 0, record: fresh }, previousReplicas: originalReplicas }
  }
  const record = readRecord(workload)
  if (record === undefined) return { result: 'at-zero-before', wanted: undefined, previousReplicas: 0 }
  const previousReplicas = record.originalReplicas
  // A project's sweep does not take over what somebody put to sleep by name.
  const unchanged =
    (scope === 'project' && record.scope === 'workload') ||
    (reason === record.reason && scope === record.scope && scheduledScaleUp === record.scheduledScaleUp)
  if (unchanged) return { result: 'already', wanted: { replicas: 0, record }, previousReplicas }
  const updated = { ...record, reason, scheduledScaleUp, scope, scaledBy: actor }
  return { result: 'record-updated', wanted: { replicas: 0, record: updated }, previousReplicas }
}

/** Sets the replicas and removes the record. */
export function decideScaleUp(workload: Workload, replicas: number): Decision {
  const result = workload.desiredReplicas === replicas ? 'already' : 'changed'
  return { result, wanted: { replicas, record: undefined }, previousReplicas: workload.desiredReplicas }
}

/**
 * Goes back to the recorded replicas. Only a workload that is still at zero is woken: replicas that somebody set
 * meanwhile stay.
 * @throws ScalingError `nothing-to-restore` for a workload at zero without a record of ours
 */
export function decideRestore(workload: Workload): Decision {
  const record = readRecord(workload)
  const { desiredReplicas } = workload
  if (desiredReplicas > 0) {
    const result = record === undefined ? 'already' : 'woken-meanwhile'
    return { result, wanted: { replicas: desiredReplicas, record: undefined }, previousReplicas: desiredReplicas }
  }
  if (record === undefined) throw nothingToRestore(workload)
  return { result: 'changed', wanted: { replicas: record.originalReplicas, record: undefined }, previousReplicas: 0 }
}

function nothingToRestore(workload: Workload): ScalingError {
  const found = workload.annotations?.[recordAnnotations.originalReplicas] ?? ''
  const why = hasAsleepLabel(workload)
    ? `its annotation ${recordAnnotations.originalReplicas} is ${quote(found)}, which is not a count`
    : 'it was not put there by this service'
  return new ScalingError(
    'nothing-to-restore',
    `${describeWorkload(workload.ref)} is at zero and ${why}, so its replicas are not known: use scale-up and say how many`,
  )
}
