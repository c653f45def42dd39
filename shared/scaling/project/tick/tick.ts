import type { Due, Transition } from '../../../schedule/index.ts'
import type { CallOptions } from '../../cluster/cluster.ts'
import type { WorkloadRef } from '../../cluster/workload.ts'
import type { PutBack } from '../putBack.ts'
import type { ProjectSettings } from '../settings.ts'
import type { SweepOutcome } from '../sweep/sweepOutcome.ts'

/** One run of a timer. It is a hint that time has passed: the tick decides what is due, so late or twice is harmless. */
export interface TickRequest extends CallOptions {
  projects: ProjectSettings[]
  /** Change nothing, and only tell the changes. */
  dryRun: boolean
  /** The time between two ticks; by default none. */
  tickMs?: number | undefined
  /** Aborted when the run must end: it begins nothing more, and the next tick does the rest. */
  ending?: AbortSignal | undefined
  /** Told as a sweep goes on. */
  onProgress?(progress: { project: string; done: number; total: number }): void
}

/** The result of a tick for one project, or for the workloads that had a wake-up time of their own. */
export interface TickResult {
  project: string | undefined
  due: Exclude<Due['kind'], 'late'> | 'enforce' | 'take-back'
  /** The transition that was applied or skipped. */
  transition: Transition | undefined
  /** Why the transition is skipped. */
  why: string | undefined
  outcomes: SweepOutcome[]
  /** The workloads, or with the name `*` the listings, that were not begun before the run had to end. */
  left: WorkloadRef[]
  /** Whether they are left because the project took longer than a project may. */
  isLate: boolean
  /** The projects that somebody has put back since their scale-down, each told once. */
  putBacks: PutBack[]
  /** The values that somebody wrote and that cannot be used. */
  faults: string[]
  /** The reason why the project could not be dealt with, or why its memory could not be written. */
  error: string | undefined
}

/** The actor in records and Events when a timer scales. */
export const scheduleActor = 'schedule'

/** The actor in the trace of a workload that woke at its own wake-up time, which is no transition of its project. */
export const wakeUpTimeActor = 'wake-up time'
