import { HostError } from '../functionsHost/index.ts'

type Environment = Record<string, string | undefined>

/** Which cluster the host of `npm start` works on. */
export type WantedCluster =
  | { kind: 'embedded' }
  | { kind: 'aks' }
  /** `paths` as in the KUBECONFIG variable; `from` is what named them, for messages. */
  | { kind: 'kubeconfig'; paths: string; from: string; context: string | undefined }

const aksSettings = ['AKS_SUBSCRIPTION_ID', 'AKS_RESOURCE_GROUP', 'AKS_CLUSTER_NAME']
const azureSettings = [...aksSettings, 'AZURE_CLIENT_ID', 'AZURE_CREDENTIAL', 'AZURE_RESOURCE_MANAGER_URL']
// Set in a dev container that is a Pod itself, it would lead the host to that cluster.
const podSettings = ['KUBERNETES_SERVICE_HOST']

/**
 * The settings that would lead a host to another cluster than the wanted one, each as an empty value: a setting that is
 * deleted would come back from local.settings.json.
 * @throws HostError when the wanted cluster is AKS, and nothing names it
 */
export function withoutOthers({ kind }: WantedCluster, settings: Environment): Record<string, string> {
  const blank = (names: string[]) => Object.fromEntries(names.map((name) => [name, '']))
  if (kind !== 'aks') return blank([...azureSettings, ...podSettings, 'KUBECONFIG'])
  const missing = aksSettings.filter((name) => !settings[name])
  if (missing.length > 0) {
    throw new HostError(
      `--cluster aks lacks ${missing.join(', ')}: set it in the environment or in local.settings.json, then run this again.`,
    )
  }
  return blank([...podSettings, 'KUBECONFIG'])
}

/**
 * A line for each cluster that is named and not used, with how to use it. `settings` are the environment with
 * local.settings.json; the path of a kubeconfig that the file names is for Core Tools.
 */
export function unusedClusters(environment: Environment, settings: Environment, script: string): string[] {
  const lines: string[] = []
  if (environment.KUBECONFIG) lines.push(`KUBECONFIG is set and not used; to use it: ${script} -- --cluster kubeconfig`)
  const [aks] = aksSettings.filter((name) => settings[name])
  if (aks) lines.push(`${aks} is set and not used; to use it: ${script} -- --cluster aks`)
  return lines
}
