import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KubeConfig } from '@kubernetes/client-node'
import { type FakeAzure, frontedCluster, newTokens, startFakeAzure } from '../azure/index.ts'
import { startCluster } from '../cluster/index.ts'
import { createLoopbackCertificate } from '../loopbackCertificate.ts'

/** The cluster that runs in this process. */
export interface EmbeddedCluster {
  /** An administrator's. */
  config: KubeConfig
  /** Bearer tokens that the cluster takes. */
  tokens: readonly string[]
  stop(): Promise<void>
}

// Long enough to be watched, short enough not to be waited for.
const podDelayMs = 1000
const nodeDelayMs = 5000

/** Starts the embedded cluster, over HTTPS as AKS is, with the samples of project A and project B running. */
export async function startEmbeddedCluster(): Promise<EmbeddedCluster> {
  const tokens = newTokens(2)
  const secure = { certificate: await createLoopbackCertificate(), tokens }
  const cluster = await startCluster({ podDelayMs, nodeDelayMs, secure })
  const config = new KubeConfig()
  config.loadFromString(cluster.kubeconfig)
  return { config, tokens, stop: cluster.stop }
}

/** The Azure in which this cluster is an AKS cluster, for a host that signs in by its managed identity. */
export const startAzureOf = ({ config, tokens }: EmbeddedCluster): Promise<FakeAzure> =>
  startFakeAzure({ cluster: frontedCluster(config), aksTokens: tokens })

/** Writes the kubeconfig into a file that this user alone can read. */
export function writeKubeconfig({ config }: EmbeddedCluster): { file: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'aks-scale-to-zero-'))
  const file = join(folder, 'kubeconfig')
  writeFileSync(file, config.exportConfig(), { mode: 0o600 })
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
