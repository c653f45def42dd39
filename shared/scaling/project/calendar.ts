import {
  dueTransition,
  first,
  lastApplied,
  midnightOf,
  type PlannedTransition,
  transitionsBetween,
} from '../../schedule/index.ts'
import { exclusionOf } from '../workload/refusals/exclusion.ts'
import { appliedOf } from './memory.ts'
import type { Project } from './project.ts'

/** A time in which a project sleeps or is awake, as its schedule has it. */
export interface Interval {
  state: 'asleep' | 'awake'
  from: Date
  to: Date
}

/** The transitions of a project from now on, and the intervals from the one that it is in. */
export interface ProjectCalendar {
  /** The beginning of the day that it is, in the zone of the project. */
  from: Date
  /**
   * The end of an hour, so that a calendar that nobody changes stays the same for an hour. Earlier than asked for where
   * there are more transitions than anybody reads.
   */
  to: Date
  transitions: PlannedTransition[]
  intervals: Interval[]
}

const hourMs = 60 * 60 * 1000
const dayMs = 24 * hourMs

/** Cron lines of every minute have thousands in a day. */
const mostTransitions = 1000

/** Why a scale-down of this time does not touch a project that somebody has excluded; undefined when it does. */
export const excludedAt = ({ home, zone }: Pick<Project, 'home' | 'zone'>, at: Date): string | undefined =>
  exclusionOf(home.annotations, { now: at, zone })?.why

interface Asked {
  now: Date
  days: number
  tickMs?: number
  /** What its workloads say, where they were read. */
  seen?: { asleepSince: Date | undefined } | undefined
}

/**
 * The calendar of a project. It begins with the transition that the next tick applies, if one is due. It holds for as long
 * as nobody changes anything, and while the timers run.
 */
export function calendarOf(project: Project, { now, days, tickMs = 0, seen }: Asked): ProjectCalendar {
  const { zone } = project
  const from = new Date(zone.instantOf(midnightOf(zone, now.getTime())))
  const end = new Date(Math.ceil(now.getTime() / hourMs) * hourMs + days * dayMs)
  const transitions: PlannedTransition[] = []
  let to = end
  for (const transition of ahead(project, { now, to: end, tickMs })) {
    if (transitions.length === mostTransitions) {
      to = transition.at
      break
    }
    transitions.push(transition)
  }
  return { from, to, transitions, intervals: intervalsOf(project, transitions, { from, now, to, seen }) }
}

function* ahead(
  project: Project,
  { now, to, tickMs }: { now: Date; to: Date; tickMs: number },
): Generator<PlannedTransition> {
  const { schedule, exceptions, memory } = project
  if (schedule === undefined) return
  const applied = appliedOf(memory)
  const due = dueTransition(schedule, exceptions, { now, applied, tickMs })
  const isDue = due.kind === 'apply' || due.kind === 'late' || due.kind === 'skip'
  const newest = isDue && first(transitionsBetween(schedule, exceptions, { to: now, acting: true, newestFirst: true }))
  if (newest) {
    yield excluding(project, due.kind === 'skip' ? { ...newest, acts: false, because: due.why } : newest)
  }
  const last = isDue ? due.transition.at : lastApplied(applied)
  for (const transition of transitionsBetween(schedule, exceptions, { from: now, to })) {
    // A suspension that ends has nothing to make up for.
    const isDone = last !== undefined && transition.wantedAt !== undefined && transition.wantedAt <= last
    if (!isDone) yield excluding(project, transition)
  }
}

function excluding(project: Project, transition: PlannedTransition): PlannedTransition {
  if (!transition.acts || transition.action === 'scale-up') return transition
  const why = excludedAt(project, transition.at)
  return why === undefined ? transition : { ...transition, acts: false, because: why }
}

/** How a project is now: as its workloads are or a request keeps it, otherwise as the timers have left it. */
function stateOf({ memory, exceptions: { hold } }: Project, { now, seen }: Around): Interval['state'] {
  if (seen?.asleepSince !== undefined) return 'asleep'
  const isHeld = hold !== undefined && hold.untilMs > now.getTime()
  if (isHeld) return hold.actions.includes('scale-down') ? 'awake' : 'asleep'
  return seen === undefined && memory.asleepSince !== undefined ? 'asleep' : 'awake'
}

/** Since when it is so, where that is remembered. */
function sinceOf(state: Interval['state'], { memory }: Project, { seen }: Around): Date | undefined {
  const { lastScaleDown, lastScaleUp } = memory
  if (state === 'asleep') return seen?.asleepSince ?? memory.asleepSince
  return lastScaleUp !== undefined && lastScaleUp > (lastScaleDown ?? 0) ? lastScaleUp : undefined
}

interface Around {
  now: Date
  from: Date
  to: Date
  seen: Asked['seen']
}

function intervalsOf(project: Project, transitions: PlannedTransition[], around: Around): Interval[] {
  const { now, from, to } = around
  const state = stateOf(project, around)
  const since = sinceOf(state, project, around) ?? new Date(Math.floor(now.getTime() / hourMs) * hourMs)
  const intervals: Interval[] = [{ state, from: since < from ? from : since, to }]
  for (const { at, action, acts } of transitions) {
    const next = action === 'scale-down' ? 'asleep' : 'awake'
    const current = intervals.at(-1)
    if (!acts || current === undefined || current.state === next) continue
    const begin = at < now ? now : at
    current.to = begin
    intervals.push({ state: next, from: begin, to })
  }
  return intervals.filter((one) => one.from < one.to)
}
