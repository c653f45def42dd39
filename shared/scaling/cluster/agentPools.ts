/** A node pool as Azure has it. What is undefined Azure does not say of this pool. */
export interface AgentPool {
  name: string
  /** `System`, `User` or `Gateway`; a system pool never goes to zero. */
  mode: string | undefined
  count: number | undefined
  minCount: number | undefined
  maxCount: number | undefined
  autoscaling: boolean
  /** `Succeeded`, or what is being done to it, or `Failed`. */
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

/** What AKS sets when nobody says otherwise. https://learn.microsoft.com/azure/aks/cluster-autoscaler#cluster-autoscaler-profile-settings */
export const defaultAutoscalerProfile: AutoscalerProfile = {
  skipNodesWithLocalStorage: false,
  skipNodesWithSystemPods: true,
  scaleDownUnneededMinutes: 10,
}

/** What Azure says of a cluster's node pools. */
export interface AgentPools {
  pools: AgentPool[]
  autoscaler: AutoscalerProfile
}

/** The node pools of one AKS cluster, as Azure Resource Manager knows them. Read-only: nobody here sets a node count. */
export interface NodePools {
  /** May be half a minute old. Bounded in time by itself. @throws ScalingError */
  list(): Promise<AgentPools>
}
