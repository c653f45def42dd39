import type { ClusterNode } from '../cluster/node.ts'
import { type NodePool, readClusterPools } from '../nodes/nodePools.ts'
import { poolsOf } from '../nodes/ownership.ts'
import { isOfEveryNode, isTerminal } from '../nodes/podRules.ts'
import { whyNeverZero } from '../nodes/poolFacts.ts'
import { type Circumstances, podsOn } from '../nodes/projectNodes.ts'
import type { Project } from '../project/project.ts'
import type { Scaling } from '../scaling.ts'

/** A node with how many Pods run on it. */
export interface CountedNode {
  node: ClusterNode
  pods: number
  /** Those that are on every node, of DaemonSets and of the kubelet itself, and so keep none. */
  daemonPods: number
}

/** A node pool with its nodes. */
export interface PoolStatus {
  pool: NodePool
  nodes: CountedNode[]
  /** Whose it is; more than one share it. */
  projects: Project[]
  /** Why it could not reach zero, each as a sentence, if it is a project's. */
  warnings: string[]
}

/**
 * The node pools of a cluster; with `onlyOfProjects` only those of the neighbours.
 * @throws ScalingError
 */
export async function statusOfPools(
  scaling: Scaling,
  circumstances: Circumstances,
): Promise<{ pools: PoolStatus[]; withoutAzure: string | undefined }> {
  const { neighbours, onlyOfProjects } = circumstances
  const known = await readClusterPools(scaling, await scaling.cluster.listNodes(circumstances), circumstances)
  const owners = (pool: NodePool) => neighbours.filter((project) => poolsOf(project, [pool]).length > 0)
  const shown = known.pools.filter((pool) => !onlyOfProjects || owners(pool).length > 0)
  const pods = await podsOn(
    scaling.cluster,
    shown.flatMap(({ nodes }) => nodes),
    circumstances,
  )
  const count = (node: ClusterNode): CountedNode => {
    const running = (pods.get(node.name) ?? []).filter((pod) => !isTerminal(pod))
    const daemons = running.filter(isOfEveryNode)
    return { node, pods: running.length - daemons.length, daemonPods: daemons.length }
  }
  const pools = shown.map((pool) => {
    const projects = owners(pool)
    const warnings = projects.length === 0 ? [] : whyNeverZero(pool)
    if (projects.length > 1) {
      const names = projects.map(({ name }) => name).join(', ')
      warnings.push(`Node pool ${pool.name} is of several projects, ${names}: it reaches zero when all of them sleep`)
    }
    return { pool, nodes: pool.nodes.map(count), projects, warnings }
  })
  return { pools, withoutAzure: known.withoutAzure }
}
