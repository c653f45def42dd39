/** The identity of this service in Azure. */
export interface IdentitySettings {
  /** The client id of the user-assigned managed identity; undefined for the system-assigned one. */
  clientId: string | undefined
  credential: 'managed-identity' | 'azure-cli' | 'default'
  /** How long one question to Azure may take, with all its retries. */
  timeoutMs: number
}

/** The AKS cluster, and the identity that asks for it. */
export interface AksSettings extends IdentitySettings {
  subscriptionId: string
  resourceGroup: string
  clusterName: string
  /** Azure Resource Manager, e.g. `https://management.azure.com`. */
  resourceManagerUrl: string
}

/** The cluster as Azure Resource Manager names it: the scope of its role assignments. */
export const resourceIdOf = ({ subscriptionId, resourceGroup, clusterName }: AksSettings): string =>
  `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.ContainerService/managedClusters/${clusterName}`
