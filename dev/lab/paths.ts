import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's root folder. */
export const projectRoot = fileURLToPath(new URL('../..', import.meta.url))

/** The lab's own folder, where its Go modules and cluster manifests are. */
export const labSource = fileURLToPath(new URL('.', import.meta.url))

/** The folder of built components and of labs. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'aks-scale-to-zero')
}

/** Every file of one lab. All but the lock are in `dir`, so that removing `dir` removes the lab. */
export type LabPaths = ReturnType<typeof labPaths>

export function labPaths(cache: string, name: string) {
  const dir = join(cache, 'labs', name)
  const kwokDir = join(dir, 'kwok')
  return {
    dir,
    // Beside the folder, not in it: it is held while the folder is removed.
    lock: `${dir}.lock`,
    state: join(dir, 'state.json'),
    kubeconfig: join(dir, 'kubeconfig'),
    /** For a person's PATH: it holds kubectl only, not the control plane's binaries. */
    bin: join(dir, 'bin'),
    logs: join(dir, 'logs'),
    apiKey: join(dir, 'keys', 'api-key'),
    functionsKey: join(dir, 'keys', 'functions-key'),
    /** The files that the kubelet would mount at /var/run/secrets/kubernetes.io/serviceaccount. */
    serviceAccount: join(dir, 'serviceaccount'),
    /** The API server's token file: the credentials for the cluster that the fake Azure issues. */
    identityTokens: join(dir, 'keys', 'identity-tokens.csv'),
    /** The files of the fake Azure: its CA, and the settings that send the function app to it. */
    azure: join(dir, 'azure'),
    azureEnv: join(dir, 'azure', 'env.json'),
    /** The certificate of KEDA's operator. */
    keda: join(dir, 'keda'),
    kwokDir,
    kwokConfig: join(dir, 'kwok.yaml'),
    /** kwokctl's own folder for the cluster; kwokctl determines its layout. */
    kwokCluster: join(kwokDir, 'clusters', name),
  }
}

/** The log file of a component. kwokctl keeps the logs of the processes that it starts. */
export function logOf(paths: LabPaths, component: string): string {
  const ours = ['karpenter', 'keda', 'flux', 'azure', 'scale-api', 'scale-api-log', 'functions']
  return join(ours.includes(component) ? paths.logs : join(paths.kwokCluster, 'logs'), `${component}.log`)
}
