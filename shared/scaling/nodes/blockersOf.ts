import { isGoing } from '../cluster/node.ts'
import { autoscalerNodeBlockers, autoscalerPodBlocker } from './autoscalerRules.ts'
import type { Blocker, Surroundings } from './blocker.ts'
import { karpenterNodeBlockers, karpenterPodBlocker } from './karpenterRules.ts'
import { isKarpenters, type NodeInfo } from './nodeInfo.ts'

/**
 * What holds a node, by the rules of the autoscaler that would remove it, in their order: of the node, then of each of
 * its Pods. Empty for a node that nothing holds.
 */
export function blockersOf(info: NodeInfo, surroundings: Surroundings): Blocker[] {
  const { node, pods } = info
  if (isGoing(node)) return []
  const [ofNode, ofPod] = isKarpenters(node)
    ? [karpenterNodeBlockers, karpenterPodBlocker]
    : [autoscalerNodeBlockers, autoscalerPodBlocker]
  const found = pods.flatMap((pod) => ofPod(pod, info, surroundings) ?? [])
  return [...ofNode(info), ...oncePerObject(found)]
}

/** A workload that is awake has many Pods, and is one thing to put right. */
const oncePerObject = (blockers: Blocker[]): Blocker[] => [
  ...new Map(blockers.map((blocker) => [JSON.stringify([blocker.reason, blocker.object]), blocker])).values(),
]
