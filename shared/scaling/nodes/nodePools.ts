import {
  type AgentPool,
  type AgentPoolList,
  type AutoscalerProfile,
  defaultAutoscalerProfile,
} from '../cluster/agentPools.ts'
import { type AutoscalerStatus, type NodeGroup, poolOfGroup } from '../cluster/autoscalerStatus.ts'
import type { CallOptions } from '../cluster/cluster.ts'
import type { KarpenterNodePool } from '../cluster/karpenterNodePool.ts'
import { type ClusterNode, karpenterPoolLabel, poolOf } from '../cluster/node.ts'
import { messageOf } from '../errors.ts'
import type { Scaling } from '../scaling.ts'

/** A node pool with all that is known of it. A source that knows nothing of the pool is undefined. */
export interface NodePool {
  name: string
  azure: AgentPool | undefined
  karpenter: KarpenterNodePool | undefined
  /** The pool as the cluster autoscaler sees it. */
  group: NodeGroup | undefined
  nodes: ClusterNode[]
}

/** The node pools of a cluster, as Azure, Karpenter and the cluster itself report them. */
export interface NodePools {
  pools: NodePool[]
  profile: AutoscalerProfile
  autoscaler: AutoscalerStatus | undefined
  /** Why Azure's half is missing; undefined when it is there. */
  withoutAzure: string | undefined
}

/**
 * Reads all that is known of the cluster's node pools besides its nodes. A failure of Azure is told in `withoutAzure`
 * and fails nothing else.
 * @throws ScalingError
 */
export async function readNodePools(
  { cluster, agentPools: port }: Scaling,
  nodes: ClusterNode[],
  options: CallOptions,
): Promise<NodePools> {
  const [azure, karpenter, autoscaler] = await Promise.all([
    askAzure(port),
    cluster.listKarpenterNodePools(options),
    cluster.getAutoscalerStatus(options),
  ])
  const agentPools = azure.answer?.pools ?? []
  const nodesOfPool = Map.groupBy(nodes, poolOf)
  // A missing group proves nothing: the autoscaler cuts a long status.
  const groups = Map.groupBy(autoscaler?.groups ?? [], poolOfGroup)
  const named = [...agentPools, ...karpenter].map(({ name }) => name)
  const names = new Set([...named, ...groups.keys(), ...nodesOfPool.keys()])
  const poolNamed = (name: string): NodePool => {
    const own = nodesOfPool.get(name) ?? []
    const karpenterName = own[0]?.labels[karpenterPoolLabel] ?? name
    return {
      name,
      azure: agentPools.find((pool) => pool.name === name),
      karpenter: karpenter.find((pool) => pool.name === karpenterName),
      group: groups.get(name)?.[0],
      nodes: own,
    }
  }
  // No autoscaler removes a node that belongs to no pool, such as a virtual node.
  const pools = [...names]
    .filter((name) => name !== undefined)
    .sort()
    .map(poolNamed)
  return {
    pools,
    profile: azure.answer?.autoscaler ?? defaultAutoscalerProfile,
    autoscaler,
    withoutAzure: azure.failure,
  }
}

type AskedAzure = { answer: AgentPoolList; failure?: undefined } | { answer?: undefined; failure: string }

async function askAzure(port: Scaling['agentPools']): Promise<AskedAzure> {
  if (port === undefined) {
    return {
      failure:
        'This host has no identity in Azure, so only what Kubernetes knows is shown: a function app with the AKS_ settings shows all',
    }
  }
  try {
    return { answer: await port.list() }
  } catch (error) {
    return { failure: messageOf(error) }
  }
}
