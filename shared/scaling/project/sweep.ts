import { type Action, cut, type Transition } from '../../schedule/index.ts'
import type { CallOptions, WriteOptions } from '../cluster/cluster.ts'
import { kindNames, kinds } from '../cluster/kinds.ts'
import type { Workload, WorkloadRef } from '../cluster/workload.ts'
import { ScalingError } from '../errors.ts'
import { projectSwept, recordFault } from '../events.ts'
import type { Fault } from '../observation.ts'
import type { Scaling } from '../scaling.ts'
import { applyDecision } from '../workload/applyDecision.ts'
import { type Decision, decideRestore, decideScaleToZero, skip } from '../workload/decide.ts'
import { observeScaled } from '../workload/outcome.ts'
import { asleepSelector, readRecord, recordFaultOf } from '../workload/record.ts'
import { forEachAdaptively } from './adaptivePool.ts'
import { faultOfSleeper, faultsOfWorkloads, named } from './faults.ts'
import { leftOut, leftOutByTarget } from './leftOut.ts'
import type { Project } from './project.ts'
import { observeFaults } from './reportFaults.ts'
import { countResults, describeCounts, failed, failuresOf, type SweepOutcome } from './sweepOutcome.ts'

/** A request to put a whole project to zero, or to wake it. */
export interface SweepRequest extends WriteOptions {
  project: Project
  action: Action
  reason: string
  actor: string
  now: Date
  scheduledScaleUp?: string | undefined
  /**
   * The transition of the schedule that asks for it; absent when a person does. With it, a workload that sleeps already
   * keeps its record, and a workload that somebody put to zero after the transition was due is not woken.
   */
  transition?: Transition
  /** Limits it to some workloads; with the name `*` it answers for a kind in a namespace. Absent, it is about all. */
  isAbout?: ((ref: WorkloadRef) => boolean) | undefined
  /** Whether its time is over. The workloads that have not been put to zero by then are left. */
  isOver?(): boolean
  /** Aborted when the sweep must end. The workloads that have not been begun by then are left. */
  ending?: Pick<AbortSignal, 'aborted'> | undefined
  /** Told after each workload. */
  onProgress?(progress: { done: number; total: number }): void
}

/** The result of a sweep. */
export interface Sweep {
  outcomes: SweepOutcome[]
  /** The workloads, or with the name `*` the listings, that were not begun before the sweep had to end. */
  left: WorkloadRef[]
  /** What is written on the workloads and cannot be used. */
  faults: Fault[]
}

/** As many writes as a server with default limits takes from one client; the pool finds out what is best below. */
export const maxConcurrency = 64

const drivers = kindNames.filter((kind) => kinds[kind].drivesOthers)
const driven = kindNames.filter((kind) => !kinds[kind].drivesOthers)

/**
 * Sweeps a project: paged LISTs, and one PATCH for each workload that changes. The kinds that drive others sleep first and
 * wake last. One failure never stops the others; repeating the sweep does the rest.
 */
export async function sweepProject(scaling: Scaling, request: SweepRequest): Promise<Sweep> {
  const { project, action, ending, isAbout = () => true } = request
  const wake = decideWake(request)
  const decisionOn = async (listed: Workload) =>
    action === 'scale-up' ? wake : decideSleep(request, await targetOf(scaling, listed, request))
  const startedAt = scaling.now()
  const outcomes: SweepOutcome[] = []
  const left: WorkloadRef[] = []
  const faults: Fault[] = []
  let total = 0
  for (const phase of action === 'scale-down' ? [drivers, driven] : [driven, drivers]) {
    const listings = phase
      .flatMap((kind) => project.namespaces.map(({ name }) => ({ kind, namespace: name, name: '*' })))
      .filter(isAbout)
    if (ending?.aborted) {
      left.push(...listings)
      continue
    }
    const workloads: Workload[] = []
    await Promise.all(
      listings.map(async (listing) => {
        const { kind, namespace } = listing
        // Only sleepers can be woken, and the server finds them for us.
        const labelSelector = action === 'scale-up' ? asleepSelector : undefined
        try {
          const listed = await scaling.cluster.listWorkloads({ kind, namespace, labelSelector }, request)
          workloads.push(...listed.filter(({ ref }) => isAbout(ref)))
        } catch (error) {
          outcomes.push(failed(listing, error))
        }
      }),
    )
    total += workloads.length
    faults.push(...faultsOfWorkloads(workloads, request.now))
    const sweepOne = async (listed: Workload) => {
      if (ending?.aborted) {
        left.push(listed.ref)
        return false
      }
      const { outcome, hasAsked } = await applyOne(scaling, request, { listed, decide: decisionOn(listed) })
      outcomes.push(outcome)
      observeScaled(scaling, outcome, { ...request, project: project.name })
      if (action === 'scale-up') announceRecordFault(scaling, request, listed)
      request.onProgress?.({ done: outcomes.length, total })
      return hasAsked
    }
    await forEachAdaptively(workloads, sweepOne, { max: maxConcurrency, now: scaling.now })
  }
  observeSwept(scaling, outcomes, { ...request, project: project.name, startedAt })
  return { outcomes, left, faults: named(project.name, faults) }
}

/** The StatefulSet that a ScaledObject scales and would put to zero, if that is what it scales and it is there. */
async function targetOf({ cluster }: Scaling, listed: Workload, options: CallOptions): Promise<Workload[]> {
  const { ref, scaleTarget, desiredReplicas } = listed
  if (scaleTarget?.kind !== 'StatefulSet' || desiredReplicas === 0) return []
  const target = { kind: 'StatefulSet' as const, namespace: ref.namespace, name: scaleTarget.name }
  const found = await cluster.getWorkload(target, options).catch(nothingIfMissing)
  return found === undefined ? [] : [found]
}

function nothingIfMissing(error: unknown): undefined {
  if (!(error instanceof ScalingError && error.code === 'workload-not-found')) throw error
}

/** Tells of a sleeper that cannot be woken, as nothing else says it to the people whose workload it is. */
function announceRecordFault(scaling: Scaling, { project, now: at, dryRun }: SweepRequest, sleeper: Workload): void {
  const found = faultOfSleeper(sleeper)
  if (found === undefined || dryRun) return
  observeFaults(scaling, project, [found.fault])
  scaling.afterwards(() => scaling.cluster.createEvent({ ...recordFault(sleeper, found.why), at }))
}

/** Tells that a sweep has ended, how long it took, and what failed. */
export function observeSwept(
  { observe, now }: Scaling,
  outcomes: SweepOutcome[],
  { dryRun, project, action, startedAt }: WriteOptions & Pick<SweepRequest, 'action'> & Swept,
): void {
  if (dryRun) return
  const seconds = (now().getTime() - startedAt.getTime()) / 1000
  observe?.({ what: 'swept', project, action, seconds, failures: failuresOf(outcomes) })
}

interface Swept {
  project: string | undefined
  startedAt: Date
}

type Decide = (workload: Workload) => Decision

/** Applies a decision to a workload that was listed just now. Never rejects. */
export async function applyOne(
  scaling: Scaling,
  { signal, dryRun }: WriteOptions,
  { listed, decide }: { listed: Workload; decide: Decide | Promise<Decide> },
): Promise<{ outcome: SweepOutcome; hasAsked: boolean }> {
  try {
    return await applyDecision(scaling, { ref: listed.ref, listed, decide: await decide, signal, dryRun })
  } catch (error) {
    return { outcome: failed(listed.ref, error), hasAsked: true }
  }
}

function decideSleep(request: SweepRequest, targets: Workload[]): Decide {
  const { project, reason, scheduledScaleUp, actor, now, transition } = request
  return (workload) => {
    if (request.isOver?.()) return skip(workload, 'the scale-up is due')
    const left = leftOut(workload, project, now) ?? leftOutByTarget(workload, targets)
    if (left !== undefined) return skip(workload, left.why)
    if (transition !== undefined && workload.desiredReplicas === 0) {
      const record = readRecord(workload)
      if (record !== undefined) {
        return { result: 'already', wanted: { replicas: 0, record }, previousReplicas: record.originalReplicas }
      }
    }
    const { lastScaleUp } = project.memory
    return decideScaleToZero(workload, { reason, scheduledScaleUp, scope: 'project', actor, now, lastScaleUp })
  }
}

function decideWake({ actor, transition, now }: SweepRequest): Decide {
  return (workload) => {
    const record = readRecord(workload)
    // One that somebody has woken keeps its replicas, and its record of that night ends with the night.
    if (record?.scope === 'workload' && workload.desiredReplicas === 0) {
      return skip(workload, 'put to zero by name, so it wakes by name')
    }
    if (workload.desiredReplicas === 0 && record === undefined) {
      return skip(workload, recordFaultOf(workload) ?? 'it is not asleep by this service any more')
    }
    // A late or repeated attempt must not undo a request that somebody made meanwhile.
    const scaledAt = Date.parse(record?.scaledAt ?? '')
    // A time to come is a claim that nobody can have made true: it would keep the workload asleep for ever.
    const isSince = transition && scaledAt > transition.at.getTime() && scaledAt <= now.getTime()
    if (record && isSince && record.scaledBy !== actor) {
      return skip(workload, `put to zero by ${cut(record.scaledBy, 100)} after this scale-up was due`)
    }
    return decideRestore(workload, { actor, now })
  }
}

/** Writes one Event with the counts on the project's home, after the sweep; none when nothing changed. */
export function announceSweep(
  scaling: Scaling,
  request: SweepRequest,
  { outcomes, left }: Omit<Sweep, 'faults'>,
): void {
  const { project, action, actor, reason: why, now: at } = request
  const { changed, failed } = countResults(outcomes)
  if (request.dryRun || !(changed || failed)) return
  const counts = describeCounts(outcomes)
  const event = projectSwept(project.home, {
    action,
    counts: left.length === 0 ? counts : `${counts}, and the rest is left to the next tick,`,
    hasFailed: failed !== undefined || left.length > 0,
    actor,
    why,
  })
  scaling.afterwards(() => scaling.cluster.createEvent({ ...event, at }))
}
