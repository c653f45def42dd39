import type { NodePool } from './nodePools.ts'

/** What a pool is, from whoever says it best: Azure, else Karpenter or the autoscaler, else the labels of its nodes. */
export interface NodePoolFacts {
  name: string
  mode: string | undefined
  count: number
  min: number | undefined
  max: number | undefined
  /** Undefined when nobody says it. */
  autoscaling: boolean | undefined
  vmSize: string | undefined
  provisioningState: string | undefined
  powerState: string | undefined
}

/** https://learn.microsoft.com/azure/aks/use-labels; the values of nodes are in lower case, Azure's are not. */
const modeLabel = 'kubernetes.azure.com/mode'
const modes: Record<string, string> = { system: 'System', user: 'User' }

/** What is known of a pool. */
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

/** Why a pool could not reach zero nodes whatever its Pods do, each as a sentence with what to do; empty when it could. */
export function whyNeverZero(pool: NodePool): string[] {
  const { name, mode, min, autoscaling } = factsOf(pool)
  const { karpenter } = pool
  const update = `az aks nodepool update --name ${name}`
  const reasons: string[] = []
  if (mode === 'System') {
    reasons.push(`Node pool ${name} is a system pool, which AKS never lets go to zero: give the project a user pool`)
  }
  if (karpenter?.replicas !== undefined && karpenter.replicas > 0) {
    reasons.push(`NodePool ${name} keeps ${karpenter.replicas} nodes whatever runs: remove its spec.replicas`)
  } else if (karpenter !== undefined) {
    if (karpenter.consolidateAfter === 'Never') {
      reasons.push(`NodePool ${name} removes no node, as its consolidateAfter is Never: set a time, e.g. 30s`)
    }
    if (karpenter.isFrozen) {
      reasons.push(`NodePool ${name} removes no node, as a disruption budget of it allows 0: raise the budget`)
    }
  } else if (autoscaling === false) {
    reasons.push(
      `Node pool ${name} has no autoscaler, so nothing removes its nodes: ${update} --enable-cluster-autoscaler --min-count 0 --max-count <n>`,
    )
  } else if (min !== undefined && min > 0) {
    reasons.push(
      `Node pool ${name} keeps at least ${min} nodes: ${update} --update-cluster-autoscaler --min-count 0 --max-count <n>`,
    )
  }
  return reasons
}
