import type { NodePool } from './nodePools.ts'

/**
 * The facts about a pool. Each comes from the best source that has it: Azure, then Karpenter or the autoscaler, then
 * the labels of its nodes.
 */
export interface NodePoolFacts {
  name: string
  mode: string | undefined
  count: number
  min: number | undefined
  max: number | undefined
  /** Undefined when no source says it. */
  autoscaling: boolean | undefined
  vmSize: string | undefined
  provisioningState: string | undefined
  powerState: string | undefined
}

/** https://learn.microsoft.com/azure/aks/use-labels; the values of nodes are in lower case, Azure's are not. */
const modeLabel = 'kubernetes.azure.com/mode'
const modes: Record<string, string> = { system: 'System', user: 'User' }

/** Collects the facts about a pool. */
export function factsOf({ name, azure, karpenter, group, nodes }: NodePool): NodePoolFacts {
  const labels = nodes[0]?.labels ?? {}
  const follows = karpenter && karpenter.replicas === undefined
  return {
    name,
    mode: azure?.mode ?? modes[labels[modeLabel] ?? ''],
    count: azure?.count ?? nodes.length,
    min: azure?.minCount ?? karpenter?.replicas ?? (follows ? 0 : group?.minSize),
    max: azure?.maxCount ?? karpenter?.replicas ?? group?.maxSize,
    autoscaling: azure?.autoscaling ?? follows ?? (group && true),
    vmSize: azure?.vmSize ?? labels['node.kubernetes.io/instance-type'],
    provisioningState: azure?.provisioningState,
    powerState: azure?.powerState,
  }
}
