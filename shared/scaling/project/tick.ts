import type { Due, Transition } from '../../schedule/index.ts'
import type { CallOptions } from '../cluster/cluster.ts'
import type { ProjectSettings } from './project.ts'
import type { SweepOutcome } from './sweep.ts'

/** One run of a timer. It is a hint that time has passed: the tick decides what is due, so late or twice is harmless. */
export interface TickRequest extends CallOptions {
  projects: ProjectSettings[]
  /** Change nothing, and tell what would change. */
  dryRun: boolean
  /** Told as a sweep goes on. */
  onProgress?(progress: { project: string; done: number; total: number }): void
}

/** What a tick did for one project, or for the workloads that had a wake-up time of their own. */
export interface TickResult {
  project: string | undefined
  due: Due['kind']
  /** The transition that was applied or skipped. */
  transition: Transition | undefined
  outcomes: SweepOutcome[]
  /** What somebody wrote that cannot be used. */
  faults: string[]
  /** Why the project could not be dealt with, or why what was done could not be remembered. */
  error: string | undefined
}

/** Who scales, in records and Events, when it is a timer. */
export const scheduleActor = 'schedule'
