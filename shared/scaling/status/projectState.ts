import type { Project } from '../project/project.ts'
import { isPutBackTold } from '../project/putBack.ts'
import type { ProjectStatus } from './projectStatus.ts'

/** The states that a project can be in, as a person asks for them. */
export const projectStates = [
  /** Its workloads run, as its schedule has it. */
  'awake',
  /** Put to zero; workloads or nodes are still there. */
  'going-to-sleep',
  /** At zero, without nodes as far as is known. */
  'asleep',
  /** Workloads are on their way up. */
  'waking',
  /** At zero, and something holds a node. */
  'held',
  /** Somebody else has raised workloads since its scale-down. */
  'put-back',
  /** Its schedule or the project itself cannot be used. */
  'faulty',
  /** Awake, and left out by an annotation. */
  'excluded',
  /** Awake, and its schedule does not act. */
  'suspended',
] as const

export type ProjectState = (typeof projectStates)[number]

/** What the state of a project depends on. */
export type Seen = Pick<ProjectStatus, 'project' | 'workloads' | 'leftOut' | 'waking' | 'nodes' | 'asleepSince'>

/** The state of a project, and since when it is in it, where that is known. */
export function projectStateOf(seen: Seen, now: Date): { state: ProjectState; since: Date | undefined } {
  const state = stateOf(seen, now)
  return { state, since: sinceOf(state, seen) }
}

function stateOf({ project, workloads, leftOut, waking, nodes }: Seen, now: Date): ProjectState {
  const { memory, exceptions, excluded } = project
  if (project.schedule === undefined && project.scaleDown.length + project.scaleUp.length > 0) return 'faulty'
  if (nodes.shouldBeAsleep) {
    // What a scale-down leaves awake runs through the night.
    const running = workloads.active + workloads.scaling - leftOut.length
    if (running > 0) return memory.asleepSince !== undefined && isPutBackTold(project) ? 'put-back' : 'going-to-sleep'
    if (nodes.nodes.length === 0) return 'asleep'
    return nodes.nodes.some(({ blockers }) => blockers.length > 0) || isHeldTold(project) ? 'held' : 'going-to-sleep'
  }
  if (waking.length > 0) return 'waking'
  if ((exceptions.suspension?.untilMs ?? 0) > now.getTime()) return 'suspended'
  return excluded === undefined ? 'awake' : 'excluded'
}

/** Whether it was told after this scale-down that nodes stay. */
const isHeldTold = ({ memory: { nodesHeld, lastScaleDown } }: Project): boolean =>
  nodesHeld !== undefined && nodesHeld.getTime() === lastScaleDown?.getTime()

function sinceOf(state: ProjectState, { project: { memory }, waking, asleepSince }: Seen): Date | undefined {
  if (asleepSince !== undefined) return asleepSince
  if (state === 'waking') {
    const times = waking.map(({ since }) => Date.parse(since)).filter(Number.isFinite)
    return times.length === 0 ? undefined : new Date(Math.min(...times))
  }
  const { lastScaleUp, lastScaleDown } = memory
  return lastScaleUp !== undefined && lastScaleUp > (lastScaleDown ?? 0) ? lastScaleUp : undefined
}
