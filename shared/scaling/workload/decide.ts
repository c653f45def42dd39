import { describeWorkload, type Workload } from '../cluster/workload.ts'
import { ScalingError } from '../errors.ts'
import type { Wanted } from './patch/patch.ts'
import { readRecord, recordFaultOf, type SleepRecord, trucesOf } from './record/record.ts'
import { trucesWith } from './record/truce.ts'
import type { Woken } from './record/woken.ts'
import { irreversible } from './refusals/irreversible.ts'

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
  /** It sleeps and was deleted in Git meanwhile: it stays asleep; `why` says what to do. */
  'orphaned',
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
export type SleepRequest = Pick<SleepRecord, 'reason' | 'scheduledScaleUp' | 'scope'> & {
  actor: string
  now: Date
  /** The last scale-up of its schedule, if that is known. */
  lastScaleUp?: Date | undefined
}

// A weekend, from Friday evening to Monday morning: the longest night of a workload whose schedule nobody knows.
const longestNightMs = 72 * 60 * 60 * 1000

/**
 * Puts to zero and records. The first recorded count of a night stays: neither zero overwrites it, nor the replicas that
 * somebody set for a while. A workload that could not be brought back is left as it is.
 */
export function decideScaleToZero(workload: Workload, request: SleepRequest): Decision {
  const { reason, scheduledScaleUp, scope, actor, now } = request
  const lasting = irreversible(workload)
  if (lasting !== undefined) return skip(workload, lasting.why)
  if (workload.desiredReplicas > 0) {
    const previousReplicas = workload.desiredReplicas
    const originalReplicas = firstCountOf(workload, request) ?? previousReplicas
    const fresh = {
      ...{ originalReplicas, reason, scheduledScaleUp, scope, scaledAt: now.toISOString(), scaledBy: actor },
      ...trucesWith(workload, trucesOf(workload)),
    }
    return { result: 'changed', wanted: { replicas: 0, record: fresh }, previousReplicas }
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

/**
 * The count that was recorded earlier in this night, of a workload that somebody has woken since. After a scale-up their
 * number is the new truth.
 */
function firstCountOf(workload: Workload, { now, lastScaleUp }: SleepRequest): number | undefined {
  const record = readRecord(workload)
  const nightBegan = lastScaleUp?.getTime() ?? now.getTime() - longestNightMs
  return record !== undefined && Date.parse(record.scaledAt) >= nightBegan ? record.originalReplicas : undefined
}

/** The one who asks, and when. */
export type Asking = Pick<SleepRequest, 'actor' | 'now'>

/** Sets the replicas and removes the record. Raising them leaves a trace of who did. */
export function decideScaleUp(workload: Workload, replicas: number, asking: Asking): Decision {
  const { desiredReplicas: previousReplicas } = workload
  const result = previousReplicas === replicas ? 'already' : 'changed'
  const trace = replicas > previousReplicas && { woken: wokenBy(asking) }
  return { result, wanted: { replicas, record: undefined, ...trace }, previousReplicas }
}

const wokenBy = ({ actor: by, now: at }: Asking): Woken => ({ at, by })

/**
 * Goes back to the recorded replicas, and leaves a trace of who asked for it. Only a workload that is still at zero is
 * woken: replicas that somebody set meanwhile stay.
 * @throws ScalingError `nothing-to-restore` for a workload at zero without a record of ours
 */
export function decideRestore(workload: Workload, asking: Asking): Decision {
  const record = readRecord(workload)
  const { desiredReplicas } = workload
  if (desiredReplicas !== 0) {
    const result = record === undefined ? 'already' : 'woken-meanwhile'
    return { result, wanted: { replicas: desiredReplicas, record: undefined }, previousReplicas: desiredReplicas }
  }
  if (record === undefined) throw nothingToRestore(workload)
  const wanted = { replicas: record.originalReplicas, record: undefined, woken: wokenBy(asking) }
  return { result: 'changed', wanted, previousReplicas: 0 }
}

function nothingToRestore(workload: Workload): ScalingError {
  const why = recordFaultOf(workload) ?? 'it was not put there by this service'
  return new ScalingError(
    'nothing-to-restore',
    `${describeWorkload(workload.ref)} is at zero and ${why}, so its replicas are not known: use scale-up and say how many`,
  )
}
