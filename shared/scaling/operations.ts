import type { CallOptions, Cluster, WorkloadEvent } from './cluster.ts'
import {
  type Decision,
  decideRestore,
  decideScaleToZero,
  decideScaleUp,
  type Result,
  type SleepRequest,
} from './decide.ts'
import { ScalingError } from './errors.ts'
import { patchTo } from './patch.ts'
import { refuseProtectedNamespace } from './protectedNamespaces.ts'
import type { SleepRecord } from './record.ts'
import { describeWorkload, type Workload, type WorkloadRef } from './workload.ts'

/** What the operations reach the world through. */
export interface Scaling {
  cluster: Cluster
  /** Resolves after so many milliseconds. */
  wait(ms: number): Promise<void>
  /** In [0, 1), as Math.random. */
  random(): number
  /** Runs work that the caller of an operation does not wait for; its failure is not the operation's. */
  afterwards(work: () => Promise<void>): void
}

/** Who asks for what on which workload, when and why. */
export interface OperationRequest extends CallOptions {
  ref: WorkloadRef
  reason: string
  actor: string
  now: Date
}

/** What an operation did to one workload. */
export interface Outcome {
  result: Result
  ref: WorkloadRef
  previousReplicas: number
  /** Replicas that were ready when the request came. */
  readyReplicas: number
  targetReplicas: number
  /** The record that the workload carries now, if it sleeps. */
  record: SleepRecord | undefined
}

// Each attempt is a fresh read and a fresh decision. Somebody who changes the replicas faster than that is asked to stop.
const maxAttempts = 5
const firstBackoffMs = 20

/** Puts a workload to zero and records what it was, in one write. Repeating it changes nothing. */
export const scaleToZero = (
  scaling: Scaling,
  request: OperationRequest & Pick<SleepRequest, 'scheduledScaleUp' | 'scope'>,
): Promise<Outcome> =>
  operate(scaling, request, { decide: (workload) => decideScaleToZero(workload, request), event: 'ScaledToZero' })

/** Sets the replicas and clears the record. Repeating it changes nothing. */
export const scaleUp = (scaling: Scaling, request: OperationRequest & { replicas: number }): Promise<Outcome> =>
  operate(scaling, request, { decide: (workload) => decideScaleUp(workload, request.replicas), event: 'ScaledUp' })

/**
 * Brings a workload back to what it was. Repeating it changes nothing.
 * @throws ScalingError `nothing-to-restore`
 */
export const restore = (scaling: Scaling, request: OperationRequest): Promise<Outcome> =>
  operate(scaling, request, { decide: decideRestore, event: 'Restored' })

interface Operation {
  decide(workload: Workload): Decision
  event: WorkloadEvent['reason']
}

async function operate(scaling: Scaling, request: OperationRequest, operation: Operation): Promise<Outcome> {
  const { ref, signal } = request
  refuseProtectedNamespace(ref.namespace)
  for (let attempt = 1; ; attempt++) {
    const workload = await scaling.cluster.getWorkload(ref, { signal })
    const decision = operation.decide(workload)
    const patch = decision.wanted === undefined ? [] : patchTo(workload, decision.wanted)
    try {
      if (patch.length > 0) await scaling.cluster.patchWorkload(ref, patch, { signal })
    } catch (error) {
      if (!(error instanceof ScalingError && error.code === 'workload-changed')) throw error
      if (attempt === maxAttempts) throw keptChanging(ref, error)
      await scaling.wait(scaling.random() * firstBackoffMs * 2 ** attempt)
      continue
    }
    const targetReplicas = decision.wanted?.replicas ?? workload.desiredReplicas
    if (decision.result === 'changed') {
      const message = `Scaled from ${decision.previousReplicas} to ${targetReplicas} replicas by ${request.actor}: ${request.reason}`
      const event = { workload, reason: operation.event, message, at: request.now }
      scaling.afterwards(() => scaling.cluster.createEvent(event))
    }
    return {
      result: decision.result,
      ref,
      previousReplicas: decision.previousReplicas,
      readyReplicas: workload.readyReplicas,
      targetReplicas,
      record: decision.wanted?.record,
    }
  }
}

const keptChanging = (ref: WorkloadRef, cause: ScalingError): ScalingError =>
  new ScalingError(
    'workload-changed',
    `${describeWorkload(ref)} was changed by something else ${maxAttempts} times in a row while it was being scaled: ` +
      'find what keeps changing its replicas (an autoscaler, a deployment tool, a script) and try again',
    { cause },
  )
