import { ScalingError } from '../scaling/index.ts'
import { type AksSettings, type IdentitySettings, resourceIdOf } from './settings.ts'

/** An error of the Azure SDKs, as far as it is distinguished here. */
interface AzureError {
  name?: string
  code?: string
  statusCode?: number
  message: string
  response?: { headers?: { get(name: string): string | undefined } }
}

/** The right that the managed identity needs in Azure in order to do something. */
export interface Need {
  /** For the reader, e.g. `read its node pools`. */
  doing: string
  /** The narrowest built-in role that allows it. https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
  role: string
}

/** The error when there is no token: the identity is missing, is not assigned, or its endpoint does not answer. */
export function identityFailure(error: unknown, { clientId, credential }: IdentitySettings): ScalingError {
  const { message } = error as AzureError
  if (credential !== 'managed-identity') {
    const what =
      credential === 'azure-cli'
        ? 'Log in with `az login`'
        : 'Log in with `az login`, or set up another way of DefaultAzureCredential'
    const said = `Azure gives no token to ${credential}. ${what}. It said: ${message}`
    return new ScalingError('identity-unavailable', said, { cause: error })
  }
  const identity = clientId === undefined ? 'a system-assigned identity' : `an identity with the client id ${clientId}`
  const assign = clientId === undefined ? '' : ' --identities <resource id of the identity>'
  return new ScalingError(
    'identity-unavailable',
    `Azure gives this app no token: it must have ${identity}, and the identity must be reachable. Assign it with ` +
      `\`az functionapp identity assign -g <resource group> -n <app>${assign}\`, and check AZURE_CLIENT_ID. Azure said: ${message}`,
    { cause: error, retryAfterSeconds: 5 },
  )
}

/** The error for a failed question to Azure Resource Manager. */
export function resourceManagerFailure(error: unknown, settings: AksSettings, { doing, role }: Need): ScalingError {
  if (error instanceof ScalingError) return error
  const { statusCode, code, message, response, name } = error as AzureError
  const cluster = `AKS cluster ${settings.clusterName}`
  if (statusCode === 403) {
    // Azure names the principal that it refused, and the role must be assigned to that principal.
    const [, principal = '<principal id>'] = /object id '([^']+)'/.exec(message) ?? []
    return new ScalingError(
      'azure-role-missing',
      `This app's identity may not ${doing} of ${cluster}: it lacks the role "${role}". Grant it with \`az role assignment ` +
        `create --assignee-object-id ${principal} --assignee-principal-type ServicePrincipal --role "${role}" --scope ` +
        `${resourceIdOf(settings)}\`; it takes effect within a few minutes`,
      { cause: error },
    )
  }
  if (statusCode === 404) {
    return new ScalingError(
      'cluster-not-found',
      `${cluster} does not exist in resource group ${settings.resourceGroup} of subscription ${settings.subscriptionId}: ` +
        'it was deleted, or a setting is wrong. `az aks list -o table` lists the existing ones. Check AKS_SUBSCRIPTION_ID, ' +
        'AKS_RESOURCE_GROUP and AKS_CLUSTER_NAME',
      { cause: error },
    )
  }
  const asked = Number(response?.headers?.get('retry-after'))
  if (statusCode === 429) {
    return new ScalingError('azure-throttled', `Azure throttles requests (${doing} of ${cluster}); try again later`, {
      cause: error,
      retryAfterSeconds: asked || 10,
    })
  }
  const why = name === 'AbortError' ? 'it did not answer in time' : (statusCode ?? code ?? message)
  return new ScalingError(
    'azure-unreachable',
    `Azure could not be asked to ${doing} of ${cluster} (${why}); try again shortly`,
    { cause: error, retryAfterSeconds: asked || 5 },
  )
}

/** The facts of a managed cluster that can explain why its API server does not answer. */
export interface ClusterFacts {
  powerState?: { code?: string }
  provisioningState?: string
  apiServerAccessProfile?: { enablePrivateCluster?: boolean; authorizedIPRanges?: string[] }
}

/** The reason why a cluster cannot be reached from here; undefined when Azure knows none. */
export function explainUnreachable(
  facts: ClusterFacts,
  { resourceGroup, clusterName }: AksSettings,
): ScalingError | undefined {
  const which = `-g ${resourceGroup} -n ${clusterName}`
  if (facts.powerState?.code === 'Stopped') {
    return new ScalingError(
      'cluster-stopped',
      `AKS cluster ${clusterName} is stopped: start it with \`az aks start ${which}\`, and it answers within minutes`,
      { retryAfterSeconds: 60 },
    )
  }
  const { enablePrivateCluster, authorizedIPRanges = [] } = facts.apiServerAccessProfile ?? {}
  if (enablePrivateCluster) {
    return new ScalingError(
      'cluster-private',
      `AKS cluster ${clusterName} is private, and its API server cannot be reached from here: integrate the function app ` +
        'with a virtual network that is linked to its private DNS zone, or use the in-cluster host',
    )
  }
  if (authorizedIPRanges.length > 0) {
    return new ScalingError(
      'cluster-private',
      `AKS cluster ${clusterName} lets only ${authorizedIPRanges.join(', ')} reach its API server, and this app does not ` +
        `get through: give it a fixed outbound address by a NAT gateway and add that with \`az aks update ${which} ` +
        '--api-server-authorized-ip-ranges <ranges>`, or use the in-cluster host',
    )
  }
  return undefined
}
