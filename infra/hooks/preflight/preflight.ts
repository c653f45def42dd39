import type { Environment } from '../run/environment.ts'
import { HookError } from '../run/hookError.ts'
import type { Tools } from '../run/tools.ts'
import type { Parameters } from './parameters.ts'

/** What each check of the preflight gets. */
export interface Preflight {
  tools: Tools
  environment: Environment
  /** The values of the templates' parameters, as main.bicepparam would read them. */
  parameters: Parameters
  subscription: string
  location: string
  /** The signed-in account, as `az login` shows it. */
  user: string
}

/** An AKS cluster that is somebody's already, by its resource id. */
export interface ExistingCluster {
  id: string
  subscription: string
  resourceGroup: string
  name: string
}

/** The cluster of AZURE_EXISTING_AKS_ID; undefined when the deployment makes one of its own. @throws HookError */
export function existingClusterOf(environment: Environment): ExistingCluster | undefined {
  const id = environment.get('AZURE_EXISTING_AKS_ID')
  if (id === '') return undefined
  const parts =
    /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.ContainerService\/managedClusters\/([^/]+)$/i
  const [, subscription, resourceGroup, name] = parts.exec(id) ?? []
  if (!subscription || !resourceGroup || !name) {
    throw new HookError(`AZURE_EXISTING_AKS_ID is no id of an AKS cluster: ${id}`, 'az aks list --query [].id')
  }
  return { id, subscription, resourceGroup, name }
}
