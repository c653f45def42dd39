import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KubeConfig } from '@kubernetes/client-node'
import { startCluster } from '../cluster/index.ts'

/** The cluster that runs in this process, and the kubeconfig file by which the host finds it. */
export interface EmbeddedCluster {
  config: KubeConfig
  /** Readable by this user only. */
  kubeconfigFile: string
  /** Ends the cluster and removes the file. */
  stop(): Promise<void>
}

// Long enough to be watched, short enough not to be waited for.
const podDelayMs = 1000
const nodeDelayMs = 5000

/** Starts the embedded cluster with the samples of project A and project B running. */
export async function startEmbeddedCluster(): Promise<EmbeddedCluster> {
  const cluster = await startCluster({ podDelayMs, nodeDelayMs })
  const folder = mkdtempSync(join(tmpdir(), 'aks-scale-to-zero-'))
  const kubeconfigFile = join(folder, 'kubeconfig')
  writeFileSync(kubeconfigFile, cluster.kubeconfig, { mode: 0o600 })
  const config = new KubeConfig()
  config.loadFromString(cluster.kubeconfig)
  return {
    config,
    kubeconfigFile,
    async stop() {
      await cluster.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
