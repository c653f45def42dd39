import { type ClusterNode, isGoing, karpenterPoolLabel } from '../cluster/node.ts'
import { autoscalerNodeBlockers, autoscalerPodBlocker } from './autoscalerRules.ts'
import type { Blocker, OccupiedNode, Surroundings } from './blocker.ts'
import { karpenterNodeBlockers, karpenterPodBlocker } from './karpenterRules.ts'

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
