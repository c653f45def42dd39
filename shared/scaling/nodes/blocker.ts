import type { AutoscalerProfile } from '../cluster/agentPools.ts'
import type { PodDisruptionBudget } from '../cluster/podDisruptionBudget.ts'
import type { Workload } from '../cluster/workload.ts'
import type { Project } from '../project/project.ts'

/**
 * Why a node stays. The names are those of the cluster autoscaler where it has one, in the order of its rules; the last
 * six are ours. https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/simulator/cluster.go
 * What only the autoscaler itself can know is not among them, such as ControllerNotFound or NotUnderutilized.
 */
export const blockerReasons = [
  'ScaleDownDisabledAnnotation',
  'NotAutoscaled',
  'NodeGroupMinSizeReached',
  'NotReplicated',
  'UnmovableKubeSystemPod',
  'NotSafeToEvictAnnotation',
  'LocalStorageRequested',
  'NotEnoughPdb',
  'NoPlaceToMovePods',
  // Karpenter has no such names: it tells the same in sentences.
  'DoNotDisrupt',
  'DisruptionDisabled',
  'NotEmpty',
  // Of a Pod that the autoscaler might move, but nobody should count on it.
  'PodTerminating',
  'WorkloadAwake',
  'ForeignPod',
] as const

export type BlockerReason = (typeof blockerReasons)[number]

/** One thing that holds a node. */
export interface Blocker {
  reason: BlockerReason
  /** What holds it, why, and what to do. */
  message: string
  /** What to look at. Without a namespace it is an object of the whole cluster. */
  object: { kind: string; namespace?: string; name: string }
}

/** What a decision about a node rests on beside the node itself. */
export interface Surroundings extends Tenancy {
  budgets: PodDisruptionBudget[]
  profile: AutoscalerProfile
}

/** Whose node it is, and whose Pods may be on it. */
export interface Tenancy {
  now: Date
  project: Project
  /** The project's own. */
  workloads: Workload[]
  /** Every project that may be named to the reader. */
  neighbours: Project[]
}
