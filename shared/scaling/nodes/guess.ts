import { cut } from '../../schedule/index.ts'
import { agentPoolLabel, karpenterPoolLabel } from '../cluster/node.ts'
import type { Workload } from '../cluster/workload.ts'
import { nodeAnnotations } from '../project/keys.ts'
import type { Project } from '../project/project.ts'

/** A project whose nodes are guessed, and the sentence that says so. */
export interface Guess {
  project: Project
  guess: string
}

/** Kubernetes and clouds set these on every node, so that they tell no project's nodes apart. */
const ofEveryNode = /^([\w-]+\.)*(kubernetes\.io|k8s\.io|azure\.com|karpenter\.sh)\//

const tells = (key: string): boolean => [agentPoolLabel, karpenterPoolLabel].includes(key) || !ofEveryNode.test(key)

/**
 * Guesses the nodes of a namespace that is a project by its label and claims none: those that the nodeSelector common to
 * all its workloads selects. A guess takes no node that somebody has claimed. Undefined where there is nothing to guess.
 */
export function guessNodes(project: Project, workloads: Workload[]): Guess | undefined {
  const { name, nodePool, nodeSelector, claimsNodes, claims } = project
  const isOpen =
    claimsNodes && nodePool === undefined && nodeSelector === undefined && claims.of(name).faults.length === 0
  const common = isOpen ? commonOf(workloads) : []
  if (common.length === 0) return undefined
  const selector = common.map(([key, value]) => `${key}=${value}`).join(',')
  return {
    project: { ...project, nodeSelector: Object.fromEntries(common) },
    guess:
      `Its nodes are a guess, by the nodeSelector ${cut(selector, 200)} that all its workloads have: the annotation ` +
      `${nodeAnnotations.nodeSelector} says which they are`,
  }
}

/** The labels in the nodeSelectors of all workloads that have Pods. */
function commonOf(workloads: Workload[]): [string, string][] {
  const [first, ...more] = workloads
    .map(({ nodeSelector }) => nodeSelector)
    .filter((selector) => selector !== undefined)
  return Object.entries(first ?? {}).filter(([key, value]) => tells(key) && more.every((other) => other[key] === value))
}
