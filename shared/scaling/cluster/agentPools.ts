/**
 * A node pool as Azure has it, which Azure calls an agent pool. A field that Azure does not say of this pool is
 * undefined.
 */
export interface AgentPool {
  name: string
  /** `System`, `User` or `Gateway`; a system pool never goes to zero. */
  mode: string | undefined
  count: number | undefined
  minCount: number | undefined
  maxCount: number | undefined
  autoscaling: boolean
  /** `Succeeded`, `Failed`, or the operation under way, e.g. `Scaling`. */
  provisioningState: string | undefined
  /** `Running` or `Stopped`. */
  powerState: string | undefined
  vmSize: string | undefined
}

/** The settings of the cluster autoscaler that decide what may hold a node. */
export interface AutoscalerProfile {
  skipNodesWithLocalStorage: boolean
  skipNodesWithSystemPods: boolean
  /** How long a node has to be unneeded before it is removed. */
  scaleDownUnneededMinutes: number
}

/** The defaults of AKS. https://learn.microsoft.com/azure/aks/cluster-autoscaler#cluster-autoscaler-profile-settings */
export const defaultAutoscalerProfile: AutoscalerProfile = {
  skipNodesWithLocalStorage: false,
  skipNodesWithSystemPods: true,
  scaleDownUnneededMinutes: 10,
}

/** The agent pools of a cluster, with the settings of the autoscaler that all of them share. */
export interface AgentPoolList {
  pools: AgentPool[]
  autoscaler: AutoscalerProfile
}

/** The agent pools of one AKS cluster, from Azure Resource Manager. Read-only: nobody here sets a node count. */
export interface AgentPools {
  /** The answer may be half a minute old. The call limits its own time. @throws ScalingError */
  list(): Promise<AgentPoolList>
}
