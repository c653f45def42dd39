import type { Transition } from '../../../schedule/index.ts'
import type { ClusterNode } from '../../cluster/node.ts'
import type { Scaling } from '../../scaling.ts'
import type { NodeCount } from '../history/nights.ts'
import { nodeCountsOf, nodesOf, whyUnknown } from '../ownNodes.ts'
import type { Project } from '../project.ts'

interface Before {
  project: Project
  transition: Transition
  dryRun: boolean
  listNodes(): Promise<ClusterNode[]>
}

/**
 * The nodes of a project before its scale-down, for its history; undefined where nobody knows. The sweep does not wait for
 * them, and they cannot fail it: no autoscaler takes a node away within the seconds of one LIST.
 */
export async function nodesBefore(
  { afterwards }: Scaling,
  { project, transition, dryRun, listNodes }: Before,
): Promise<NodeCount[] | undefined> {
  if (dryRun || transition.action === 'scale-up' || whyUnknown(project) !== undefined) return undefined
  try {
    return nodeCountsOf(nodesOf(project, await listNodes()))
  } catch (error) {
    // The log tells it. The night then counts for no saving.
    afterwards(() => Promise.reject(error))
    return undefined
  }
}
