/** A node as the cluster last reported it. Times are ISO 8601. */
export interface ClusterNode {
  name: string
  labels: Record<string, string>
  annotations: Record<string, string>
  taints: { key: string; value?: string | undefined; effect: string }[]
  ready: boolean
  /** The time since which it is ready, or is not; undefined until its kubelet has reported. */
  readySince: string | undefined
  createdAt: string
}

/** The label in which AKS names the node pool of a node. https://learn.microsoft.com/azure/aks/use-labels */
export const agentPoolLabel = 'kubernetes.azure.com/agentpool'
/** The same label of Karpenter, and so of AKS node auto-provisioning. */
export const karpenterPoolLabel = 'karpenter.sh/nodepool'

/** The node pool that a node belongs to; undefined for a node of no pool, such as a virtual node. */
export const poolOf = ({ labels }: ClusterNode): string | undefined =>
  labels[agentPoolLabel] ?? labels[karpenterPoolLabel]

/** The VM size of a node, such as `Standard_D4s_v5`, as its cloud provider labels it. */
export const sizeOf = ({ labels }: ClusterNode): string | undefined => labels['node.kubernetes.io/instance-type']

/** Each autoscaler marks a node that it is removing. */
const goingTaints = ['ToBeDeletedByClusterAutoscaler', 'karpenter.sh/disrupted']

/** Whether an autoscaler is removing the node. */
export const isGoing = ({ taints }: ClusterNode): boolean => taints.some(({ key }) => goingTaints.includes(key))
