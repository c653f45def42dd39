import type { Action } from '../../schedule/index.ts'
import type { WriteOptions } from '../cluster/cluster.ts'
import { kindNames, kinds } from '../cluster/kinds.ts'
import { namespaceRefOf } from '../cluster/namespace.ts'
import type { Workload, WorkloadRef } from '../cluster/workload.ts'
import { messageOf, ScalingError } from '../errors.ts'
import type { Scaling } from '../scaling.ts'
import { applyDecision } from '../workload/applyDecision.ts'
import { type Decision, decideRestore, decideScaleToZero } from '../workload/decide.ts'
import { type Outcome, outcomeOf } from '../workload/outcome.ts'
import { asleepSelector, readRecord } from '../workload/record.ts'
import { forEachAdaptively } from './adaptivePool.ts'
import { leftOut } from './leftOut.ts'
import type { Project } from './project.ts'

/** To put a whole project to zero, or to wake it. */
export interface SweepRequest extends WriteOptions {
  project: Project
  action: Action
  reason: string
  actor: string
  now: Date
  scheduledScaleUp?: string | undefined
  /**
   * When it was due, if it is the schedule's and no person's: then what sleeps already is left with the record that it
   * has, and what somebody has put to zero since then is not woken.
   */
  transition?: Date
  /** Which it is about, and with the name `*` whether it is about any of a kind in a namespace; all when there is none. */
  isAbout?: ((ref: WorkloadRef) => boolean) | undefined
  /** Whether the time for it has passed: what has not been done by then is left. */
  isOver?(): boolean
  /** Told after each workload. */
  onProgress?(progress: { done: number; total: number }): void
}

/** What became of one workload, or, with the name `*`, of the listing of a kind. */
export type SweepOutcome = Outcome | { result: 'failed'; ref: WorkloadRef; why: string; error: unknown }

/** As many writes as a server with default limits takes from one client; the pool finds out what is best below. */
export const maxConcurrency = 64

const drivers = kindNames.filter((kind) => kinds[kind].drivesOthers)
const driven = kindNames.filter((kind) => !kinds[kind].drivesOthers)

/**
 * Sweeps a project: paged LISTs, and one PATCH for each workload that changes. What drives others sleeps first and wakes
 * last. One failure never stops the others; repeating the sweep does what is left.
 */
export async function sweepProject(scaling: Scaling, request: SweepRequest): Promise<SweepOutcome[]> {
  const { project, action, isAbout = () => true } = request
  const decide = action === 'scale-down' ? decideSleep(request) : decideWake(request)
  const outcomes: SweepOutcome[] = []
  let total = 0
  for (const phase of action === 'scale-down' ? [drivers, driven] : [driven, drivers]) {
    const listings = phase
      .flatMap((kind) => project.namespaces.map(({ name }) => ({ kind, namespace: name })))
      .filter((place) => isAbout({ ...place, name: '*' }))
    const workloads: Workload[] = []
    await Promise.all(
      listings.map(async ({ kind, namespace }) => {
        // Only sleepers are to wake, and the server finds them for us.
        const labelSelector = action === 'scale-up' ? asleepSelector : undefined
        try {
          const listed = await scaling.cluster.listWorkloads({ kind, namespace, labelSelector }, request)
          workloads.push(...listed.filter(({ ref }) => isAbout(ref)))
        } catch (error) {
          outcomes.push(failed({ kind, namespace, name: '*' }, error))
        }
      }),
    )
    total += workloads.length
    const sweepOne = async (listed: Workload) => {
      const { outcome, hasAsked } = await applyOne(scaling, request, { listed, decide })
      outcomes.push(outcome)
      request.onProgress?.({ done: outcomes.length, total })
      return hasAsked
    }
    await forEachAdaptively(workloads, sweepOne, { max: maxConcurrency, elapsed: scaling.elapsed })
  }
  return outcomes
}

type Decide = (workload: Workload) => Decision

/** Applies a decision to a workload that was listed just now; one that was deleted since is left out. Never rejects. */
export async function applyOne(
  scaling: Scaling,
  { signal, dryRun }: WriteOptions,
  { listed, decide }: { listed: Workload; decide: Decide },
): Promise<{ outcome: SweepOutcome; hasAsked: boolean }> {
  try {
    const applied = await applyDecision(scaling, { ref: listed.ref, listed, decide, signal, dryRun })
    return { outcome: outcomeOf(applied.workload, applied.decision), hasAsked: applied.hasAsked }
  } catch (error) {
    const isGone = error instanceof ScalingError && error.code === 'workload-not-found'
    const outcome = isGone ? outcomeOf(listed, skip(listed, 'deleted meanwhile')) : failed(listed.ref, error)
    return { outcome, hasAsked: true }
  }
}

/** What could not be done, for the summary, with the error itself for the log. */
export const failed = (ref: WorkloadRef, error: unknown): SweepOutcome => ({
  result: 'failed',
  ref,
  why: messageOf(error),
  error,
})

/** To leave a workload as it is. */
export const skip = (workload: Workload, why: string): Decision => ({
  result: 'skipped',
  wanted: undefined,
  previousReplicas: workload.desiredReplicas,
  why,
})

function decideSleep(request: SweepRequest): Decide {
  const { project, reason, scheduledScaleUp, actor, now, transition } = request
  return (workload) => {
    if (request.isOver?.()) return skip(workload, 'the scale-up is due')
    const left = leftOut(workload, project, now)
    if (left !== undefined) return skip(workload, left.why)
    if (transition !== undefined && workload.desiredReplicas === 0) {
      const record = readRecord(workload)
      if (record !== undefined) {
        return { result: 'already', wanted: { replicas: 0, record }, previousReplicas: record.originalReplicas }
      }
    }
    return decideScaleToZero(workload, { reason, scheduledScaleUp, scope: 'project', actor, now })
  }
}

function decideWake({ actor, transition }: SweepRequest): Decide {
  return (workload) => {
    const record = readRecord(workload)
    if (record?.scope === 'workload') return skip(workload, 'put to zero by name, so it wakes by name')
    if (workload.desiredReplicas === 0 && record === undefined) {
      return skip(workload, 'its annotations and labels do not say how many replicas it had')
    }
    // An attempt that comes late, or once more, does not undo what somebody has asked for meanwhile.
    if (transition && record && record.scaledBy !== actor && Date.parse(record.scaledAt) > transition.getTime()) {
      return skip(workload, `put to zero by ${record.scaledBy} after this scale-up was due`)
    }
    return decideRestore(workload)
  }
}

/** How many came to what, e.g. `{ changed: 12, skipped: 1 }`. */
export function countResults(outcomes: SweepOutcome[]): Partial<Record<SweepOutcome['result'], number>> {
  const counts: Partial<Record<SweepOutcome['result'], number>> = {}
  for (const { result } of outcomes) counts[result] = (counts[result] ?? 0) + 1
  return counts
}

/** Writes one Event with the counts on the project's home, after the sweep. */
export function announceSweep(scaling: Scaling, request: SweepRequest, outcomes: SweepOutcome[]): void {
  const [home] = request.project.namespaces
  const counts = countResults(outcomes)
  if (home === undefined || request.dryRun || !(counts.changed || counts.failed)) return
  const said = Object.entries(counts).map(([result, count]) => `${count} ${result}`)
  scaling.afterwards(() =>
    scaling.cluster.createEvent({
      about: namespaceRefOf(home),
      type: counts.failed ? 'Warning' : 'Normal',
      reason: request.action === 'scale-down' ? 'ScaledToZero' : 'Restored',
      message: `${said.join(', ')} by ${request.actor}: ${request.reason}`,
      at: request.now,
    }),
  )
}
