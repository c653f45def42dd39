import type { NodeInfo } from '../nodes/nodeInfo.ts'
import { type NodePool, readNodePools } from '../nodes/nodePools.ts'
import { whyNeverZero } from '../nodes/obstacles.ts'
import { poolsOf } from '../nodes/ownership.ts'
import { type Circumstances, podsOn } from '../nodes/projectNodes.ts'
import type { Project } from '../project/project.ts'
import type { Scaling } from '../scaling.ts'

/** A node pool with its nodes. */
export interface NodePoolStatus {
  pool: NodePool
  nodes: NodeInfo[]
  /** The projects that it belongs to. Several projects can share a pool. */
  projects: Project[]
  /** Why it never reaches zero, each as a sentence. Empty for a pool of no project. */
  warnings: string[]
}

/**
 * Reads the node pools of a cluster; with `onlyOfProjects` only those of the neighbours.
 * @throws ScalingError
 */
export async function statusOfNodePools(
  scaling: Scaling,
  circumstances: Circumstances,
): Promise<{ pools: NodePoolStatus[]; withoutAzure: string | undefined }> {
  const { neighbours, onlyOfProjects } = circumstances
  const known = await readNodePools(scaling, await scaling.cluster.listNodes(circumstances), circumstances)
  const owners = (pool: NodePool) => neighbours.filter((project) => poolsOf(project, [pool]).length > 0)
  const shown = known.pools.filter((pool) => !onlyOfProjects || owners(pool).length > 0)
  const pods = await podsOn(
    scaling.cluster,
    shown.flatMap(({ nodes }) => nodes),
    circumstances,
  )
  const pools = shown.map((pool) => {
    const projects = owners(pool)
    const warnings = projects.length === 0 ? [] : whyNeverZero(pool)
    if (projects.length > 1) {
      const names = projects.map(({ name }) => name).join(', ')
      warnings.push(
        `Node pool ${pool.name} belongs to several projects, ${names}: it reaches zero when all of them sleep`,
      )
    }
    const nodes = pool.nodes.map((node) => ({ node, pods: pods.get(node.name) ?? [], pool }))
    return { pool, nodes, projects, warnings }
  })
  return { pools, withoutAzure: known.withoutAzure }
}
