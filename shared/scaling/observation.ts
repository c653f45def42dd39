import type { Action } from '../schedule/index.ts'
import type { WorkloadRef } from './cluster/workload.ts'

/** Something that has happened, for whoever watches this service. In a dry run nothing happens. */
export type Observation =
  /** The replicas of one workload were changed. The project is unknown where the workload was named by itself. */
  | {
      what: 'scaled'
      project: string | undefined
      ref: WorkloadRef
      from: number
      to: number
      actor: string
      reason: string
    }
  /** A sweep has ended, of a project or of the workloads with a wake-up time of their own; `failures` say what failed. */
  | { what: 'swept'; project: string | undefined; action: Action; seconds: number; failures: string[] }
  /** Somebody has written a value that cannot be used. It is told once. */
  | { what: 'fault'; project: string; fault: Fault }
  /** How many workloads sleep, in all projects together. */
  | { what: 'asleep'; workloads: number }
  /** How many nodes each project has that should be asleep, and whose nodes are not yet told to be gone. */
  | { what: 'nodes'; projects: { project: string; nodes: number }[] }
  /** The nodes of a project are gone, so many minutes after its scale-down. It is told once. */
  | { what: 'nodes-gone'; project: string; minutes: number }
  /** The first node of a project is back, so many minutes after its scale-up was due. It is told once. */
  | { what: 'nodes-back'; project: string; minutes: number }
  /** All workloads of a project are ready, so many minutes after its scale-up was due. It is told once. */
  | { what: 'ready'; project: string; minutes: number }
  /** A project still has nodes when the grace is over, with a sentence for each cause. It is told once. */
  | { what: 'nodes-held'; project: string; minutes: number; nodes: number; blockers: string[] }
  /**
   * Workloads of a project were raised after its scale-down, and not by this service: by whom, with a sentence for each.
   * It is told once.
   */
  | { what: 'put-back'; project: string; minutes: number; by: string[]; sentences: string[] }

/** A value that somebody wrote and that cannot be used: where it stands, and a sentence about it. */
export interface Fault {
  /** The annotation, or the field of the project. */
  key: string
  message: string
}
