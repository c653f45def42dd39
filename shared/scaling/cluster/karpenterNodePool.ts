/** A node pool of Karpenter, and so of AKS node auto-provisioning. https://karpenter.sh/docs/concepts/disruption/ */
export interface KarpenterNodePool {
  name: string
  /** `WhenEmpty` removes only nodes without Pods; the others also move Pods together. */
  consolidationPolicy: string
  /** How long after its last Pod an empty node goes, e.g. `30s`; `Never` keeps it. */
  consolidateAfter: string
  /** The number of nodes that a static pool keeps whatever runs; undefined for a pool that follows its Pods. */
  replicas: number | undefined
  /** Whether one of its budgets forbids to remove empty nodes at any time of the day. */
  isFrozen: boolean
}
