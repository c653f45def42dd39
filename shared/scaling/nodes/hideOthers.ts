import type { Project } from '../project/project.ts'
import type { Blocker } from './blocker.ts'

// No object of Kubernetes can have this name.
const hidden = 'of another project'

/**
 * Blockers as a reader may see them who is limited to projects: what is in a namespace of nobody else is shown, and of
 * everything else only that it is there. The reason says as much as its reader can use.
 */
export const hideOthers = (blockers: Blocker[], visible: Project[]): Blocker[] => {
  const namespaces = new Set(visible.flatMap((project) => project.namespaces.map(({ name }) => name)))
  return blockers.map((blocker) => {
    const { kind, namespace } = blocker.object
    if (namespace === undefined || namespaces.has(namespace)) return blocker
    return {
      reason: blocker.reason,
      message: `A ${kind} of another project is on this node: ask whoever operates the cluster to look at it`,
      object: { kind, name: hidden },
    }
  })
}
