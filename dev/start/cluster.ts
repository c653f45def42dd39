import { delimiter } from 'node:path'
import type { KubeConfig } from '@kubernetes/client-node'
import type { Demo } from '../demo/index.ts'
import { demoProjects } from './demoProjects.ts'
import type { Options } from './options.ts'
import type { WantedCluster } from './wantedCluster.ts'

/** Takes the means to stop what has just begun; throws when everything must stop already. */
export type Began = (stop: () => Promise<void>) => void

/** The cluster that a host works on. */
export interface ChosenCluster {
  /** With it the changes of pods and nodes can be watched; Azure gives none. */
  config?: KubeConfig
  /** For a person, where it is not ours. */
  described?: string
}

interface Starting {
  wanted: WantedCluster
  host: Options['host']
  /** Its projects instead of the samples. */
  demo?: Demo | undefined
  /** The host's environment; the variables that lead it to the cluster are added. */
  env: NodeJS.ProcessEnv
  say(line: string): void
  began: Began
}

/**
 * Starts the embedded cluster, or checks that the other one answers.
 * @throws HostError when a kubeconfig leads to no cluster
 */
export async function startCluster(starting: Starting): Promise<ChosenCluster> {
  const { wanted, env } = starting
  if (wanted.kind === 'embedded') return startEmbedded(starting)
  if (wanted.kind === 'kubeconfig') return useKubeconfig(wanted, starting)
  const credential = env.AZURE_CREDENTIAL || 'managed-identity'
  return { described: `${env.AKS_CLUSTER_NAME} in Azure itself (signing in by ${credential}, AZURE_CREDENTIAL)` }
}

async function startEmbedded({ host, demo, env, say, began }: Starting): Promise<ChosenCluster> {
  const content = demo ? 'the projects of the demo' : 'project-a/sample-app-a and project-b/sample-app-b'
  say(`Starting the embedded cluster with ${content} ...`)
  const { startAzureOf, startEmbeddedCluster, writeKubeconfig } = await import('./embeddedCluster.ts')
  const cluster = await startEmbeddedCluster(demo?.cluster)
  began(() => cluster.stop())
  // A token of the fake Azure would be over within seconds of the demo.
  if (host === 'functions' && demo === undefined) {
    const azure = await startAzureOf(cluster)
    began(() => azure.stop())
    Object.assign(env, azure.env())
    say(`Signing in by managed identity to a fake Azure, where it is the AKS cluster ${env.AKS_CLUSTER_NAME} ...`)
  } else {
    const kubeconfig = writeKubeconfig(cluster)
    began(async () => kubeconfig.remove())
    env.KUBECONFIG = kubeconfig.file
  }
  Object.assign(env, demo?.settings)
  env.PROJECTS ||= demoProjects(new Date())
  return { config: cluster.config }
}

type Kubeconfig = Extract<WantedCluster, { kind: 'kubeconfig' }>

async function useKubeconfig(wanted: Kubeconfig, { env, began }: Starting): Promise<ChosenCluster> {
  const { describeCluster, readKubeconfig } = await import('./kubeconfig.ts')
  const { reachCluster } = await import('./reachCluster.ts')
  const config = readKubeconfig(wanted)
  env.KUBECONFIG = wanted.paths
  if (wanted.context !== undefined || wanted.paths.includes(delimiter)) {
    // The hosts take a file's current context, so they get a file in which it is the chosen one.
    const { writeKubeconfig } = await import('./embeddedCluster.ts')
    const kubeconfig = writeKubeconfig({ config })
    began(async () => kubeconfig.remove())
    env.KUBECONFIG = kubeconfig.file
  }
  const described = describeCluster(config)
  await reachCluster(env.KUBECONFIG, described)
  return { config, described }
}
