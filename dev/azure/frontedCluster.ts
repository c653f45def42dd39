import { readFileSync } from 'node:fs'
import { CoreV1Api, type KubeConfig } from '@kubernetes/client-node'
import { agentPoolLabel } from '../../shared/scaling/index.ts'

/** The part of a Node that the fake reads: its labels, one of which names its pool. */
export interface ClusterNode {
  metadata?: { labels?: { [name: string]: string } }
}

/** The cluster that the fake presents as AKS. */
export interface FrontedCluster {
  /** The API server's address. */
  server: string
  /** The API server's CA, PEM. */
  ca: string
  /** Asks the cluster for its Nodes. */
  nodes(): Promise<ClusterNode[]>
}

/** Reads the cluster from an administrator's kubeconfig. @throws when it names no cluster, or one without a CA */
export function frontedCluster(config: KubeConfig): FrontedCluster {
  const { server, caData, caFile } = config.getCurrentCluster() ?? {}
  const ca = caData ? Buffer.from(caData, 'base64') : caFile && readFileSync(caFile)
  if (!server || !ca) throw new Error('the kubeconfig has no current context with a cluster and its CA')
  const api = config.makeApiClient(CoreV1Api)
  return { server, ca: ca.toString(), nodes: async () => (await api.listNode()).items }
}

/** The number of Nodes in each pool, by the name of the pool. */
export function countNodes(nodes: readonly ClusterNode[]): Map<string, number> {
  const byPool = Map.groupBy(nodes, ({ metadata }) => metadata?.labels?.[agentPoolLabel] ?? '')
  return new Map([...byPool].map(([pool, members]) => [pool, members.length]))
}
