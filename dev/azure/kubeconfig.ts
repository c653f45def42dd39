import { dumpYaml } from '@kubernetes/client-node'
import { aksServerId } from './identityEndpoint.ts'
import type { ManagedCluster } from './managedCluster.ts'
import type { Names } from './names.ts'

// kubelogin's own application, the same in all tenants.
const clientId = '80faf920-1908-4b52-b5ef-a8e7bedfc67a'
const tenantId = '00000000-0000-0000-0000-000000000002'

const installHint = `
kubelogin is not installed which is required to connect to AAD enabled cluster.

To learn more, please go to https://aka.ms/aks/kubelogin
`

const login = ['--environment', 'AzurePublicCloud', '--server-id', aksServerId, '--client-id', clientId]

/** The kubeconfig of a cluster with Microsoft Entra, in the format `exec`: people sign in with kubelogin. */
export function execKubeconfig({ server, ca }: Pick<ManagedCluster, 'server' | 'ca'>, names: Names): string {
  const { resourceGroup, clusterName } = names
  const user = `clusterUser_${resourceGroup}_${clusterName}`
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    args: ['get-token', ...login, '--tenant-id', tenantId, '--login', 'devicecode'],
    command: 'kubelogin',
    env: null,
    installHint,
    provideClusterInfo: false,
  }
  return dumpYaml({
    apiVersion: 'v1',
    clusters: [
      {
        cluster: { 'certificate-authority-data': Buffer.from(ca).toString('base64'), server },
        name: clusterName,
      },
    ],
    contexts: [{ context: { cluster: clusterName, user }, name: clusterName }],
    'current-context': clusterName,
    kind: 'Config',
    preferences: {},
    users: [{ name: user, user: { exec } }],
  })
}
