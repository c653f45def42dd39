import type { ClusterNode } from '../cluster/node.ts'
import { nodeAnnotations } from '../project/keys.ts'
import { isClaimed } from '../project/nodeClaims.ts'
import type { Project } from '../project/project.ts'
import type { NodePool, NodePools } from './nodePools.ts'

/** The reason why a project's nodes cannot be told from those of others; undefined when they can. */
export function whyUnknown({ name, nodePool, nodeSelector = {}, claimsNodes }: Project): string | undefined {
  if (nodePool !== undefined || Object.keys(nodeSelector).length > 0) return undefined
  const { nodePool: poolKey, nodeSelector: selectorKey } = nodeAnnotations
  return claimsNodes
    ? `Project ${name} has no annotation ${poolKey} or ${selectorKey} that can be used, so its nodes are not known`
    : `Project ${name} names no nodePool and no nodeSelector in PROJECTS, so its nodes are not known`
}

/** The nodes of a project: those of the pool that it names, otherwise those with the labels that it names. */
export function nodesOf(project: Project, nodes: ClusterNode[]): ClusterNode[] {
  if (whyUnknown(project) !== undefined) return []
  return nodes.filter((node) => isClaimed(project, node) && !isOfOthers(project, node))
}

/** Whether a node was given to somebody before this project, which the projects of the settings may share. */
const isOfOthers = ({ claimsNodes, claims, name }: Project, node: ClusterNode): boolean =>
  claimsNodes && claims.isTaken(name, node)

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
