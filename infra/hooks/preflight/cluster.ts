import { error, type Finding } from './finding.ts'
import { existingClusterOf, type Preflight } from './preflight.ts'

interface Cluster {
  name: string
  tags?: Record<string, string> | null
  agentPoolProfiles?: { name: string }[] | null
}

/**
 * The node pools that an earlier deployment of this azd environment has made. Its cluster is found by its tag: after a
 * deployment that stopped half way, no output names it.
 */
export async function existingPoolsOf({ tools, environment, subscription }: Preflight): Promise<string[]> {
  if (existingClusterOf(environment)) return []
  const clusters = await tools.az<Cluster[]>`aks list --subscription ${subscription}`
  const own = clusters.filter(({ tags }) => tags?.['azd-env-name'] === environment.get('AZURE_ENV_NAME'))
  return own.flatMap(({ agentPoolProfiles }) => agentPoolProfiles ?? []).map(({ name }) => name)
}

interface ClusterDetails {
  aadProfile?: object | null
  currentKubernetesVersion?: string
  kubernetesVersion?: string
  powerState?: { code?: string } | null
}

/** Whether somebody's cluster can be used: it runs, knows Entra's users, and has admission policies. */
export async function checkExistingCluster({ tools, environment }: Preflight): Promise<Finding[]> {
  const existing = existingClusterOf(environment)
  if (existing === undefined) return []
  const { subscription, resourceGroup, name } = existing
  const cluster =
    await tools.az<ClusterDetails>`aks show --resource-group ${resourceGroup} --name ${name} --subscription ${subscription}`
  const at = `--resource-group ${resourceGroup} --name ${name} --subscription ${subscription}`
  const findings: Finding[] = []
  if (!cluster.aadProfile) {
    findings.push(
      error(
        `${name} does not authenticate its users with Entra ID, and so knows no managed identity`,
        `az aks update ${at} --enable-aad`,
      ),
    )
  }
  const version = cluster.currentKubernetesVersion ?? cluster.kubernetesVersion ?? ''
  if (isOlder(version, [1, 30])) {
    findings.push(
      error(
        `${name} has Kubernetes ${version}; the admission policy needs 1.30`,
        `az aks upgrade ${at} --kubernetes-version 1.30`,
      ),
    )
  }
  if (cluster.powerState?.code === 'Stopped') findings.push(error(`${name} is stopped`, `az aks start ${at}`))
  return findings
}

function isOlder(version: string, [oldestMajor, oldestMinor]: [number, number]): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor)
}
