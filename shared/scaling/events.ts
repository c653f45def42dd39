import { type Action, cut, type Transition } from '../schedule/index.ts'
import type { ClusterEvent } from './cluster/event.ts'
import { type Namespace, namespaceRefOf } from './cluster/namespace.ts'
import { describeWorkload, objectRefOf, type Workload, type WorkloadRef } from './cluster/workload.ts'

/** The reason of every Event that this service writes. They are the product's public format. */
export const eventReasons = [
  'ScaledToZero',
  'ScaledUp',
  'Restored',
  'ScheduleFault',
  'RecordFault',
  'Orphaned',
  'NodesGone',
  'NodesHeld',
  'NodePoolUnknown',
  'WokenSince',
  'PutBack',
  'Enforced',
  'ScaleDownSkipped',
  'ScheduleChanged',
] as const

export type EventReason = (typeof eventReasons)[number]

/** An Event of ours, but for the time at which it is written. */
export type Announcement = Omit<ClusterEvent, 'at' | 'reason'> & { reason: EventReason }

/** On a workload: a request changed its replicas. */
export const workloadScaled = (
  workload: Workload,
  { reason, from, to, actor, why }: { reason: EventReason; from: number; to: number; actor: string; why: string },
): Announcement => ({
  about: objectRefOf(workload),
  type: 'Normal',
  reason,
  message: `Scaled from ${from} to ${to} replicas by ${actor}: ${why}`,
})

const sweptReasons: Record<Action, EventReason> = { 'scale-down': 'ScaledToZero', 'scale-up': 'Restored' }

interface SweepSummary {
  action: Action
  /** In words, e.g. `12 changed, 1 skipped`. */
  counts: string
  hasFailed: boolean
  actor: string
  why: string
}

/** On a project's home: its workloads were swept, and how many came to what. */
export const projectSwept = (
  home: Namespace,
  { action, counts, hasFailed, actor, why }: SweepSummary,
): Announcement => ({
  about: namespaceRefOf(home),
  type: hasFailed ? 'Warning' : 'Normal',
  reason: sweptReasons[action],
  message: `${counts} by ${actor}: ${why}`,
})

/** On a project's home: somebody wrote a schedule, or an exclusion, that cannot be used. */
export const scheduleFault = (home: Namespace, faults: string): Announcement => ({
  about: namespaceRefOf(home),
  type: 'Warning',
  reason: 'ScheduleFault',
  message: faults,
})

/** On a workload that sleeps: its record says a count that cannot be brought back. @param fault which annotation, and why */
export const recordFault = (workload: Workload, fault: string): Announcement => ({
  about: objectRefOf(workload),
  type: 'Warning',
  reason: 'RecordFault',
  message: `It stays asleep: ${fault}. Set the annotation to the replicas that it had, or scale it up`,
})

/** On a workload that sleeps: Git does not have it any more. @param why with what to do */
export const orphaned = (workload: Workload, why: string): Announcement => ({
  about: objectRefOf(workload),
  type: 'Warning',
  reason: 'Orphaned',
  message: `It stays asleep: ${why}`,
})

/** A project after a scale-down: its name and home, the transition, and the minutes that have passed since. */
export interface AfterScaleDown {
  project: string
  home: Namespace
  transition: Transition
  minutes: number
}

const after = ({ transition, minutes }: AfterScaleDown): string =>
  `${minutes} minutes after the scale-down of ${transition.at.toISOString()}`

/** On a project's home: the nodes went away after a scale-down. */
export const nodesGone = (seen: AfterScaleDown): Announcement => ({
  about: namespaceRefOf(seen.home),
  type: 'Normal',
  reason: 'NodesGone',
  message: `The nodes of project ${seen.project} are gone, ${after(seen)}`,
})

/** On a project's home: nodes stayed longer than the grace after a scale-down. @param why a sentence for each cause */
export const nodesHeld = (seen: AfterScaleDown, nodes: number, why: string[]): Announcement => ({
  about: namespaceRefOf(seen.home),
  type: 'Warning',
  reason: 'NodesHeld',
  message: `Project ${seen.project} still has ${nodes} nodes, ${after(seen)}: ${why.join('; ')}`,
})

/** On a project's home: the node pool that the project names does not exist. */
export const nodePoolUnknown = ({ home }: AfterScaleDown, message: string): Announcement => ({
  about: namespaceRefOf(home),
  type: 'Warning',
  reason: 'NodePoolUnknown',
  message,
})

/** On a project's home: somebody woke workloads by this service after a scale-down. */
export const wokenSince = ({ project, home, transition }: AfterScaleDown, workloads: WorkloadRef[]): Announcement => ({
  about: namespaceRefOf(home),
  type: 'Normal',
  reason: 'WokenSince',
  message: `Project ${project} was woken after the scale-down of ${transition.at.toISOString()}: ${workloads.map(describeWorkload).join(', ')}`,
})

/** On a project's home: somebody raised workloads after a scale-down, and not by this service. @param whom a sentence for each */
export const putBack = (seen: AfterScaleDown, whom: string[]): Announcement => ({
  about: namespaceRefOf(seen.home),
  type: 'Warning',
  reason: 'PutBack',
  message: `Project ${seen.project} was put back, ${after(seen)}: ${whom.join('; ')}`,
})

/** On a project's home: what was raised in its night was put to zero again. @param whom a sentence for each who raised it */
export const enforced = (
  home: Namespace,
  { project, workloads }: { project: string; workloads: number },
  whom: string[],
): Announcement => ({
  about: namespaceRefOf(home),
  type: 'Warning',
  reason: 'Enforced',
  message: cut(
    `${workloads} of project ${project} put to zero again, as it has enforce: ${whom.join('; ')}`,
    longestMessage,
  ),
})

/** On a project's home, or on `scale-system` for all projects: somebody has changed when it sleeps. */
export const scheduleChanged = (
  namespace: Namespace,
  { what, actor, why }: { what: string; actor: string; why: string },
): Announcement => ({
  about: namespaceRefOf(namespace),
  type: 'Normal',
  reason: 'ScheduleChanged',
  message: cut(`${what} by ${actor}: ${why}`, longestMessage),
})

/** As much as the message of an Event takes. */
export const longestMessage = 1024

/** On a project's home: its schedule wanted it asleep, and it was left as it is. @param isWanted somebody has excluded it */
export const scaleDownSkipped = (
  home: Namespace,
  { at }: Transition,
  { why, isWanted }: { why: string; isWanted: boolean },
): Announcement => ({
  about: namespaceRefOf(home),
  type: isWanted ? 'Normal' : 'Warning',
  reason: 'ScaleDownSkipped',
  message: `The scale-down of ${at.toISOString()} is left out: ${why}`,
})
