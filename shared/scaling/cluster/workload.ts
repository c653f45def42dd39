import type { ObjectRef } from './event.ts'
import { kinds, type WorkloadKind } from './kinds.ts'
import type { NamespacedName } from './namespacedName.ts'

/** Names one workload in a cluster. */
export interface WorkloadRef extends NamespacedName {
  kind: WorkloadKind
}

/**
 * The manager that owns a field, by the object's `managedFields`: it was the last to change it. Its names are whatever the
 * writer called itself. https://kubernetes.io/docs/reference/using-api/server-side-apply/#managers
 */
export interface FieldOwner {
  /** As in `kubectl --field-manager`: at most 128 characters. */
  manager: string
  operation: 'Apply' | 'Update'
  /** `scale` for `kubectl scale` and for autoscalers; undefined for a write of the object itself. */
  subresource: string | undefined
  /** The last write of this manager, to this field or to another of its own; undefined for the scale subresource. */
  at: string | undefined
}

/** A workload as the cluster last reported it, as far as a decision may rest on it. Times are ISO 8601. */
export interface Workload {
  ref: WorkloadRef
  uid: string
  /** Ours, KEDA's and Flux'. Undefined when the object has no such map at all, which a JSON Patch has to know. */
  annotations: Record<string, string> | undefined
  labels: Record<string, string> | undefined
  /** The controller that owns and manages it, e.g. `Kafka my-kafka`; undefined for a workload that people manage. */
  controlledBy: string | undefined
  /** Selects its Pods, as in `kubectl get pods -l`; undefined for a kind without Pods of its own. */
  podSelector: string | undefined
  /**
   * What happens to the volumes of a StatefulSet when it is scaled down, as its `persistentVolumeClaimRetentionPolicy`
   * has it; undefined for a workload without volumes of its own.
   */
  claimRetention: { whenScaled?: string } | undefined
  /**
   * The labels of the nodes on which its Pods may run, empty for any node; undefined for a kind without Pods of its own,
   * and for more labels than anybody needs.
   */
  nodeSelector: Record<string, string> | undefined
  /** The object that a ScaledObject scales. Its kind has the group, unless that is `apps`: `Rollout.argoproj.io`. */
  scaleTarget: { kind: string; name: string } | undefined
  /** Replicas asked for, in the terms of its kind; NaN where somebody wrote something that is no count. */
  desiredReplicas: number
  /** Replicas that are ready (status). */
  readyReplicas: number
  availableReplicas: number
  /** False while the controller has not yet looked at the newest spec. */
  observed: boolean
  /**
   * Whether somebody else applies it on the server's side, and so is refused each field that we have written last, or
   * looks by day as well which fields are ours, as Argo CD may:
   * https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts
   */
  isApplied: boolean
  /** The Kustomization of Flux that applies it. Labels alone may be copies, so Flux must have applied it, too. */
  kustomization: NamespacedName | undefined
  /** The HelmRelease of Flux that it belongs to, by its labels. */
  helmRelease: NamespacedName | undefined
  /** The name of the Application of Argo CD that it belongs to. */
  argoApplication: string | undefined
  /** The places of our own entries in its list of field managers. */
  ownEntries: number[]
  /** The last change of `desiredReplicas` that the cluster remembers, at the latest its creation. */
  replicasChangedAt: string
  /**
   * Who set `desiredReplicas`. Undefined when Kubernetes does not tell: a second write through the scale subresource drops
   * the owner, a removed annotation has none, and so has a field that its owner gave back.
   */
  replicasOwner: FieldOwner | undefined
}

/** "Deployment project-a/sample-app-a", for messages. */
export const describeWorkload = (ref: WorkloadRef): string => `${ref.kind} ${ref.namespace}/${ref.name}`

/** The workload as Kubernetes refers to it. */
export function objectRefOf({ ref, uid }: Workload): ObjectRef {
  const { group, version } = kinds[ref.kind].resource
  return { apiVersion: `${group}/${version}`, ...ref, uid }
}

/** Whether more replicas are wanted than are ready; never for a kind without Pods of its own. */
export const isWaking = ({ desiredReplicas, readyReplicas, podSelector }: Workload): boolean =>
  desiredReplicas > readyReplicas && podSelector !== undefined
