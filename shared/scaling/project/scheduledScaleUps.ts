import { kindNames } from '../cluster/kinds.ts'
import type { Workload, WorkloadRef } from '../cluster/workload.ts'
import { workloadScaled } from '../events.ts'
import type { Scaling } from '../scaling.ts'
import { decideRestore, skip } from '../workload/decide.ts'
import { asleepSelector, readRecord } from '../workload/record.ts'
import { forEachAdaptively } from './adaptivePool.ts'
import { applyOne, failed, maxConcurrency, type SweepOutcome } from './sweep.ts'
import { scheduleActor, type TickRequest, type TickResult } from './tick.ts'

/**
 * Wakes every workload whose own wake-up time has come. The server finds the sleepers, so an idle run costs one LIST for
 * each kind.
 */
export async function applyScheduledScaleUps(
  scaling: Scaling,
  { dryRun, signal, ending }: Pick<TickRequest, 'dryRun' | 'signal' | 'ending'>,
): Promise<TickResult> {
  const now = scaling.now()
  const outcomes: SweepOutcome[] = []
  const left: WorkloadRef[] = []
  const isDue = (workload: Workload) => {
    const wakeAt = readRecord(workload)?.scheduledScaleUp
    return wakeAt !== undefined && Date.parse(wakeAt) <= now.getTime()
  }
  // This is asked again after a conflict: somebody may have put off the time meanwhile.
  const decide = (workload: Workload) =>
    isDue(workload) ? decideRestore(workload) : skip(workload, 'not due any more')

  const wake = async (listed: Workload) => {
    if (ending?.aborted) {
      left.push(listed.ref)
      return false
    }
    const { outcome, hasAsked } = await applyOne(scaling, { signal, dryRun }, { listed, decide })
    outcomes.push(outcome)
    if (outcome.result === 'changed' && !dryRun) {
      const change = { from: 0, to: outcome.targetReplicas, actor: scheduleActor, why: 'its wake-up time has come' }
      const event = workloadScaled(listed, { reason: 'Restored', ...change })
      scaling.afterwards(() => scaling.cluster.createEvent({ ...event, at: now }))
    }
    return hasAsked
  }

  for (const kind of kindNames) {
    if (ending?.aborted) {
      left.push({ kind, namespace: '*', name: '*' })
      continue
    }
    try {
      const sleepers = await scaling.cluster.listWorkloads({ kind, labelSelector: asleepSelector }, { signal })
      await forEachAdaptively(sleepers.filter(isDue), wake, { max: maxConcurrency, now: scaling.now })
    } catch (error) {
      outcomes.push(failed({ kind, namespace: '*', name: '*' }, error))
    }
  }
  const due = outcomes.length + left.length > 0 ? 'apply' : 'none'
  return { project: undefined, due, transition: undefined, outcomes, left, faults: [], error: undefined }
}
