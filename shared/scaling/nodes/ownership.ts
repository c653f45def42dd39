import { isOfOthers, nodesOf } from '../project/ownNodes.ts'
import type { Project } from '../project/project.ts'
import type { NodePool, NodePools } from './nodePools.ts'

/** The pools of a project: the one that it names, otherwise those of its nodes. None that has nodes of others. */
export const poolsOf = (project: Project, pools: NodePool[]): NodePool[] =>
  pools.filter(({ name, nodes }) =>
    nodes.some((node) => isOfOthers(project, node))
      ? false
      : project.nodePool === undefined
        ? nodesOf(project, nodes).length > 0
        : name === project.nodePool,
  )

/**
 * Says that a project names a pool which does not exist. Undefined when the pool exists, and without Azure, where a
 * pool at zero leaves no trace. With `onlyOfProjects` the pools that do exist are not named.
 */
export function misnamed(
  { name, nodePool, claimsNodes }: Project,
  { pools, withoutAzure }: NodePools,
  { onlyOfProjects }: { onlyOfProjects?: boolean | undefined },
): string | undefined {
  if (nodePool === undefined || withoutAzure !== undefined || pools.some((pool) => pool.name === nodePool)) return
  const fault = `Project ${name} names the node pool ${nodePool}, which is not in this cluster`
  // A team that makes up a name must not be told those of others.
  return onlyOfProjects || claimsNodes ? fault : `${fault}: it has ${pools.map((pool) => pool.name).join(', ')}`
}
