import type { ClusterEvent } from '../cluster/event.ts'
import { describeWorkload, type WorkloadRef } from '../cluster/workload.ts'
import type { ProjectNode } from './projectNodes.ts'

/** What became of a project's nodes after a scale-down. */
export type Finding = {
  project: string
  /** When the scale-down was due, and the minutes from then until now, known to one tick. */
  transition: Date
  minutes: number
} & (
  | { result: 'gone' }
  /** Still there when the grace was over, and what holds them. */
  | { result: 'held'; nodes: ProjectNode[]; warnings: string[] }
  /** Still there, as was told before. */
  | { result: 'still-held'; nodes: number }
  /** Somebody woke the project meanwhile, so it may have nodes. */
  | { result: 'woken'; workloads: WorkloadRef[] }
  /** It names a node pool that does not exist, so that it has no nodes proves nothing. */
  | { result: 'misnamed'; message: string }
)

/** The Event that tells a finding; undefined for one that needs none. */
export function eventAbout(finding: Finding): Pick<ClusterEvent, 'type' | 'reason' | 'message'> | undefined {
  const { project, transition, minutes } = finding
  const after = `${minutes} minutes after the scale-down of ${transition.toISOString()}`
  switch (finding.result) {
    case 'gone':
      return { type: 'Normal', reason: 'NodesGone', message: `The nodes of project ${project} are gone, ${after}` }
    case 'held': {
      const why = finding.nodes.flatMap(({ node, blockers, explanation }) =>
        explanation === undefined ? blockers.map(({ message }) => message) : `${node.name}: ${explanation}`,
      )
      const message = `Project ${project} still has ${finding.nodes.length} nodes, ${after}: ${[...finding.warnings, ...why].join('; ')}`
      return { type: 'Warning', reason: 'NodesHeld', message }
    }
    case 'misnamed':
      return { type: 'Warning', reason: 'NodePoolUnknown', message: finding.message }
    case 'woken': {
      const woken = finding.workloads.map(describeWorkload).join(', ')
      const message = `Project ${project} was woken after the scale-down of ${transition.toISOString()}: ${woken}`
      return { type: 'Normal', reason: 'WokenSince', message }
    }
    case 'still-held':
      return undefined
  }
}
