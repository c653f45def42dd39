import type { ScalingError } from '../errors.ts'
import type { AutoscalerStatus } from './autoscalerStatus.ts'
import type { ConfigMap } from './configMap.ts'
import type { ClusterEvent } from './event.ts'
import type { JsonPatch } from './jsonPatch.ts'
import type { KarpenterNodePool } from './karpenterNodePool.ts'
import type { WorkloadKind } from './kinds.ts'
import type { Kustomization } from './kustomization.ts'
import type { Lease } from './lease.ts'
import type { Namespace } from './namespace.ts'
import type { NamespacedName } from './namespacedName.ts'
import type { ClusterNode } from './node.ts'
import type { ObservedEvent } from './observedEvent.ts'
import type { Pod, PodQuery } from './pod.ts'
import type { PodDisruptionBudget } from './podDisruptionBudget.ts'
import type { Workload, WorkloadRef } from './workload.ts'

/** Bounds a call: when the signal aborts, the call fails with `cluster-timeout`. */
export interface CallOptions {
  signal?: AbortSignal | undefined
}

/** How to list. Every list is bounded in memory, and who has put too much into it must not fail the others. */
export interface ListOptions extends CallOptions {
  /**
   * Told of each namespace whose objects are too many or too large to be kept, and so are not in the list. Without it
   * such a list fails.
   */
  onTooLarge?(namespace: string, error: ScalingError): void
  /**
   * Whether a kind that the cluster did not know some minutes ago may be taken for one that it still does not know,
   * without another call.
   */
  mayTrustAbsence?: boolean | undefined
}

/** The workloads to list. Without a namespace, those of all namespaces; `labelSelector` as in `kubectl get -l`. */
export interface WorkloadQuery {
  kind: WorkloadKind
  namespace?: string | undefined
  labelSelector?: string | undefined
}

/** A write that may be a rehearsal: with `dryRun` the server does everything, admission included, and keeps nothing. */
export interface WriteOptions extends CallOptions {
  dryRun?: boolean | undefined
}

/** The calls that scaling makes to a Kubernetes cluster. Every member fails with a ScalingError and nothing else. */
export interface Cluster {
  /** @throws ScalingError `workload-not-found` */
  getWorkload(ref: WorkloadRef, options?: CallOptions): Promise<Workload>
  /**
   * Waits until `isReached` holds, hearing of each change as it is made, and answers the workload as it is then. When
   * `patience` ends first, it answers the workload as last seen. Until then it listens again after every interruption.
   * @throws ScalingError `workload-not-found` also when it is deleted meanwhile
   */
  awaitWorkload(ref: WorkloadRef, isReached: (workload: Workload) => boolean, patience: AbortSignal): Promise<Workload>
  /**
   * Reads all pages; answers an empty list for a kind that the cluster does not know. A workload that is created or
   * deleted meanwhile may or may not be listed. Each list is begun after it was asked for, and shared with all who asked
   * before it began.
   * @throws ScalingError `listing-too-large`, as every list
   */
  listWorkloads(query: WorkloadQuery, options?: ListOptions): Promise<Workload[]>
  /**
   * Applies the patch as a whole or not at all.
   * @throws ScalingError `workload-changed` when a `test` failed or another write came in between
   */
  patchWorkload(ref: WorkloadRef, patch: JsonPatch, options?: WriteOptions): Promise<void>
  listNamespaces(options?: ListOptions): Promise<Namespace[]>
  /** Undefined when there is none of that name. It needs no more rights than listing them. */
  findNamespace(name: string, options?: CallOptions): Promise<Namespace | undefined>
  /**
   * Sets annotations, and removes those that are undefined, all at once. Others stay.
   * @throws ScalingError `workload-changed` when `resourceVersion` is given, and is not its newest
   */
  annotateNamespace(
    name: string,
    annotations: Record<string, string | undefined>,
    options?: WriteOptions & { resourceVersion?: string | undefined },
  ): Promise<void>
  createEvent(event: ClusterEvent, options?: CallOptions): Promise<void>
  /** Events about objects of one kind, in one namespace, of the last hour or as long as the cluster keeps them. */
  listEvents(query: { namespace: string; kind: string }, options?: ListOptions): Promise<ObservedEvent[]>
  listNodes(options?: ListOptions): Promise<ClusterNode[]>
  listPods(query: PodQuery, options?: ListOptions): Promise<Pod[]>
  listPodDisruptionBudgets(options?: ListOptions): Promise<PodDisruptionBudget[]>
  /** The list is empty where Karpenter, and so AKS node auto-provisioning, is not installed. */
  listKarpenterNodePools(options?: ListOptions): Promise<KarpenterNodePool[]>
  /** Undefined where no cluster autoscaler has written a status. */
  getAutoscalerStatus(options?: CallOptions): Promise<AutoscalerStatus | undefined>
  /** Undefined when there is none of that name, and where Flux is not installed. */
  getKustomization(ref: NamespacedName, options?: CallOptions): Promise<Kustomization | undefined>
  /** Undefined when there is none of that name. */
  getLease(ref: NamespacedName, options?: CallOptions): Promise<Lease | undefined>
  /** Writes who renews it, when and for how long. It must be there. */
  renewLease(ref: NamespacedName, lease: Lease, options?: CallOptions): Promise<void>
  /** Undefined when there is none of that name. */
  getConfigMap(ref: NamespacedName, options?: CallOptions): Promise<ConfigMap | undefined>
  /** One text of each ConfigMap of this name, of all namespaces; it is empty where a ConfigMap has none of this key. */
  listConfigMaps(
    query: { name: string; key: string },
    options?: ListOptions,
  ): Promise<{ namespace: string; text: string }[]>
  /**
   * Writes these texts and no others, or creates it with them.
   * @throws ScalingError `workload-changed` when another write came in between, be it the one that created it
   */
  applyConfigMap(ref: NamespacedName, configMap: ConfigMap, options?: CallOptions): Promise<void>
  /** Resolves when the cluster answers at all and accepts our identity. */
  ping(options?: CallOptions): Promise<void>
}
