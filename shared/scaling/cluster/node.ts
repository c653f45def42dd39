/** A node as the cluster last told it. Times are ISO 8601. */
export interface ClusterNode {
  name: string
  labels: Record<string, string>
  annotations: Record<string, string>
  taints: { key: string; value?: string | undefined; effect: string }[]
  ready: boolean
  /** Since when it is ready, or is not; undefined while its kubelet has said nothing yet. */
  readySince: string | undefined
  createdAt: string
}

/** Where AKS says which node pool a node belongs to. https://learn.microsoft.com/azure/aks/use-labels */
export const agentPoolLabel = 'kubernetes.azure.com/agentpool'
/** Where Karpenter, and so AKS node auto-provisioning, says it. */
export const karpenterPoolLabel = 'karpenter.sh/nodepool'

/** The node pool that a node belongs to; undefined for a node that came by other ways. */
export const poolOf = ({ labels }: ClusterNode): string | undefined =>
  labels[agentPoolLabel] ?? labels[karpenterPoolLabel]

/** Each autoscaler marks a node that it is removing. */
const goingTaints = ['ToBeDeletedByClusterAutoscaler', 'karpenter.sh/disrupted']

/** Whether an autoscaler is removing the node by now. */
export const isGoing = ({ taints }: ClusterNode): boolean => taints.some(({ key }) => goingTaints.includes(key))
