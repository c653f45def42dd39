import { type Action, cut, type Transition } from '../../../schedule/index.ts'
import type { WriteOptions } from '../../cluster/cluster.ts'
import { kindNames, kinds, type WorkloadKind } from '../../cluster/kinds.ts'
import { describeWorkload, type Workload, type WorkloadRef } from '../../cluster/workload.ts'
import { orphaned, recordFault } from '../../events.ts'
import type { Fault } from '../../observation.ts'
import type { Scaling } from '../../scaling.ts'
import { applyDecision, type Decide } from '../../workload/applyDecision.ts'
import { decideRestore, decideScaleToZero, skip } from '../../workload/decide.ts'
import { giveBackAfterwards, owesAfter } from '../../workload/giveBack.ts'
import { createOrphans, type Orphans, orphanFault } from '../../workload/orphans.ts'
import { observeScaled } from '../../workload/outcome.ts'
import { partnersAmong } from '../../workload/pair.ts'
import { asleepSelector, readRecord, recordFaultOf } from '../../workload/record/record.ts'
import { faultOfSleeper, faultsOfWorkloads, named } from '../faults.ts'
import type { NodeCount } from '../history/nights.ts'
import { leftOut } from '../leftOut.ts'
import type { Project } from '../project.ts'
import { observeFaults } from '../reportFaults.ts'
import { forEachAdaptively } from './adaptivePool.ts'
import { failed, failuresOf, type SweepOutcome } from './sweepOutcome.ts'

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
  /** Why a scale-down leaves a workload as it is; undefined when it does not. It is asked again after a conflict. */
  spare?: ((workload: Workload) => string | undefined) | undefined
  /** The nodes that the project had when its scale-down was due; undefined where nobody knows. */
  nodes?: NodeCount[] | undefined
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

/** The kinds that can be of a pair, which a scale-down reads together. */
const paired: WorkloadKind[] = ['Deployment', 'StatefulSet', 'ScaledObject']

/**
 * Sweeps a project: paged LISTs, and one PATCH for each workload that changes. One failure never stops the others;
 * repeating the sweep does the rest.
 *
 * A target sleeps right before the ScaledObject that scales it, so that its replicas are recorded before KEDA puts it to
 * zero. KEDA may raise it in between, and then puts it to zero again. After a kill in between it is raised, and the next
 * attempt finds the pair awake. Targets wake before their ScaledObjects, since KEDA would set another number.
 */
export async function sweepProject(scaling: Scaling, request: SweepRequest): Promise<Sweep> {
  const { project, action, ending, isAbout = () => true } = request
  const startedAt = scaling.now()
  const outcomes: SweepOutcome[] = []
  const left: WorkloadRef[] = []
  const faults: Fault[] = []
  const owing: WorkloadRef[] = []
  const orphans = createOrphans(scaling.cluster, request)
  let total = 0
  for (const phase of action === 'scale-down' ? [kindNames] : [driven, drivers]) {
    const listings = listingsOf(phase, request)
    if (ending?.aborted) {
      left.push(...listings)
      continue
    }
    const workloads: Workload[] = []
    const unread = new Map<string, unknown>()
    await Promise.all(
      listings.map(async (listing) => {
        const { kind, namespace } = listing
        // Only sleepers can be woken, and the server finds them for us.
        const labelSelector = action === 'scale-up' ? asleepSelector : undefined
        try {
          workloads.push(...(await scaling.cluster.listWorkloads({ kind, namespace, labelSelector }, request)))
        } catch (error) {
          outcomes.push(failed(listing, error))
          unread.set(describeWorkload(listing), error)
        }
      }),
    )
    const groups = groupsOf(workloads, action).filter((group) => group.some(({ ref }) => isAbout(ref)))
    total += groups.flat().length
    faults.push(...faultsOfWorkloads(groups.flat(), request.now))

    /** Does one workload, and tells whether its group can go on. */
    const sweepOne = async (listed: Workload, decide: Decide) => {
      const { outcome, workload, hasAsked } = await applyOne(scaling, request, { listed, decide })
      outcomes.push(outcome)
      observeScaled(scaling, outcome, { ...request, project: project.name })
      if (action === 'scale-up') announceRecordFault(scaling, request, listed)
      if (outcome.result === 'orphaned') {
        faults.push(orphanFault(workload, outcome.why ?? ''))
        announceOrphan(scaling, request, { workload, why: outcome.why ?? '' })
      }
      if (outcome.result !== 'failed' && owesAfter(workload, outcome)) owing.push(listed.ref)
      request.onProgress?.({ done: outcomes.length, total })
      return { workload, hasAsked, error: outcome.result === 'failed' ? outcome.error : undefined }
    }
    const sweepGroup = async (group: Workload[]) => {
      if (ending?.aborted) {
        left.push(...group.map(({ ref }) => ref))
        return false
      }
      let [hasAskedAny, failure] = [false, unreadTarget(group, unread)]
      // Each is decided on what its partners were when they were last read.
      const current = [...group]
      for (const [index, listed] of group.entries()) {
        if (failure !== undefined) {
          outcomes.push(failed(listed.ref, failure))
          continue
        }
        const partners = index === 0 ? current.slice(1) : current.slice(0, 1)
        const decide = action === 'scale-up' ? decideWake(request, orphans) : decideSleep(request, partners)
        const { workload, hasAsked, error } = await sweepOne(listed, decide)
        current[index] = workload
        hasAskedAny ||= hasAsked
        failure = error
      }
      return hasAskedAny
    }
    await forEachAdaptively(groups, sweepGroup, { max: maxConcurrency, now: scaling.now })
  }
  if (!request.dryRun) giveBackAfterwards(scaling, owing)
  observeSwept(scaling, outcomes, { ...request, project: project.name, startedAt })
  return { outcomes, left, faults: named(project.name, [...faults, ...orphans.faults()]) }
}

/** The listings of some kinds, each with the name `*`: those that the request is about, and those of their partners. */
function listingsOf(
  kindsOfPhase: WorkloadKind[],
  { project, action, isAbout = () => true }: SweepRequest,
): WorkloadRef[] {
  return project.namespaces.flatMap(({ name: namespace }) => {
    const listings = kindsOfPhase.map((kind) => ({ kind, namespace, name: '*' }))
    const wanted = listings.filter(isAbout)
    const needsPartners = action === 'scale-down' && wanted.some(({ kind }) => paired.includes(kind))
    return listings.filter((listing) => wanted.includes(listing) || (needsPartners && paired.includes(listing.kind)))
  })
}

/**
 * What is swept in one go, one after the other: for a scale-down a target and then its ScaledObjects. What makes others
 * run comes before the rest.
 */
function groupsOf(workloads: Workload[], action: Action): Workload[][] {
  if (action === 'scale-up') return workloads.map((workload) => [workload])
  const partnersOf = partnersAmong(workloads)
  const groups = workloads.flatMap((workload) => {
    const partners = partnersOf(workload)
    if (workload.scaleTarget === undefined) return [[workload, ...partners]]
    return partners.length === 0 ? [[workload]] : []
  })
  const [first, rest] = [groups.filter(drivesOthers), groups.filter((group) => !drivesOthers(group))]
  return [...first, ...rest]
}

const drivesOthers = (group: Workload[]): boolean => group.some(({ ref }) => kinds[ref.kind].drivesOthers)

/** The failure to read what a ScaledObject scales. Nobody knows whether that may be put to zero. */
const unreadTarget = ([first]: Workload[], unread: Map<string, unknown>): unknown =>
  first?.scaleTarget && unread.get(`${first.scaleTarget.kind} ${first.ref.namespace}/*`)

/** Tells of a sleeper that cannot be woken, as nothing else says it to the people whose workload it is. */
function announceRecordFault(scaling: Scaling, { project, now: at, dryRun }: SweepRequest, sleeper: Workload): void {
  const found = faultOfSleeper(sleeper)
  if (found === undefined || dryRun) return
  observeFaults(scaling, project, [found.fault])
  scaling.afterwards(() => scaling.cluster.createEvent({ ...recordFault(sleeper, found.why), at }))
}

/** Tells of a sleeper that Git does not have any more, to the people whose workload it is. */
function announceOrphan(
  scaling: Scaling,
  { now: at, dryRun }: SweepRequest,
  { workload, why }: { workload: Workload; why: string },
): void {
  if (!dryRun) scaling.afterwards(() => scaling.cluster.createEvent({ ...orphaned(workload, why), at }))
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

/** Applies a decision to a workload that was listed just now. Never rejects. */
export async function applyOne(
  scaling: Scaling,
  { signal, dryRun }: WriteOptions,
  { listed, decide }: { listed: Workload; decide: Decide },
): Promise<{ outcome: SweepOutcome; workload: Workload; hasAsked: boolean }> {
  try {
    return await applyDecision(scaling, { ref: listed.ref, listed, decide, signal, dryRun })
  } catch (error) {
    return { outcome: failed(listed.ref, error), workload: listed, hasAsked: true }
  }
}

function decideSleep(request: SweepRequest, partners: Workload[]): Decide {
  const { project, reason, scheduledScaleUp, actor, now, transition } = request
  return (workload) => {
    if (request.isOver?.()) return skip(workload, 'the scale-up is due')
    const left = leftOut(workload, partners, request)
    if (left !== undefined) return skip(workload, left.why)
    const spared = request.spare?.(workload)
    if (spared !== undefined) return skip(workload, spared)
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

function decideWake({ actor, transition, now }: SweepRequest, { unlessOrphaned }: Orphans): Decide {
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
    return unlessOrphaned(workload, decideRestore(workload, { actor, now }))
  }
}
