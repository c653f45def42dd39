import type { AutoscalerProfile } from '../cluster/agentPools.ts'
import type { PodDisruptionBudget } from '../cluster/podDisruptionBudget.ts'
import type { Workload } from '../cluster/workload.ts'
import type { Project } from '../project/project.ts'

/**
 * The reasons for which a node stays. The first are the cluster autoscaler's own names, in the order of its rules; the
 * last six are ours. https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/simulator/cluster.go
 * Reasons that only the autoscaler itself can know are not among them, such as ControllerNotFound or NotUnderutilized.
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
  // Karpenter has no such names; it says the same in sentences.
  'DoNotDisrupt',
  'DisruptionDisabled',
  'NotEmpty',
  // The autoscaler might move a Pod of these, but nobody should count on it.
  'PodTerminating',
  'WorkloadAwake',
  'ForeignPod',
] as const

export type BlockerReason = (typeof blockerReasons)[number]

/** One thing that holds a node. */
export interface Blocker {
  reason: BlockerReason
  /** The thing that holds the node, the cause, and what to do. */
  message: string
  /** The object to look at. One without a namespace belongs to the whole cluster. */
  object: { kind: string; namespace?: string; name: string }
}

/** Everything that a decision about a node rests on, besides the node itself. */
export interface Surroundings extends Tenancy {
  budgets: PodDisruptionBudget[]
  profile: AutoscalerProfile
}

/** The project that a node belongs to, and the other projects whose Pods may be on it. */
export interface Tenancy {
  now: Date
  project: Project
  /** The project's own workloads. */
  workloads: Workload[]
  /** Every project that may be named to the reader. */
  neighbours: Project[]
  /** Whether nothing outside of the neighbours may be named to the reader. */
  onlyOfProjects?: boolean | undefined
}
