import { hasLabels } from '../cluster/labelSelector.ts'
import { type ClusterNode, karpenterPoolLabel, poolOf } from '../cluster/node.ts'
import type { Project } from '../project/project.ts'
import type { NodePool, NodePools } from './nodePools.ts'

/** The reason why a project's nodes cannot be told from those of others; undefined when they can. */
export const whyUnknown = ({ name, nodePool, nodeSelector = {} }: Project): string | undefined =>
  nodePool !== undefined || Object.keys(nodeSelector).length > 0
    ? undefined
    : `Project ${name} names no nodePool and no nodeSelector in PROJECTS, so its nodes are not known`

/** The nodes of a project: those of the pool that it names, otherwise those with the labels that it names. */
export function nodesOf(project: Project, nodes: ClusterNode[]): ClusterNode[] {
  const { nodePool, nodeSelector = {} } = project
  if (whyUnknown(project) !== undefined) return []
  return nodes.filter((node) =>
    nodePool === undefined
      ? hasLabels(node.labels, nodeSelector)
      : poolOf(node) === nodePool || node.labels[karpenterPoolLabel] === nodePool,
  )
}

/** The pools of a project: the one that it names, otherwise those of its nodes. */
export const poolsOf = (project: Project, pools: NodePool[]): NodePool[] =>
  pools.filter(({ name, nodes }) =>
    project.nodePool === undefined ? nodesOf(project, nodes).length > 0 : name === project.nodePool,
  )

/**
 * Says that a project names a pool which does not exist. Undefined when the pool exists, and without Azure, where a
 * pool at zero leaves no trace. With `onlyOfProjects` the pools that do exist are not named.
 */
export function misnamed(
  { name, nodePool }: Project,
  { pools, withoutAzure }: NodePools,
  { onlyOfProjects }: { onlyOfProjects?: boolean | undefined },
): string | undefined {
  if (nodePool === undefined || withoutAzure !== undefined || pools.some((pool) => pool.name === nodePool)) return
  const fault = `Project ${name} names the node pool ${nodePool}, which is not in this cluster`
  return onlyOfProjects ? fault : `${fault}: it has ${pools.map((pool) => pool.name).join(', ')}`
}
