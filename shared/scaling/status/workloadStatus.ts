import type { CallOptions } from '../cluster/cluster.ts'
import { isWaking, type Workload, type WorkloadRef } from '../cluster/workload.ts'
import { ScalingError } from '../errors.ts'
import type { Scaling } from '../scaling.ts'
import { findWaking } from '../waking/findWaking.ts'
import type { Waking } from '../waking/waking.ts'
import { findScalers } from '../workload/pair.ts'
import { isActive } from '../workload/status.ts'
import { together } from '../workload/together.ts'

/** A workload, how far it has come if it is scaling up, and the ScaledObjects that scale it. */
export interface Inspection {
  workload: Workload
  waking: Waking | undefined
  scaledObjects: Workload[]
}

/**
 * Reads the status of a workload: one call, where KEDA is installed a second one beside it, and two to four more when it
 * is scaling up.
 * @throws ScalingError `workload-not-found`
 */
export async function inspect({ cluster }: Scaling, ref: WorkloadRef, options: CallOptions): Promise<Inspection> {
  const [workload, scaledObjects] = await together(
    cluster.getWorkload(ref, options),
    findScalers(cluster, ref, options),
  )
  // Almost no workload is scaling up, so almost always that is enough.
  if (!isWaking(workload)) return { workload, waking: undefined, scaledObjects }
  const [waking] = await findWaking(cluster, [workload], options)
  return { workload, waking, scaledObjects }
}

/** How long to wait for a workload. */
export interface Patience {
  /** Ends the waiting. */
  patience: AbortSignal
  /** Bounds the calls that follow the waiting. */
  deadline(): AbortSignal
}

/**
 * Reads the status of a workload once it is ready, or when the patience ends. Where the cluster then takes too long to
 * answer, the workload is as last seen.
 * @throws ScalingError `workload-not-found` also when it is deleted meanwhile
 */
export async function inspectWhenReady(
  scaling: Scaling,
  ref: WorkloadRef,
  { patience, deadline }: Patience,
): Promise<Inspection> {
  const seen = await scaling.cluster.awaitWorkload(ref, isActive, patience).catch(undefinedIfTimeout)
  if (seen && isActive(seen)) {
    const scaledObjects = await findScalers(scaling.cluster, ref, { signal: deadline() }).catch(undefinedIfTimeout)
    return { workload: seen, waking: undefined, scaledObjects: scaledObjects ?? [] }
  }
  const inspecting = inspect(scaling, ref, { signal: deadline() })
  if (seen === undefined) return inspecting
  return (await inspecting.catch(undefinedIfTimeout)) ?? { workload: seen, waking: undefined, scaledObjects: [] }
}

function undefinedIfTimeout(error: unknown): undefined {
  if (!(error instanceof ScalingError && error.code === 'cluster-timeout')) throw error
}
