import { autoscalerNodeBlockers, autoscalerPodBlocker } from './autoscalerRules.ts'
import type { Blocker } from './blocker.ts'
import type { NodePool } from './clusterPools.ts'
import { karpenterNodeBlockers, karpenterPodBlocker } from './karpenterRules.ts'
import { type ClusterNode, isGoing, karpenterPoolLabel } from './node.ts'
import type { AutoscalerProfile } from './nodePools.ts'
import type { Pod } from './pod.ts'
import type { PodDisruptionBudget } from './podDisruptionBudget.ts'
import type { Tenancy } from './whyItStays.ts'

/** A node with what runs on it. */
export interface OccupiedNode {
  node: ClusterNode
  pods: Pod[]
  pool: NodePool | undefined
}

/** What a decision about a node rests on beside the node itself. */
export interface Surroundings extends Tenancy {
  budgets: PodDisruptionBudget[]
  profile: AutoscalerProfile
}

/** Whether Karpenter made the node, and so its rules decide whether it goes. */
export const isKarpenters = ({ labels }: ClusterNode): boolean => labels[karpenterPoolLabel] !== undefined

/**
 * What holds a node, by the rules of the autoscaler that would remove it, in their order: of the node, then of each of
 * its Pods. Empty for a node that nothing holds.
 */
export function blockersOf(occupied: OccupiedNode, surroundings: Surroundings): Blocker[] {
  const { node, pods } = occupied
  if (isGoing(node)) return []
  const [ofNode, ofPod] = isKarpenters(node)
    ? [karpenterNodeBlockers, karpenterPodBlocker]
    : [autoscalerNodeBlockers, autoscalerPodBlocker]
  const found = pods.flatMap((pod) => ofPod(pod, occupied, surroundings) ?? [])
  return [...ofNode(occupied), ...oncePerObject(found)]
}

/** A workload that is awake has many Pods, and is one thing to put right. */
const oncePerObject = (blockers: Blocker[]): Blocker[] => [
  ...new Map(blockers.map((blocker) => [JSON.stringify([blocker.reason, blocker.object]), blocker])).values(),
]
