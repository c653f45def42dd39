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
