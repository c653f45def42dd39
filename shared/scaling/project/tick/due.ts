import { type Action, type Due, dueTransition, type Progress } from '../../../schedule/index.ts'
import { excludedAt } from '../calendar.ts'
import { appliedOf } from '../memory.ts'
import type { Project } from '../project.ts'

/** Decides what is due of a project for the timer of one direction. */
export function dueFor(action: Action, project: Project, tick: Pick<Progress, 'now' | 'tickMs'>): Due {
  const { schedule, exceptions, memory } = project
  const due: Due =
    schedule === undefined
      ? { kind: 'none' }
      : dueTransition(schedule, exceptions, { ...tick, applied: appliedOf(memory) })
  // Both timers look at every project, so the timer of scale-downs records a project that is new.
  if (due.kind === 'record') return action === 'scale-down' ? due : { kind: 'none' }
  if (due.kind === 'none' || due.transition.action !== action) return { kind: 'none' }
  const { transition } = due
  // An excluded project misses its scale-downs, those that a tick finds when the exclusion is over as well.
  const excluded = action === 'scale-down' ? excludedAt(project, transition.at) : undefined
  return excluded === undefined
    ? due
    : { kind: 'skip', transition, why: `the project is excluded: ${excluded}`, isWanted: true }
}
