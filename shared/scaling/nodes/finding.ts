import type { ClusterEvent } from '../cluster/event.ts'
import { describeWorkload, type WorkloadRef } from '../cluster/workload.ts'
import type { ProjectNode } from './projectNodes.ts'

/** The state of a project's nodes some time after a scale-down. */
export type Finding = {
  project: string
  /** The time at which the scale-down was due, and the minutes from then until now, as precise as the ticks. */
  transition: Date
  minutes: number
} & (
  | { result: 'gone' }
  /** The nodes are still there when the grace is over, with what holds each. */
  | { result: 'held'; nodes: ProjectNode[]; warnings: string[] }
  /** The nodes are still there, as was reported before. */
  | { result: 'still-held'; nodes: number }
  /** Somebody has woken the project meanwhile, so it may have nodes. */
  | { result: 'woken'; workloads: WorkloadRef[] }
  /** The project names a node pool that does not exist, so its lack of nodes proves nothing. */
  | { result: 'misnamed'; message: string }
)

/** The Event about a finding; undefined for a finding that needs none. */
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
