import type { WriteOptions } from '../cluster/cluster.ts'
import { describeWorkload, type Workload, type WorkloadRef } from '../cluster/workload.ts'
import { ScalingError } from '../errors.ts'
import type { Scaling } from '../scaling.ts'
import type { Decision } from './decide.ts'
import { patchTo } from './patch.ts'

// Each attempt is a fresh read and a fresh decision. Somebody who changes the replicas faster than that is asked to stop.
const maxAttempts = 5
const firstBackoffMs = 20

/** What to decide about which workload. */
export interface DecisionRequest extends WriteOptions {
  ref: WorkloadRef
  /** As it was listed just now, which saves the first read. */
  listed?: Workload
  decide(workload: Workload): Decision
}

/** A decision that was carried out. */
export interface Applied {
  workload: Workload
  decision: Decision
  /** Whether that took a call: what was listed and is as it shall be takes none. */
  hasAsked: boolean
}

/**
 * Reads a workload, decides, and writes what was decided in one patch; again from the start when it changed meanwhile.
 * @throws ScalingError `workload-changed` when it changed each time
 */
export async function applyDecision(
  { cluster, wait, random }: Scaling,
  { ref, listed, decide, ...options }: DecisionRequest,
): Promise<Applied> {
  for (let attempt = 1; ; attempt++) {
    const workload = attempt === 1 && listed ? listed : await cluster.getWorkload(ref, options)
    const decision = decide(workload)
    const patch = decision.wanted === undefined ? [] : patchTo(workload, decision.wanted)
    if (patch.length === 0) return { workload, decision, hasAsked: workload !== listed }
    try {
      await cluster.patchWorkload(ref, patch, options)
      return { workload, decision, hasAsked: true }
    } catch (error) {
      if (!(error instanceof ScalingError && error.code === 'workload-changed')) throw error
      if (attempt === maxAttempts) throw keptChanging(ref, error)
      await wait(random() * firstBackoffMs * 2 ** attempt)
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
