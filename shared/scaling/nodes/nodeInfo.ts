import { type ClusterNode, karpenterPoolLabel } from '../cluster/node.ts'
import { isOfEveryNode, isTerminal, type Pod } from '../cluster/pod.ts'
import type { NodePool } from './nodePools.ts'

/**
 * A node with the Pods on it and its pool. The scheduler and the cluster autoscaler call a node with its Pods so, too.
 */
export interface NodeInfo {
  node: ClusterNode
  pods: Pod[]
  /** Undefined for a node that belongs to no pool. */
  pool: NodePool | undefined
}

/** Whether Karpenter made the node, and so its rules decide whether it goes. */
export const isKarpenters = ({ labels }: ClusterNode): boolean => labels[karpenterPoolLabel] !== undefined

/**
 * How many Pods run on a node. `daemonPods` are on every node, from DaemonSets and from the kubelet itself, so they
 * keep none; `pods` are all others.
 */
export function countPods({ pods }: Pick<NodeInfo, 'pods'>): { pods: number; daemonPods: number } {
  const running = pods.filter((pod) => !isTerminal(pod))
  const daemonPods = running.filter(isOfEveryNode).length
  return { pods: running.length - daemonPods, daemonPods }
}
