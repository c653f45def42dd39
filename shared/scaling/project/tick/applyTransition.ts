import { type Action, type Due, nextTransition, type Transition } from '../../../schedule/index.ts'
import type { CallOptions } from '../../cluster/cluster.ts'
import { kindNames } from '../../cluster/kinds.ts'
import type { Namespace } from '../../cluster/namespace.ts'
import type { ClusterNode } from '../../cluster/node.ts'
import { messageWithCause } from '../../errors.ts'
import { scaleDownSkipped } from '../../events.ts'
import type { Scaling } from '../../scaling.ts'
import { touchedSince } from '../awake.ts'
import { appliedOf, type Memory, remember, rememberApplied } from '../memory.ts'
import type { Project } from '../project.ts'
import { tellFaults } from '../reportFaults.ts'
import type { ProjectSettings } from '../settings.ts'
import { announceSweep } from '../sweep/announceSweep.ts'
import { type Sweep, type SweepRequest, sweepProject } from '../sweep/sweep.ts'
import { changedOf } from '../sweep/sweepOutcome.ts'
import { holdOn, takeBack } from '../sweep/takeBack.ts'
import { begunAt, isLeftOf, unfinishedOf } from '../unfinished.ts'
import { dueFor } from './due.ts'
import { nodesBefore } from './nodesBefore.ts'
import { scheduleActor, type TickResult } from './tick.ts'

/** One direction of one project in a tick. */
export interface ProjectTick extends CallOptions {
  project: Project
  /** The projects of the settings. */
  projects: ProjectSettings[]
  action: Action
  now: Date
  /** The time between two ticks. */
  tickMs: number
  dryRun: boolean
  ending: AbortSignal | undefined
  onProgress: SweepRequest['onProgress']
  /** The nodes of the cluster, read once for all projects of the tick that need them. */
  listNodes(): Promise<ClusterNode[]>
}

/**
 * Applies what is due. The transition is remembered last, and only when all of it is done. Otherwise the rest is
 * remembered, so that the next tick finishes that and nothing else. The result tells a failure to remember. It is
 * remembered also when the signal has ended the calls of the sweep.
 */
export async function applyTransition(scaling: Scaling, tick: ProjectTick): Promise<TickResult> {
  const { project, dryRun } = tick
  const found = dueFor(tick.action, project, tick)
  // The end leaves no time for a memory that the next tick writes just as well.
  const due: Settled =
    tick.ending?.aborted && found.kind !== 'apply' ? { kind: 'none' } : await settle(scaling, found, tick)
  const { outcomes, left, faults, isLate, memory, home } = await carryOut(scaling, due, tick)
  const remembering = dryRun ? undefined : write(scaling, home ?? project.home, memory)
  return {
    project: project.name,
    due: due.kind,
    transition: 'transition' in due ? due.transition : undefined,
    why: 'why' in due ? due.why : undefined,
    outcomes,
    left,
    isLate,
    putBacks: [],
    faults: faults.map(({ message }) => message),
    error: await remembering?.then(() => undefined, messageWithCause),
  }
}

/** Writes the memory of a tick. Only a transition that needs no more attempt names itself there. */
function write({ cluster }: Scaling, home: Namespace, memory: Partial<Memory>): Promise<void> {
  const { lastScaleDown, lastScaleUp } = memory
  const at = lastScaleDown === undefined || lastScaleUp === undefined ? (lastScaleDown ?? lastScaleUp) : undefined
  return at === undefined
    ? remember({ cluster }, home, memory)
    : rememberApplied({ cluster }, home, { changes: memory, at })
}

type Settled = Exclude<Due, { kind: 'late' }>

/**
 * Decides about a late scale-down by what the workloads tell. A listing that fails leaves it due.
 * @throws ScalingError
 */
async function settle(scaling: Scaling, due: Due, { project, now, signal }: ProjectTick): Promise<Settled> {
  if (due.kind !== 'late') return due
  const { transition, since } = due
  const listings = project.namespaces.flatMap(({ name: namespace }) =>
    kindNames.map((kind) => scaling.cluster.listWorkloads({ kind, namespace }, { signal })),
  )
  const touched = touchedSince((await Promise.all(listings)).flat(), project, { since, now })
  return touched === undefined ? { kind: 'apply', transition } : { kind: 'skip', transition, why: touched }
}

function announceSkip(
  { cluster, afterwards }: Scaling,
  { transition, why, isWanted = false }: Extract<Due, { kind: 'skip' }>,
  { project: { home }, now: at }: ProjectTick,
): void {
  const event = scaleDownSkipped(home, transition, { why, isWanted })
  afterwards(() => cluster.createEvent({ ...event, at }))
}

/** The work of one direction, and the memory that it leaves. */
interface Done extends Sweep {
  isLate: boolean
  memory: Partial<Memory>
  /** The home as it was read after the sweep. */
  home?: Namespace | undefined
}

const nothing = { outcomes: [], left: [], faults: [], isLate: false }

/**
 * A run has ten minutes for all projects, and one of them may have a slow webhook or thousands of workloads. Those that
 * are left go on in the next tick, after the projects that have not had their turn.
 */
const longestMs = 2 * 60 * 1000

async function carryOut(scaling: Scaling, due: Settled, tick: ProjectTick): Promise<Done> {
  switch (due.kind) {
    case 'none':
      return { ...nothing, memory: {} }
    case 'record':
      return {
        ...nothing,
        memory: { lastScaleDown: due.applied['scale-down'], lastScaleUp: due.applied['scale-up'] },
      }
    case 'skip':
      if (!tick.dryRun) announceSkip(scaling, due, tick)
      // It is remembered as if it were applied, so that it is told once and is over.
      return { ...nothing, memory: doneWith(due.transition, {}) }
    case 'apply':
      return sweep(scaling, due.transition, tick)
  }
}

async function sweep(scaling: Scaling, transition: Transition, tick: ProjectTick): Promise<Done> {
  const { project, now } = tick
  const { action, at } = transition
  const { schedule, exceptions } = project
  const applied = appliedOf(project.memory)
  const scaleUp = schedule && nextTransition(schedule, exceptions, { now, applied, action: 'scale-up' })
  const isOver = () => action === 'scale-down' && scaleUp !== undefined && scaling.now() >= scaleUp
  const until = scaling.now().getTime() + longestMs
  const isTooLong = () => scaling.now().getTime() > until && !isOver()
  const { unfinished } = project.memory
  const isRetry = unfinished?.at.getTime() === at.getTime()
  const request = {
    ...tick,
    ending: {
      get aborted() {
        return tick.ending?.aborted === true || isTooLong()
      },
    },
    actor: scheduleActor,
    transition,
    isOver,
    // A retry finishes the rest of the first attempt, and leaves the other workloads as people have them by now.
    isAbout: isRetry ? isLeftOf(unfinished) : undefined,
    reason: `${action} of the schedule at ${at.toISOString()}`,
  }
  if (!isRetry && !tick.dryRun && !request.ending.aborted) await rememberBegun(scaling, tick, at)
  const nodes = nodesBefore(scaling, request)
  const swept = await sweepProject(scaling, request)
  announceSweep(scaling, { ...request, nodes: await nodes }, swept)
  const { outcomes, left, faults } = swept
  // A home that cannot be read now is one whose memory cannot be written, and that is told.
  const home = tick.dryRun ? undefined : await scaling.cluster.findNamespace(project.home.name).catch(() => undefined)
  const hold = home && holdOn(scaling, home, action)
  if (hold !== undefined) {
    const back = await takeBack(scaling, { ...request, hold }, changedOf(outcomes))
    return { ...back, outcomes: [...outcomes, ...back.outcomes], isLate: false, memory: { unfinished: undefined } }
  }
  if (!tick.dryRun) tellFaults(scaling, { project, faults, now })
  const hasWoken = action === 'scale-up' && outcomes.some(({ result }) => result === 'changed')
  const wakingSince = hasWoken ? at : undefined
  const isLate = left.length > 0 && tick.ending?.aborted !== true
  // The scale-up is applied next, and leaves its own memory. A run that ends has no time for what it has not begun.
  if (isOver() || (outcomes.length === 0 && left.length > 0 && !isLate))
    return { outcomes, left, faults, isLate, memory: {} }
  const rest = [...outcomes.filter(({ result }) => result === 'failed').map(({ ref }) => ref), ...left]
  const memory =
    rest.length > 0
      ? { unfinished: unfinishedOf(at, rest) }
      : doneWith(transition, { asleepSince: action === 'scale-down' ? now : undefined, wakingSince })
  return { outcomes, left, faults, isLate, memory, home }
}

/**
 * Writes that a sweep begins, so that a later tick knows of it when this one is killed. The memory of the end overwrites it.
 * Where this fails, that one does too and tells it.
 */
const rememberBegun = ({ cluster }: Scaling, { project, signal }: ProjectTick, at: Date): Promise<void> =>
  remember({ cluster, signal }, project.home, { unfinished: begunAt(at, project.namespaces) }).catch(() => {})

const lastField = {
  'scale-down': 'lastScaleDown',
  'scale-up': 'lastScaleUp',
} as const satisfies Record<Action, keyof Memory>

/** The memory of a transition that needs no more attempt. */
const doneWith = (
  { action, at }: Transition,
  { asleepSince, wakingSince }: Partial<Pick<Memory, 'asleepSince' | 'wakingSince'>>,
): Partial<Memory> => ({
  [lastField[action]]: at,
  asleepSince,
  wakingSince,
  unfinished: undefined,
})
