import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KubeConfig } from '@kubernetes/client-node'
import { type FakeAzure, type FakeAzureOptions, frontedCluster, newTokens, startFakeAzure } from '../azure/index.ts'
import { type ClusterOptions, startCluster } from '../cluster/index.ts'
import { createLoopbackCertificate } from '../loopbackCertificate.ts'

/** The cluster that runs in this process, as AKS is: over HTTPS, to bearer tokens only. */
export interface EmbeddedCluster {
  /** The kubeconfig of an administrator. */
  config: KubeConfig
  /** The options of a fake Azure in which it is an AKS cluster, with the tokens that it accepts from an identity. */
  azure: FakeAzureOptions
  stop(): Promise<void>
}

/** Starts the embedded cluster with the samples of project A and project B running; `tokens` are the identity's. */
export async function startEmbeddedCluster(
  options: ClusterOptions = {},
  tokens: readonly string[] = newTokens(3),
): Promise<EmbeddedCluster> {
  const cluster = await startCluster({ ...options, secure: { certificate: await createLoopbackCertificate(), tokens } })
  const config = new KubeConfig()
  config.loadFromString(cluster.kubeconfig)
  return { config, azure: { cluster: frontedCluster(config), aksTokens: tokens }, stop: cluster.stop }
}

/** The Azure in which this cluster is an AKS cluster, for a host that signs in by its managed identity. */
export const startAzureOf = ({ azure }: EmbeddedCluster): Promise<FakeAzure> => startFakeAzure(azure)

/** Writes the kubeconfig into a file that this user alone can read. */
export function writeKubeconfig({ config }: Pick<EmbeddedCluster, 'config'>): { file: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'aks-scale-to-zero-'))
  const file = join(folder, 'kubeconfig')
  writeFileSync(file, config.exportConfig(), { mode: 0o600 })
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
