import type { WriteOptions } from '../cluster/cluster.ts'
import { kedaPausedReplicas } from '../cluster/kedaPause.ts'
import { describeWorkload, type Workload, type WorkloadRef } from '../cluster/workload.ts'
import { ScalingError } from '../errors.ts'
import { type EventReason, workloadScaled } from '../events.ts'
import type { Scaling } from '../scaling.ts'
import { applyDecision } from './applyDecision.ts'
import {
  type Asking,
  type Decision,
  decideRestore,
  decideScaleToZero,
  decideScaleUp,
  type SleepRequest,
  skip,
} from './decide.ts'
import { giveBackAfterwards, owesAfter } from './giveBack.ts'
import { createOrphans } from './orphans.ts'
import { type Outcome, observeScaled } from './outcome.ts'
import { findScalers, holdAfterWaking } from './pair.ts'
import { readRecord } from './record/record.ts'
import { refuseProtectedNamespace } from './refusals/protectedNamespaces.ts'

/** A request for one workload: who asks, when and why. */
export interface OperationRequest extends WriteOptions {
  ref: WorkloadRef
  reason: string
  actor: string
  now: Date
}

/** The outcome for a workload and, where KEDA scales it, for its ScaledObjects. */
export interface PairOutcome extends Outcome {
  scaledObjects: Outcome[]
}

/** Puts a workload to zero and records what it was, in one write. Repeating it changes nothing. */
export const scaleToZero = (
  scaling: Scaling,
  request: OperationRequest & Pick<SleepRequest, 'scheduledScaleUp' | 'scope'>,
): Promise<PairOutcome> => {
  const decide = (workload: Workload) => decideScaleToZero(workload, request)
  return operate(scaling, request, {
    event: 'ScaledToZero',
    decide(workload, scalers) {
      const refused = scalers.map((one) => ({ one, ...decide(one) })).find(({ result }) => result === 'skipped')
      return refused === undefined
        ? decide(workload)
        : skip(workload, `${describeWorkload(refused.one.ref)} scales it: ${refused.why}`)
    },
    decideScaler: decide,
  })
}

/** Sets the replicas and clears the record. Repeating it changes nothing. */
export const scaleUp = (scaling: Scaling, request: OperationRequest & { replicas: number }): Promise<PairOutcome> =>
  operate(scaling, request, {
    event: 'ScaledUp',
    decide: (workload, scalers) => unlessHeld(workload, scalers, decideScaleUp(workload, request.replicas, request)),
    decideScaler: (scaler) => decideRelease(scaler, request),
  })

/**
 * Brings a workload back to what it was. Repeating it changes nothing.
 * @throws ScalingError `nothing-to-restore`
 */
export const restore = (scaling: Scaling, request: OperationRequest): Promise<PairOutcome> =>
  operate(scaling, request, {
    event: 'Restored',
    decide(workload, scalers) {
      const isZero = workload.desiredReplicas === 0
      // KEDA had it at zero by itself, and decides again once it may.
      if (isZero && readRecord(workload) === undefined && scalers.some(isAsleep)) {
        return { result: 'at-zero-before', wanted: undefined, previousReplicas: 0 }
      }
      return unlessHeld(workload, scalers, decideRestore(workload, request))
    },
    // Named by itself, or as the partner of its target.
    decideScaler: (scaler) => decideRelease(scaler, request),
  })

const isAsleep = (workload: Workload): boolean => workload.desiredReplicas === 0 && readRecord(workload) !== undefined

/** A ScaledObject that somebody else has paused stays so. */
const decideRelease = (scaler: Workload, asking: Asking): Decision =>
  scaler.desiredReplicas === 0 && readRecord(scaler) === undefined
    ? { result: 'at-zero-before', wanted: undefined, previousReplicas: 0 }
    : decideRestore(scaler, asking)

/** What KEDA holds at another number would not stay as decided. */
function unlessHeld(workload: Workload, scalers: Workload[], decision: Decision): Decision {
  if (decision.result !== 'changed') return decision
  const holder = scalers.find((one) => ![undefined, decision.wanted?.replicas].includes(holdAfterWaking(one)))
  if (holder === undefined) return decision
  return skip(
    workload,
    `${describeWorkload(holder.ref)} holds it at ${holdAfterWaking(holder)} replicas by its annotation ` +
      `${kedaPausedReplicas}, not by this service: remove that annotation, or ask for that number`,
  )
}

interface Operation {
  /** The reason of the Event. */
  event: EventReason
  decide(workload: Workload, scalers: Workload[]): Decision
  decideScaler(scaler: Workload): Decision
}

/**
 * A target first and then its ScaledObjects, in both directions. Its replicas are so recorded before KEDA puts it to zero,
 * and are back before KEDA may change them. After a kill in between, repeating it does the rest.
 */
async function operate(scaling: Scaling, request: OperationRequest, operation: Operation): Promise<PairOutcome> {
  const { ref, signal, dryRun } = request
  refuseProtectedNamespace(ref.namespace, scaling.protection)
  const finding = findScalers(scaling.cluster, ref, { signal })
  const { unlessOrphaned } = createOrphans(scaling.cluster, { signal })
  const decide = finding.then(
    (found) => (workload: Workload) => unlessOrphaned(workload, operation.decide(workload, found)),
  )
  const applied = await applyDecision(scaling, { ref, decide, signal, dryRun })
  announce(scaling, request, { ...applied, event: operation.event })
  const owing = dryRun || !owesAfter(applied.workload, applied.outcome) ? [] : [ref]
  const { outcome } = applied
  const scalers = ['skipped', 'orphaned'].includes(outcome.result) ? [] : await finding
  const scaledObjects: Outcome[] = []
  for (const listed of scalers) {
    const one = await applyDecision(scaling, {
      ref: listed.ref,
      listed,
      decide: (scaler) => unlessOrphaned(scaler, operation.decideScaler(scaler)),
      signal,
      dryRun,
    }).catch((error: unknown) => {
      throw halfDone(error, outcome, listed.ref)
    })
    announce(scaling, { ...request, ref: listed.ref }, { ...one, event: operation.event })
    scaledObjects.push(one.outcome)
    if (!dryRun && owesAfter(one.workload, one.outcome)) owing.push(listed.ref)
  }
  giveBackAfterwards(scaling, owing)
  return { ...outcome, scaledObjects }
}

function announce(scaling: Scaling, request: OperationRequest, done: Announced): void {
  const { actor, reason, now, dryRun } = request
  const { outcome, workload, event: eventReason } = done
  observeScaled(scaling, outcome, { ...request, project: undefined })
  if (outcome.result !== 'changed' || dryRun) return
  const change = { from: outcome.previousReplicas, to: outcome.targetReplicas, actor, why: reason }
  const event = workloadScaled(workload, { reason: eventReason, ...change })
  scaling.afterwards(() => scaling.cluster.createEvent({ ...event, at: now }))
}

interface Announced {
  outcome: Outcome
  workload: Workload
  event: EventReason
}

/** The failure of the second write, for a person who must know about the first one. */
function halfDone(error: unknown, { ref, targetReplicas }: Outcome, scaler: WorkloadRef): unknown {
  if (!(error instanceof ScalingError)) return error
  const { code, message, retryAfterSeconds } = error
  return new ScalingError(
    code,
    `${describeWorkload(ref)} is set to ${targetReplicas} replicas, and its ${describeWorkload(scaler)} is not done, so ` +
      `KEDA may change that: repeat the request. ${message}`,
    { cause: error, retryAfterSeconds },
  )
}
