import type { CallOptions } from '../cluster/cluster.ts'
import type { Workload, WorkloadRef } from '../cluster/workload.ts'
import { ScalingError } from '../errors.ts'
import type { Scaling } from '../scaling.ts'
import { findWaking } from '../waking/findWaking.ts'
import { isWaking, type Waking } from '../waking/waking.ts'
import { isActive } from '../workload/status.ts'

/** A workload, and how far it has come if it is scaling up. */
export interface Inspection {
  workload: Workload
  waking: Waking | undefined
}

/**
 * Reads the status of a workload: one call, and three to five when it is scaling up.
 * @throws ScalingError `workload-not-found`
 */
export async function inspect({ cluster }: Scaling, ref: WorkloadRef, options: CallOptions): Promise<Inspection> {
  const workload = await cluster.getWorkload(ref, options)
  // Almost no workload is scaling up, so almost always one call is enough.
  if (!isWaking(workload)) return { workload, waking: undefined }
  const [waking] = await findWaking(cluster, [workload], options)
  return { workload, waking }
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
  if (seen && isActive(seen)) return { workload: seen, waking: undefined }
  const inspecting = inspect(scaling, ref, { signal: deadline() })
  if (seen === undefined) return inspecting
  return (await inspecting.catch(undefinedIfTimeout)) ?? { workload: seen, waking: undefined }
}

function undefinedIfTimeout(error: unknown): undefined {
  if (!(error instanceof ScalingError && error.code === 'cluster-timeout')) throw error
}
