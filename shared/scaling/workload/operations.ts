import type { WriteOptions } from '../cluster/cluster.ts'
import type { Workload, WorkloadRef } from '../cluster/workload.ts'
import { type EventReason, workloadScaled } from '../events.ts'
import type { Scaling } from '../scaling.ts'
import { applyDecision } from './applyDecision.ts'
import { type Decision, decideRestore, decideScaleToZero, decideScaleUp, type SleepRequest } from './decide.ts'
import { type Outcome, observeScaled } from './outcome.ts'

/** A request for one workload: who asks, when and why. */
export interface OperationRequest extends WriteOptions {
  ref: WorkloadRef
  reason: string
  actor: string
  now: Date
}

/** Puts a workload to zero and records what it was, in one write. Repeating it changes nothing. */
export const scaleToZero = (
  scaling: Scaling,
  request: OperationRequest & Pick<SleepRequest, 'scheduledScaleUp' | 'scope'>,
): Promise<Outcome> =>
  operate(scaling, request, { decide: (workload) => decideScaleToZero(workload, request), event: 'ScaledToZero' })

/** Sets the replicas and clears the record. Repeating it changes nothing. */
export const scaleUp = (scaling: Scaling, request: OperationRequest & { replicas: number }): Promise<Outcome> =>
  operate(scaling, request, {
    decide: (workload) => decideScaleUp(workload, request.replicas, request),
    event: 'ScaledUp',
  })

/**
 * Brings a workload back to what it was. Repeating it changes nothing.
 * @throws ScalingError `nothing-to-restore`
 */
export const restore = (scaling: Scaling, request: OperationRequest): Promise<Outcome> =>
  operate(scaling, request, { decide: (workload) => decideRestore(workload, request), event: 'Restored' })

interface Operation {
  decide(workload: Workload): Decision
  /** The reason of the Event. */
  event: EventReason
}

async function operate(scaling: Scaling, request: OperationRequest, operation: Operation): Promise<Outcome> {
  const { ref, signal, dryRun, actor, reason, now } = request
  const { outcome, workload } = await applyDecision(scaling, { ref, decide: operation.decide, signal, dryRun })
  observeScaled(scaling, outcome, { ...request, project: undefined })
  if (outcome.result === 'changed' && !dryRun) {
    const change = { from: outcome.previousReplicas, to: outcome.targetReplicas, actor, why: reason }
    const event = workloadScaled(workload, { reason: operation.event, ...change })
    scaling.afterwards(() => scaling.cluster.createEvent({ ...event, at: now }))
  }
  return outcome
}
