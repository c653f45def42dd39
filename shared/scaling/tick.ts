import { type Action, type Due, dueTransition } from '../schedule/index.ts'
import { forEachAdaptively } from './adaptivePool.ts'
import { applyDecision } from './applyDecision.ts'
import { type CallOptions, namespaceRefOf } from './cluster.ts'
import { decideRestore } from './decide.ts'
import { messageOf } from './errors.ts'
import { kindNames } from './kinds.ts'
import { outcomeOf } from './outcome.ts'
import { namespaceAnnotations, type Project, type ProjectSettings, resolveProjects } from './project.ts'
import { asleepSelector, readRecord } from './record.ts'
import type { Scaling } from './scaling.ts'
import { announceSweep, failed, maxConcurrency, type SweepOutcome, skip, sweepProject } from './sweep.ts'
import { objectRefOf, type Workload } from './workload.ts'

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
const { asleepSince } = namespaceAnnotations
const lastAnnotation: Record<Action, string> = {
  'scale-down': namespaceAnnotations.lastScaleDown,
  'scale-up': namespaceAnnotations.lastScaleUp,
}

/**
 * Applies the transitions of one direction that are due, project after project; a failure of one does not touch the
 * others. A transition is recorded last and only when all of it is done, so that the next tick finishes the rest.
 * @throws ScalingError when the namespaces cannot be listed
 */
export async function applyDueTransitions(
  scaling: Scaling,
  action: Action,
  request: TickRequest,
): Promise<TickResult[]> {
  const namespaces = await scaling.cluster.listNamespaces(request)
  const results: TickResult[] = []
  for (const project of resolveProjects(request.projects, namespaces, request.now)) {
    try {
      results.push(await applyToProject(scaling, action, { ...request, project }))
    } catch (error) {
      const { name, faults } = project
      results.push({ project: name, due: 'none', outcomes: [], faults, error: messageOf(error) })
    }
  }
  return results
}

type ProjectTick = TickRequest & { project: Project }

async function applyToProject(scaling: Scaling, action: Action, tick: ProjectTick): Promise<TickResult> {
  const { project, now, dryRun } = tick
  // Both timers look at every project, so what is to be told or recorded once is one's.
  const tells = action === 'scale-down'
  if (tells) await reportFaults(scaling, tick)
  const nothing: TickResult = {
    project: project.name,
    due: 'none',
    outcomes: [],
    faults: tells ? project.faults : [],
    error: undefined,
  }
  if (project.schedule === undefined) return nothing
  const due = dueTransition(project.schedule, { now, applied: project.applied })
  if (due.kind === 'none') return nothing
  if (due.kind === 'record') {
    if (!tells) return nothing
    const { 'scale-down': down, 'scale-up': up } = due.applied
    if (!dryRun) await remember(scaling, tick, applied({ 'scale-down': down, 'scale-up': up }))
    return { ...nothing, due: 'record' }
  }
  // The other direction is the other timer's, and a project that is left out misses what falls into that time.
  if (due.transition.action !== action) return nothing
  const { at } = due.transition
  if (due.kind === 'skip' || (project.excluded !== undefined && action === 'scale-down')) {
    // Recorded as if applied, so that it is told once and is over.
    if (!dryRun) await remember(scaling, tick, { ...applied({ [action]: at }), [asleepSince]: undefined })
    return { ...nothing, due: 'skip' }
  }
  const sweep = {
    project,
    action,
    actor,
    now,
    dryRun,
    signal: tick.signal,
    isScheduled: true,
    reason: `${action} of the schedule at ${at.toISOString()}`,
    onProgress: (progress: { done: number; total: number }) =>
      tick.onProgress?.({ project: project.name, ...progress }),
  }
  const outcomes = await sweepProject(scaling, sweep)
  announceSweep(scaling, sweep, outcomes)
  if (!dryRun && outcomes.every(({ result }) => result !== 'failed')) {
    const since = action === 'scale-down' ? now.toISOString() : undefined
    await remember(scaling, tick, { ...applied({ [action]: at }), [asleepSince]: since })
  }
  return { ...nothing, due: 'apply', outcomes }
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
const applied = (times: Partial<Record<Action, Date>>): Record<string, string> =>
  Object.fromEntries(Object.entries(times).map(([action, at]) => [lastAnnotation[action as Action], at.toISOString()]))

/** Tells a fault by an Event when it is new, and remembers that it was told. */
async function reportFaults(scaling: Scaling, { project, now, dryRun, signal }: ProjectTick): Promise<void> {
  const [home] = project.namespaces
  const fault = project.faults.length === 0 ? undefined : project.faults.join('; ')
  const key = namespaceAnnotations.reportedFault
  if (home === undefined || dryRun || home.annotations[key] === fault) return
  await scaling.cluster.annotateNamespace(home.name, { [key]: fault }, { signal })
  if (fault === undefined) return
  const event = {
    about: namespaceRefOf(home),
    type: 'Warning' as const,
    reason: 'ScheduleFault',
    message: fault,
    at: now,
  }
  scaling.afterwards(() => scaling.cluster.createEvent(event))
}

/**
 * Wakes every workload whose own wake-up time has come. The server finds the sleepers, so an idle run costs one LIST for
 * each kind.
 */
export async function applyScheduledScaleUps(scaling: Scaling, tick: TickRequest): Promise<TickResult> {
  const { now, dryRun, signal } = tick
  const outcomes: SweepOutcome[] = []
  const isDue = ({ annotations }: Workload) => {
    const wakeAt = readRecord(annotations)?.scheduledScaleUp
    return wakeAt !== undefined && Date.parse(wakeAt) <= now.getTime()
  }
  // Asked again after a conflict: somebody may have put off the time meanwhile.
  const decide = (workload: Workload) =>
    isDue(workload) ? decideRestore(workload) : skip(workload, 'not due any more')

  const wake = async (listed: Workload) => {
    try {
      const { workload, decision } = await applyDecision(scaling, { ref: listed.ref, listed, decide, signal, dryRun })
      outcomes.push(outcomeOf(workload, decision))
      if (decision.result !== 'changed' || dryRun) return true
      const message = `Scaled from 0 to ${decision.wanted?.replicas} replicas by ${actor}: its wake-up time has come`
      const event = { about: objectRefOf(workload), type: 'Normal' as const, reason: 'Restored', message, at: now }
      scaling.afterwards(() => scaling.cluster.createEvent(event))
    } catch (error) {
      outcomes.push(failed(listed.ref, error))
    }
    return true
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
