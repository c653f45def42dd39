type Environment = Record<string, string | undefined>

/** Which cluster the host of `npm start` works on. */
export type WantedCluster = { kind: 'aks' } | { kind: 'kubeconfig'; paths: string } | { kind: 'embedded' }

/** The settings that name an AKS cluster. */
export const aksSettings = ['AKS_SUBSCRIPTION_ID', 'AKS_RESOURCE_GROUP', 'AKS_CLUSTER_NAME']

const namesAks = (env: Environment) => aksSettings.some((name) => env[name])

/**
 * What the environment says, else what `settings` say, the environment with local.settings.json; else the embedded one.
 * In one place AKS comes before KUBECONFIG, as for the hosts themselves.
 */
export function wantedCluster(environment: Environment, settings: Environment): WantedCluster {
  if (namesAks(environment)) return { kind: 'aks' }
  // A path that a file names is for Core Tools; the one in the environment is somebody's wish for this run.
  if (environment.KUBECONFIG) return { kind: 'kubeconfig', paths: environment.KUBECONFIG }
  return { kind: namesAks(settings) ? 'aks' : 'embedded' }
}
