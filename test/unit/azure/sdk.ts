import { ContainerServiceClient } from '@azure/arm-containerservice'
import { ManagedIdentityCredential } from '@azure/identity'
import { ManagedIdentityApplication } from '@azure/msal-node'

// Calls the Azure SDKs for `runSdk`, at the Azure that this process's environment names. The identity's cache and
// source are static, so each test needs its own process. The calls come as an argument and the outcomes go to standard
// output, both as JSON.

const { AKS_SUBSCRIPTION_ID = '', AKS_RESOURCE_GROUP = '', AKS_CLUSTER_NAME = '', AZURE_CLIENT_ID = '' } = process.env
const credential = new ManagedIdentityCredential({ clientId: AZURE_CLIENT_ID, retryOptions: { maxRetries: 0 } })
const client = new ContainerServiceClient(credential, AKS_SUBSCRIPTION_ID, {
  endpoint: process.env.AZURE_RESOURCE_MANAGER_URL ?? '',
  ...(process.env.API_VERSION && { apiVersion: process.env.API_VERSION }),
  retryOptions: { maxRetries: 2, retryDelayInMs: 1 },
})
const cluster = [AKS_RESOURCE_GROUP, AKS_CLUSTER_NAME] as const

const calls: Record<string, (argument: string) => Promise<unknown>> = {
  token: async (scope) => credential.getToken(scope),
  refreshedToken: (resource) =>
    new ManagedIdentityApplication({
      managedIdentityIdParams: { userAssignedClientId: AZURE_CLIENT_ID },
    }).acquireToken({ resource, forceRefresh: true }),
  cluster: () => client.managedClusters.get(...cluster),
  pools: () => Array.fromAsync(client.agentPools.list(...cluster)),
  pool: (name) => client.agentPools.get(...cluster, name),
  kubeconfig: async (format) => {
    const { kubeconfigs } = await client.managedClusters.listClusterUserCredentials(...cluster, { format })
    return kubeconfigs?.map(({ name, value }) => ({ name, value: new TextDecoder().decode(value) }))
  },
}

const outcomes = []
for (const [name, argument] of JSON.parse(process.argv[2] ?? '[]') as [string, string][]) {
  try {
    outcomes.push({ value: await calls[name]?.(argument) })
  } catch (error) {
    const { name: kind, code, statusCode, message } = error as Error & { code?: string; statusCode?: number }
    outcomes.push({ error: { name: kind, code, statusCode, message } })
  }
}
process.stdout.write(JSON.stringify(outcomes))
