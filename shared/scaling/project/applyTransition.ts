import { type Action, type Due, nextTransitions, type Transition } from '../../schedule/index.ts'
import type { CallOptions } from '../cluster/cluster.ts'
import { messageWithCause } from '../errors.ts'
import type { Scaling } from '../scaling.ts'
import { dueFor } from './due.ts'
import { type Memory, remember } from './memory.ts'
import type { Project } from './project.ts'
import { announceSweep, type SweepOutcome, type SweepRequest, sweepProject } from './sweep.ts'
import { scheduleActor, type TickResult } from './tick.ts'
import { isLeftOf, unfinishedOf } from './unfinished.ts'

/** One direction of one project in a tick. */
export interface ProjectTick extends CallOptions {
  project: Project
  action: Action
  now: Date
  dryRun: boolean
  onProgress: SweepRequest['onProgress']
}

/**
 * Applies what is due. The transition is remembered last, and only when all of it is done. Otherwise the rest is
 * remembered, so that the next tick finishes that and nothing else. The result tells a failure to remember.
 */
export async function applyTransition(scaling: Scaling, tick: ProjectTick): Promise<TickResult> {
  const { project, dryRun, signal } = tick
  const due = dueFor(tick.action, project, tick.now)
  const { outcomes, memory } = await carryOut(scaling, due, tick)
  const remembering = dryRun ? undefined : remember({ cluster: scaling.cluster, signal }, project.home, memory)
  return {
    project: project.name,
    due: due.kind,
    transition: 'transition' in due ? due.transition : undefined,
    outcomes,
    faults: [],
    error: await remembering?.then(() => undefined, messageWithCause),
  }
}

/** The work of one direction, and the memory that it leaves. */
interface Done {
  outcomes: SweepOutcome[]
  memory: Partial<Memory>
}

async function carryOut(scaling: Scaling, due: Due, tick: ProjectTick): Promise<Done> {
  switch (due.kind) {
    case 'none':
      return { outcomes: [], memory: {} }
    case 'record':
      return {
        outcomes: [],
        memory: { lastScaleDown: due.applied['scale-down'], lastScaleUp: due.applied['scale-up'] },
      }
    case 'skip':
      // It is remembered as if it were applied, so that it is told once and is over.
      return { outcomes: [], memory: doneWith(due.transition, undefined) }
    case 'apply':
      return sweep(scaling, due.transition, tick)
  }
}

async function sweep(scaling: Scaling, transition: Transition, tick: ProjectTick): Promise<Done> {
  const { project, now } = tick
  const { action, at } = transition
  const scaleUp = project.schedule && nextTransitions(project.schedule, now)['scale-up']
  const isOver = () => action === 'scale-down' && scaleUp !== undefined && scaling.now() >= scaleUp
  const { unfinished } = project.memory
  const request = {
    ...tick,
    actor: scheduleActor,
    transition,
    isOver,
    // A retry finishes the rest of the first attempt, and leaves the other workloads as people have them by now.
    isAbout: unfinished?.at.getTime() === at.getTime() ? isLeftOf(unfinished) : undefined,
    reason: `${action} of the schedule at ${at.toISOString()}`,
  }
  const outcomes = await sweepProject(scaling, request)
  announceSweep(scaling, request, outcomes)
  // The scale-up is applied next, and leaves its own memory.
  if (isOver()) return { outcomes, memory: {} }
  const left = outcomes.filter(({ result }) => result === 'failed').map(({ ref }) => ref)
  const memory =
    left.length > 0
      ? { unfinished: unfinishedOf(at, left) }
      : doneWith(transition, action === 'scale-down' ? now : undefined)
  return { outcomes, memory }
}

const lastField = {
  'scale-down': 'lastScaleDown',
  'scale-up': 'lastScaleUp',
} as const satisfies Record<Action, keyof Memory>

/** The memory of a transition that needs no more attempt. */
const doneWith = ({ action, at }: Transition, asleepSince: Date | undefined): Partial<Memory> => ({
  [lastField[action]]: at,
  asleepSince,
  unfinished: undefined,
})
