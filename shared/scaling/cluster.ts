import type { JsonPatch } from './jsonPatch.ts'
import type { Workload, WorkloadRef } from './workload.ts'

/** Bounds a call: when the signal aborts, the call fails with `cluster-timeout`. */
export interface CallOptions {
  signal?: AbortSignal | undefined
}

/** Which workloads to list. Without a namespace those of all; `labelSelector` as in `kubectl get -l`. */
export interface WorkloadQuery {
  namespace?: string
  labelSelector?: string
}

/** A Kubernetes Event (type Normal) on a workload, as `kubectl describe` shows it. */
export interface WorkloadEvent {
  workload: Workload
  /** CamelCase, machine-readable. */
  reason: 'ScaledToZero' | 'ScaledUp' | 'Restored'
  message: string
  at: Date
}

/** What scaling needs of a Kubernetes cluster. Every member fails with a ScalingError and nothing else. */
export interface Cluster {
  /** @throws ScalingError `workload-not-found` */
  getWorkload(ref: WorkloadRef, options?: CallOptions): Promise<Workload>
  /** All pages. A workload created or deleted meanwhile may or may not be among them. */
  listWorkloads(query: WorkloadQuery, options?: CallOptions): Promise<Workload[]>
  /**
   * Applies the patch as a whole or not at all, and answers the workload as it is afterwards.
   * @throws ScalingError `workload-changed` when a `test` failed or another write came in between
   */
  patchWorkload(ref: WorkloadRef, patch: JsonPatch, options?: CallOptions): Promise<Workload>
  createEvent(event: WorkloadEvent, options?: CallOptions): Promise<void>
  /** Resolves when the cluster answers at all and accepts our identity. */
  ping(options?: CallOptions): Promise<void>
}
