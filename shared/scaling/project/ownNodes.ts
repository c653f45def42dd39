import { type ClusterNode, poolOf, sizeOf } from '../cluster/node.ts'
import type { NodeCount } from './history/nights.ts'
import { nodeAnnotations } from './keys.ts'
import { isClaimed } from './nodeClaims.ts'
import type { Project } from './project.ts'

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
export const isOfOthers = ({ claimsNodes, claims, name }: Project, node: ClusterNode): boolean =>
  claimsNodes && claims.isTaken(name, node)

/** How many nodes there are of each pool and size, as the history keeps it. */
export const nodeCountsOf = (nodes: ClusterNode[]): NodeCount[] =>
  [...Map.groupBy(nodes, (node) => JSON.stringify([poolOf(node), sizeOf(node)])).values()].map((own) => {
    const [first] = own as [ClusterNode]
    const [pool, size] = [poolOf(first), sizeOf(first)]
    return { ...(pool !== undefined && { pool }), ...(size !== undefined && { size }), count: own.length }
  })
