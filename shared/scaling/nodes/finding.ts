import type { Transition } from '../../schedule/index.ts'
import type { Namespace } from '../cluster/namespace.ts'
import type { WorkloadRef } from '../cluster/workload.ts'
import { type Announcement, nodePoolUnknown, nodesGone, nodesHeld, wokenSince } from '../events.ts'
import type { Observation } from '../observation.ts'
import type { PutBack } from '../project/putBack.ts'
import type { ProjectNode } from './projectNodes.ts'

/** What is seen of a project and its nodes some time after a scale-down, or after the scale-up that has ended it. */
export type Finding = {
  project: string
  transition: Transition
  /** From when the transition was due until then, known to one tick. */
  minutes: number
} & (
  | { result: 'gone' }
  /** The nodes are still there when the grace is over, with what holds each. */
  | { result: 'held'; nodes: ProjectNode[]; warnings: string[] }
  /** The nodes are still there, as was reported before. */
  | { result: 'still-held'; nodes: number }
  /** Somebody has woken the project by this service meanwhile, so it may have nodes. */
  | { result: 'woken'; workloads: WorkloadRef[] }
  /** The first node is back after a scale-up of the schedule. */
  | { result: 'back' }
  /** All workloads are ready after a scale-up of the schedule. */
  | { result: 'ready' }
  /** Something else has put workloads of the project back. */
  | { result: 'put-back'; found: PutBack }
  /** The project names a node pool that does not exist, so its lack of nodes proves nothing. */
  | { result: 'misnamed'; message: string }
)

/** The Event that tells a finding on the project's home; undefined for one that needs none. */
export function eventAbout(
  finding: Exclude<Finding, { result: 'put-back' }>,
  home: Namespace,
): Announcement | undefined {
  const seen = { ...finding, home }
  switch (finding.result) {
    case 'gone':
      return nodesGone(seen)
    case 'held':
      return nodesHeld(seen, finding.nodes.length, whyHeld(finding))
    case 'misnamed':
      return nodePoolUnknown(seen, finding.message)
    case 'woken':
      return wokenSince(seen, finding.workloads)
    case 'still-held':
    case 'back':
    case 'ready':
      return undefined
  }
}

/** The same for whoever watches this service, and for the project's history. */
export function observationOf(
  finding: Finding,
): Extract<Observation, { what: 'nodes-gone' | 'nodes-held' }> | undefined {
  const { project, minutes } = finding
  if (finding.result === 'gone') return { what: 'nodes-gone', project, minutes }
  if (finding.result !== 'held') return undefined
  return { what: 'nodes-held', project, minutes, nodes: finding.nodes.length, blockers: whyHeld(finding) }
}

/** A sentence for each cause for which nodes stay. */
const whyHeld = ({ nodes, warnings }: Extract<Finding, { result: 'held' }>): string[] => [
  ...warnings,
  ...nodes.flatMap(({ node, blockers, explanation }) =>
    explanation === undefined ? blockers.map(({ message }) => message) : `${node.name}: ${explanation}`,
  ),
]
