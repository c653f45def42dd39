import type { AgentPool, agentPoolBody } from './agentPool.ts'
import { readExample } from './examples.ts'
import type { Names } from './names.ts'

/** The cluster as Azure knows it. A test may change every field. */
export interface ManagedCluster {
  /** The API server's address and its CA as PEM, for the kubeconfig. */
  server: string
  ca: string
  powerState: 'Running' | 'Stopped'
  /** When true, ARM answers that there is no such cluster. */
  deleted: boolean
  agentPools: AgentPool[]
  /** The settings of the cluster autoscaler, all of them strings. */
  autoScalerProfile: Record<string, string>
  /** The limits on access to the API server; undefined when there are none. */
  apiServerAccessProfile: { authorizedIPRanges?: string[]; enablePrivateCluster?: boolean } | undefined
}

const example = readExample<{ properties: object }>('ManagedClustersGet')

/** The cluster autoscaler settings of AKS by default. */
export const theAutoScalerProfile = (): Record<string, string> => ({
  ...readExample<Record<string, string>>('recorded-autoScalerProfile'),
  // The user who made the recording had changed these two.
  expander: 'random',
  'scan-interval': '10s',
})

/** The path of the cluster in ARM, which is its id. */
export const clusterIdOf = ({ subscriptionId, resourceGroup, clusterName }: Names): string =>
  `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}` +
  `/providers/Microsoft.ContainerService/managedClusters/${clusterName}`

/** The cluster as ARM returns it, with its pools. */
export function managedClusterBody(
  cluster: ManagedCluster,
  { names, pools }: { names: Names; pools: ReturnType<typeof agentPoolBody>[] },
) {
  const { server, powerState, autoScalerProfile, apiServerAccessProfile } = cluster
  const { resourceGroup, clusterName } = names
  return {
    ...example,
    id: clusterIdOf(names),
    name: clusterName,
    properties: {
      ...example.properties,
      fqdn: new URL(server).hostname,
      nodeResourceGroup: `MC_${resourceGroup}_${clusterName}_location1`,
      powerState: { code: powerState },
      agentPoolProfiles: pools.map(({ name, properties }) => ({ name, ...properties })),
      autoScalerProfile,
      apiServerAccessProfile,
    },
  }
}
