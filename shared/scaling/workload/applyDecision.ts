import type { WriteOptions } from '../cluster/cluster.ts'
import { describeWorkload, type Workload, type WorkloadRef } from '../cluster/workload.ts'
import { ScalingError, type ScalingErrorCode } from '../errors.ts'
import { retryOnConflict } from '../retryOnConflict.ts'
import type { Scaling } from '../scaling.ts'
import { type Decision, skip } from './decide.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import { patchTo, staleTrucePatch } from './patch/patch.ts'
import { refuseProtectedNamespace } from './refusals/protectedNamespaces.ts'
import { together } from './together.ts'

// Each attempt reads again and decides again. After the last one, the error asks to stop whatever changes the replicas.
const mostAttempts = 5

/** A workload, and how to decide about it. */
export interface DecisionRequest extends WriteOptions {
  ref: WorkloadRef
  /** The workload as it was listed just now, which saves the first read. One that was deleted since is skipped. */
  listed?: Workload
  /** The decision may rest on something that is still being read. */
  decide: Decide | Promise<Decide>
}

/** It may read more about the workload before it decides. */
export type Decide = (workload: Workload) => Decision | Promise<Decision>

/**
 * Reads a workload, decides, and writes what was decided in one patch. It starts over when the workload changed
 * meanwhile. Every change of a workload passes here, so here it is that protected namespaces are refused.
 * @returns the outcome, the workload as it was read, and whether that took a call: a listed workload that is as wanted
 *   takes none
 * @throws ScalingError `namespace-protected`; `workload-changed` when it changed each time; `workload-not-found` unless it
 *   was listed
 */
export async function applyDecision(
  scaling: Scaling,
  request: DecisionRequest,
): Promise<{ outcome: Outcome; workload: Workload; hasAsked: boolean }> {
  refuseProtectedNamespace(request.ref.namespace, scaling.protection)
  const { workload, decision, hasAsked } = await carryOut(scaling, request).catch((error: unknown) => {
    const { listed } = request
    if (listed === undefined || !hasCode(error, 'workload-not-found')) throw error
    return { workload: listed, decision: skip(listed, 'deleted meanwhile'), hasAsked: true }
  })
  return { outcome: outcomeOf(workload, decision), workload, hasAsked }
}

async function carryOut({ cluster, ...clock }: Scaling, { ref, listed, decide, ...options }: DecisionRequest) {
  try {
    return await retryOnConflict(clock, mostAttempts, async (attempt) => {
      const reading = attempt === 1 && listed ? listed : cluster.getWorkload(ref, options)
      const [workload, decideOn] = await together(reading, decide)
      const deciding = decideOn(workload)
      // What needs no reading is written at once, before the next workload is decided.
      const decision = deciding instanceof Promise ? await deciding : deciding
      const patch = decision.wanted === undefined ? staleTrucePatch(workload) : patchTo(workload, decision.wanted)
      if (patch.length === 0) return { workload, decision, hasAsked: workload !== listed }
      await cluster.patchWorkload(ref, patch, options)
      return { workload, decision, hasAsked: true }
    })
  } catch (error) {
    throw hasCode(error, 'workload-changed') ? keptChanging(ref, error) : error
  }
}

const hasCode = (error: unknown, code: ScalingErrorCode): error is ScalingError =>
  error instanceof ScalingError && error.code === code

const keptChanging = (ref: WorkloadRef, cause: ScalingError): ScalingError =>
  new ScalingError(
    'workload-changed',
    `${describeWorkload(ref)} was changed by something else ${mostAttempts} times in a row while it was being scaled: ` +
      'find what keeps changing its replicas (an autoscaler, a deployment tool, a script) and try again',
    { cause },
  )
