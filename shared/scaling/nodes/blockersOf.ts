import { isGoing } from '../cluster/node.ts'
import { autoscalerPolicy } from './autoscaler/policy.ts'
import type { Blocker, Surroundings } from './blocker.ts'
import { hideOthers } from './hideOthers.ts'
import { karpenterPolicy } from './karpenter/policy.ts'
import { isKarpenters, type NodeInfo } from './nodeInfo.ts'
import { blockerOf } from './policy.ts'

/**
 * Everything that holds a node, by the rules of the autoscaler that would remove it and in their order: first of the
 * node, then of each of its Pods. Empty for a node that nothing holds, and for one that is being removed.
 */
export function blockersOf(info: NodeInfo, surroundings: Surroundings): Blocker[] {
  const { node, pods, pool } = info
  if (isGoing(node)) return []
  const policy = isKarpenters(node) ? karpenterPolicy : autoscalerPolicy
  const ofPods = pods.flatMap((pod) => blockerOf(pod, policy, { ...surroundings, pool }) ?? [])
  const shown = surroundings.onlyOfProjects ? hideOthers(ofPods, surroundings.neighbours) : ofPods
  return [...policy.node.flatMap((rule) => rule(info)), ...oncePerObject(shown)]
}

/** A workload that is awake has many Pods, and is one thing to put right. */
const oncePerObject = (blockers: Blocker[]): Blocker[] => [
  ...new Map(blockers.map((blocker) => [JSON.stringify([blocker.reason, blocker.object]), blocker])).values(),
]
