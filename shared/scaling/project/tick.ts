import {
  type Action,
  type Applied,
  type Due,
  dueTransition,
  nextTransitions,
  type Transition,
} from '../../schedule/index.ts'
import type { CallOptions } from '../cluster/cluster.ts'
import { kindNames } from '../cluster/kinds.ts'
import { namespaceRefOf } from '../cluster/namespace.ts'
import { objectRefOf, type Workload } from '../cluster/workload.ts'
import { messageOf } from '../errors.ts'
import type { Scaling } from '../scaling.ts'
import { decideRestore, skip } from '../workload/decide.ts'
import { asleepSelector, readRecord } from '../workload/record.ts'
import { forEachAdaptively } from './adaptivePool.ts'
import { namespaceAnnotations, type Project, type ProjectSettings, resolveProjects } from './project.ts'
import { announceSweep, applyOne, failed, maxConcurrency, type SweepOutcome, sweepProject } from './sweep.ts'
import { readUnfinished, writeUnfinished } from './unfinished.ts'

/** One run of a timer. It is a hint that time has passed: what is due is decided here, so late or twice is harmless. */
export interface TickRequest extends CallOptions {
  projects: ProjectSettings[]
  now: Date
  /** Change nothing, and tell what would change. */
  dryRun: boolean
  /** Told as a sweep goes on. */
  onProgress?(progress: { project: string; done: number; total: number }): void
}

/** What a tick did for one project, or for the workloads that had a wake-up time of their own. */
export interface TickResult {
  project: string | undefined
  due: Due['kind']
  outcomes: SweepOutcome[]
  /** What somebody wrote that cannot be used. */
  faults: string[]
  /** Why the project could not be dealt with at all. */
  error: string | undefined
}

const actor = 'schedule'
const { asleepSince, unfinished } = namespaceAnnotations
const lastAnnotation: Record<Action, string> = {
  'scale-down': namespaceAnnotations.lastScaleDown,
  'scale-up': namespaceAnnotations.lastScaleUp,
}

/**
 * Applies the transitions of one direction that are due, project after project; a failure of one does not touch the
 * others. A transition is recorded last and only when all of it is done; else what is left of it is, so that the next
 * tick finishes that and nothing else.
 * @throws ScalingError when the namespaces cannot be listed
 */
export async function applyDueTransitions(
  scaling: Scaling,
  action: Action,
  request: TickRequest,
): Promise<TickResult[]> {
  const startedAt = scaling.elapsed()
  const timeNow = () => new Date(request.now.getTime() + scaling.elapsed() - startedAt)
  const look = async (now: Date) => {
    const namespaces = await scaling.cluster.listNamespaces(request)
    return { now, projects: resolveProjects(request.projects, namespaces, now) }
  }
  let seen = await look(request.now)
  // While one project is swept, somebody may exclude the next one, and another host may apply its transition.
  let isOutdated = false
  const results: TickResult[] = []
  for (const { name, faults } of seen.projects) {
    const find = () => seen.projects.find((project) => project.name === name)
    try {
      let project = find()
      if (isOutdated && project && dueFor(action, project, seen.now).kind !== 'none') {
        seen = await look(timeNow())
        isOutdated = false
        project = find()
      }
      if (project === undefined) continue
      const result = await applyToProject(scaling, action, { ...request, now: seen.now, timeNow, project })
      results.push(result)
      if (result.due === 'apply') isOutdated = true
    } catch (error) {
      results.push({ project: name, due: 'none', outcomes: [], faults, error: messageOf(error) })
      isOutdated = true
    }
  }
  return results
}

/** What is due for the timer of this direction. */
function dueFor(action: Action, { schedule, applied, excluded }: Project, now: Date): Due {
  const due: Due = schedule === undefined ? { kind: 'none' } : dueTransition(schedule, { now, applied })
  // Both timers look at every project, so what is to be told or recorded once is one's.
  if (due.kind === 'record') return action === 'scale-down' ? due : { kind: 'none' }
  if (due.kind === 'none' || due.transition.action !== action) return { kind: 'none' }
  // A project that is left out misses what falls into that time.
  return excluded !== undefined && action === 'scale-down' ? { ...due, kind: 'skip' } : due
}

interface ProjectTick extends TickRequest {
  project: Project
  /** Goes on while `now` stays. */
  timeNow(): Date
}

async function applyToProject(scaling: Scaling, action: Action, tick: ProjectTick): Promise<TickResult> {
  const { project, now, timeNow, dryRun } = tick
  const tells = action === 'scale-down'
  if (tells) await reportFaults(scaling, tick)
  const due = dueFor(action, project, now)
  const result: TickResult = {
    project: project.name,
    due: due.kind,
    outcomes: [],
    faults: tells ? project.faults : [],
    error: undefined,
  }
  if (due.kind === 'none') return result
  if (due.kind === 'record') {
    if (!dryRun) await remember(scaling, tick, applied(due.applied))
    return result
  }
  const { at } = due.transition
  if (due.kind === 'skip') {
    // Recorded as if applied, so that it is told once and is over.
    if (!dryRun) await remember(scaling, tick, doneWith(due.transition, { asleepSince: undefined }))
    return result
  }
  const next = project.schedule && nextTransitions(project.schedule, now)['scale-up']
  const isOver = () => action === 'scale-down' && next !== undefined && timeNow() >= next
  const sweep = {
    project,
    action,
    actor,
    now,
    dryRun,
    signal: tick.signal,
    transition: at,
    isOver,
    // A retry finishes what the first attempt could not do, and leaves all else as people have it by now.
    isAbout: readUnfinished(project.namespaces[0]?.annotations[unfinished], at),
    reason: `${action} of the schedule at ${at.toISOString()}`,
    onProgress: (progress: { done: number; total: number }) =>
      tick.onProgress?.({ project: project.name, ...progress }),
  }
  const outcomes = await sweepProject(scaling, sweep)
  announceSweep(scaling, sweep, outcomes)
  if (dryRun) return { ...result, outcomes }
  if (isOver()) {
    // The other timer may have woken the project before the last of these writes.
    const woken = await applyToProject(scaling, 'scale-up', { ...tick, now: timeNow() })
    return { ...result, outcomes: [...outcomes, ...woken.outcomes], error: woken.error }
  }
  const left = outcomes.filter((outcome) => outcome.result === 'failed').map(({ ref }) => ref)
  const memory =
    left.length > 0
      ? { [unfinished]: writeUnfinished(at, left) }
      : doneWith(due.transition, { asleepSince: action === 'scale-down' ? now : undefined })
  // What was done is worth telling also when it cannot be remembered.
  const error = await remember(scaling, tick, memory).then(() => undefined, messageOf)
  return { ...result, outcomes, error }
}

function remember(
  scaling: Scaling,
  { project, signal }: ProjectTick,
  annotations: Record<string, string | undefined>,
): Promise<void> {
  const [home] = project.namespaces
  if (home === undefined) return Promise.resolve()
  return scaling.cluster.annotateNamespace(home.name, annotations, { signal })
}

/** The annotations that say which transitions are done with. */
const applied = (times: Applied): Record<string, string> =>
  Object.fromEntries(Object.entries(times).map(([action, at]) => [lastAnnotation[action as Action], at.toISOString()]))

/** The annotations of a project whose transition needs no more attempt. */
const doneWith = ({ action, at }: Transition, since: { asleepSince: Date | undefined }) => ({
  ...applied({ [action]: at }),
  [asleepSince]: since.asleepSince?.toISOString(),
  [unfinished]: undefined,
})

/** Tells a fault by an Event when it is new, and remembers that it was told. */
async function reportFaults(scaling: Scaling, { project, now, dryRun, signal }: ProjectTick): Promise<void> {
  const [home] = project.namespaces
  const fault = project.faults.length === 0 ? undefined : project.faults.join('; ')
  const key = namespaceAnnotations.reportedFault
  if (home === undefined || dryRun || home.annotations[key] === fault) return
  await scaling.cluster.annotateNamespace(home.name, { [key]: fault }, { signal })
  if (fault === undefined) return
  const type = 'Warning' as const
  const event = { about: namespaceRefOf(home), type, reason: 'ScheduleFault', message: fault, at: now }
  scaling.afterwards(() => scaling.cluster.createEvent(event))
}

/**
 * Wakes every workload whose own wake-up time has come. The server finds the sleepers, so an idle run costs one LIST for
 * each kind.
 */
export async function applyScheduledScaleUps(scaling: Scaling, tick: TickRequest): Promise<TickResult> {
  const { now, dryRun, signal } = tick
  const outcomes: SweepOutcome[] = []
  const isDue = (workload: Workload) => {
    const wakeAt = readRecord(workload)?.scheduledScaleUp
    return wakeAt !== undefined && Date.parse(wakeAt) <= now.getTime()
  }
  // Asked again after a conflict: somebody may have put off the time meanwhile.
  const decide = (workload: Workload) =>
    isDue(workload) ? decideRestore(workload) : skip(workload, 'not due any more')

  const wake = async (listed: Workload) => {
    const { outcome, hasAsked } = await applyOne(scaling, { signal, dryRun }, { listed, decide })
    outcomes.push(outcome)
    if (outcome.result === 'changed' && !dryRun) {
      const message = `Scaled from 0 to ${outcome.targetReplicas} replicas by ${actor}: its wake-up time has come`
      const event = { about: objectRefOf(listed), type: 'Normal' as const, reason: 'Restored', message, at: now }
      scaling.afterwards(() => scaling.cluster.createEvent(event))
    }
    return hasAsked
  }

  for (const kind of kindNames) {
    try {
      const sleepers = await scaling.cluster.listWorkloads({ kind, labelSelector: asleepSelector }, { signal })
      await forEachAdaptively(sleepers.filter(isDue), wake, { max: maxConcurrency, elapsed: scaling.elapsed })
    } catch (error) {
      outcomes.push(failed({ kind, namespace: '*', name: '*' }, error))
    }
  }
  return { project: undefined, due: outcomes.length > 0 ? 'apply' : 'none', outcomes, faults: [], error: undefined }
}
