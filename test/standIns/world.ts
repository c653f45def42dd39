import { readFileSync } from 'node:fs'
import type { Sku, Usage } from '../../infra/hooks/preflight/machines.ts'
import { resourceProviders } from '../../infra/hooks/preflight/providers.ts'
import type { Permission } from '../../infra/hooks/preflight/rights.ts'

/** What the stand-ins for az, azd, kubelogin and docker know, in the words of the real answers. */
export interface World {
  /** Undefined: nobody is signed in. */
  user: { name: string; type: string } | undefined
  objectId: string
  /** The resource providers that are registered, and whether another one may be. */
  providers: string[]
  registers: boolean
  permissions: Permission[]
  flexLocations: string[]
  nodeVersions: string[]
  kubernetesVersions: string[]
  skus: Sku[]
  usages: Usage[]
  clusters: { name: string; tags?: Record<string, string>; agentPoolProfiles?: { name: string }[] }[]
  /** What `az aks show` answers. */
  cluster: object
  /** What `az aks get-credentials` writes. */
  kubeconfig: string
  /** The tools that are on the PATH. */
  tools: string[]
  /** Whether the registry builds images, and whether Docker does. */
  acrBuilds: boolean
  dockerBuilds: boolean
  hostKey: string
  /** The time of the first run of a timer; undefined: none has run. */
  tick: string | undefined
  /** Whether Entra gives the Azure CLI a token for the app registration of Easy Auth. */
  easyAuthToken: string | undefined
}

const vCpus = (value: string) => [{ name: 'vCPUs', value }]
const usage = (value: string, localizedValue: string, limit: string): Usage => ({
  name: { value, localizedValue },
  currentValue: '0',
  limit,
})

/** A subscription in which nothing is missing. */
export const fineWorld: World = {
  user: { name: 'dev@example.com', type: 'user' },
  objectId: '11111111-1111-1111-1111-111111111111',
  providers: resourceProviders,
  registers: true,
  permissions: [{ actions: ['*'], notActions: [] }],
  flexLocations: ['japaneast', 'swedencentral'],
  nodeVersions: ['20', '22', '24'],
  kubernetesVersions: ['1.35', '1.36'],
  skus: [
    { name: 'Standard_D4s_v5', family: 'standardDSv5Family', restrictions: [], capabilities: vCpus('4') },
    { name: 'Standard_NC4as_T4_v3', family: 'Standard NCASv3_T4 Family', restrictions: [], capabilities: vCpus('4') },
  ],
  usages: [
    usage('cores', 'Total Regional vCPUs', '100'),
    usage('standardDSv5Family', 'Standard DSv5 Family vCPUs', '50'),
    usage('Standard NCASv3_T4 Family', 'Standard NCASv3_T4 Family vCPUs', '8'),
  ],
  clusters: [],
  cluster: { aadProfile: { managed: true }, currentKubernetesVersion: '1.36.3', powerState: { code: 'Running' } },
  kubeconfig: '',
  tools: ['az', 'azd', 'kubectl', 'kubelogin', 'docker'],
  acrBuilds: true,
  dockerBuilds: true,
  hostKey: '',
  tick: '2026-11-27T22:05:00Z',
  easyAuthToken: 'token-of-the-deployer',
}

/** The world of this process, which a stand-in reads at each call. */
export const readWorld = (): World => JSON.parse(readFileSync(process.env.STAND_IN_WORLD ?? '', 'utf8')) as World

/** Every call of a stand-in so far, in order. */
export const readCalls = (file: string): string[][] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as string[])
