import type { AgentPool, agentPoolBody } from './agentPool.ts'
import { readExample } from './examples.ts'
import type { Names } from './names.ts'

/** The cluster as Azure has it, and what a test may change of it. */
export interface ManagedCluster {
  /** The API server's address, and its CA as PEM: what the kubeconfig says. */
  server: string
  ca: string
  powerState: 'Running' | 'Stopped'
  /** ARM then knows no such cluster. */
  deleted: boolean
  agentPools: AgentPool[]
  /** The settings of the cluster autoscaler, all of them strings. */
  autoScalerProfile: Record<string, string>
  /** Who may reach the API server; undefined: everybody. */
  apiServerAccessProfile: { authorizedIPRanges?: string[]; enablePrivateCluster?: boolean } | undefined
}

const example = readExample<{ properties: object }>('ManagedClustersGet')

/** What AKS sets when nobody says otherwise. */
export const theAutoScalerProfile = (): Record<string, string> => ({
  ...readExample<Record<string, string>>('recorded-autoScalerProfile'),
  // The recording has what its user wanted for these two.
  expander: 'random',
  'scan-interval': '10s',
})

/** The path of the cluster in ARM, which is its id. */
export const clusterIdOf = ({ subscriptionId, resourceGroup, clusterName }: Names): string =>
  `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}` +
  `/providers/Microsoft.ContainerService/managedClusters/${clusterName}`

/** The cluster as ARM tells it, with its pools. */
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
