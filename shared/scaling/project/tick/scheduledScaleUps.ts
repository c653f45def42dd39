import { kindNames } from '../../cluster/kinds.ts'
import type { Workload, WorkloadRef } from '../../cluster/workload.ts'
import { messageWithCause } from '../../errors.ts'
import { workloadScaled } from '../../events.ts'
import type { Scaling } from '../../scaling.ts'
import { decideRestore, skip } from '../../workload/decide.ts'
import { giveBackAfterwards, owesAfter } from '../../workload/giveBack.ts'
import { createOrphans } from '../../workload/orphans.ts'
import { observeScaled, outcomeOf } from '../../workload/outcome.ts'
import { owesFields } from '../../workload/patch/patch.ts'
import {
  hasAsleepLabel,
  labelledSelector,
  readRecord,
  recordAnnotations,
  recordFaultOf,
} from '../../workload/record/record.ts'
import { whyProtected } from '../../workload/refusals/protectedNamespaces.ts'
import { resolveProjects } from '../project.ts'
import { isPutBackTold, type PutBack, raisedSince, tellPutBack } from '../putBack.ts'
import { forEachAdaptively } from '../sweep/adaptivePool.ts'
import { applyOne, maxConcurrency, observeSwept } from '../sweep/sweep.ts'
import { countResults, failed, type SweepOutcome } from '../sweep/sweepOutcome.ts'
import { scheduleActor, type TickRequest, type TickResult, wakeUpTimeActor } from './tick.ts'

const reason = 'its wake-up time has come'

/**
 * Wakes every workload whose own wake-up time has come, and gives back the fields of those that woke before. The server
 * finds both by their label, so an idle run costs one LIST for each kind. Sleepers that run are told as put back; only then
 * the namespaces are listed, to find their projects.
 */
export async function applyScheduledScaleUps(
  scaling: Scaling,
  { projects, dryRun, signal, ending }: Pick<TickRequest, 'projects' | 'dryRun' | 'signal' | 'ending'>,
): Promise<TickResult> {
  const now = scaling.now()
  const outcomes: SweepOutcome[] = []
  const left: WorkloadRef[] = []
  const owing: WorkloadRef[] = []
  const isDue = (workload: Workload) => {
    const record = readRecord(workload)
    const claim =
      record === undefined ? workload.annotations?.[recordAnnotations.scheduledScaleUp] : record.scheduledScaleUp
    return claim !== undefined && Date.parse(claim) <= now.getTime()
  }
  const orphans = createOrphans(scaling.cluster, { signal })
  // This is asked again after a conflict: somebody may have put off the time meanwhile.
  const decide = (workload: Workload) =>
    isDue(workload) && mayWake(workload)
      ? orphans.unlessOrphaned(workload, decideRestore(workload, { actor: wakeUpTimeActor, now }))
      : skip(workload, 'not due any more')

  // Anybody who may write there can write a record, so it does not prove that this service put the workload to sleep.
  const whyLeft = (workload: Workload) =>
    whyProtected(workload.ref.namespace, scaling.protection) ?? recordFaultOf(workload)
  const mayWake = (workload: Workload) => whyLeft(workload) === undefined
  const leftAsleep = (workload: Workload) => {
    const why = whyLeft(workload)
    return why === undefined ? [] : [outcomeOf(workload, skip(workload, why))]
  }

  const wake = async (listed: Workload) => {
    if (ending?.aborted) {
      left.push(listed.ref)
      return false
    }
    const { outcome, workload, hasAsked } = await applyOne(scaling, { signal, dryRun }, { listed, decide })
    outcomes.push(outcome)
    if (outcome.result !== 'failed' && owesAfter(workload, outcome)) owing.push(listed.ref)
    observeScaled(scaling, outcome, { project: undefined, actor: scheduleActor, reason, dryRun })
    if (outcome.result === 'changed' && !dryRun) {
      const change = { from: 0, to: outcome.targetReplicas, actor: scheduleActor, why: reason }
      const event = workloadScaled(listed, { reason: 'Restored', ...change })
      scaling.afterwards(() => scaling.cluster.createEvent({ ...event, at: now }))
    }
    return hasAsked
  }

  let asleep = 0
  const raised: Workload[] = []
  for (const kind of kindNames) {
    if (ending?.aborted) {
      left.push({ kind, namespace: '*', name: '*' })
      continue
    }
    try {
      const labelled = await scaling.cluster.listWorkloads(
        { kind, labelSelector: labelledSelector },
        { signal, onTooLarge: (namespace, error) => outcomes.push(failed({ kind, namespace, name: '*' }, error)) },
      )
      // What an earlier run or a request has not given back.
      owing.push(...labelled.filter((one) => owesFields(one) && mayWake(one)).map(({ ref }) => ref))
      const sleepers = labelled.filter(hasAsleepLabel)
      asleep += sleepers.length
      raised.push(...sleepers.filter(({ desiredReplicas }) => desiredReplicas !== 0))
      const due = sleepers.filter(isDue)
      outcomes.push(...due.flatMap(leftAsleep))
      await forEachAdaptively(due.filter(mayWake), wake, { max: maxConcurrency, now: scaling.now })
    } catch (error) {
      outcomes.push(failed({ kind, namespace: '*', name: '*' }, error))
    }
  }
  if (!dryRun) giveBackAfterwards(scaling, owing)
  const isPutBackDue = raised.length > 0 && !ending?.aborted
  const { putBacks, errors } = isPutBackDue
    ? await findPutBack(scaling, raised, { projects, dryRun, signal })
    : { putBacks: [], errors: [] }
  if (outcomes.length > 0)
    observeSwept(scaling, outcomes, { project: undefined, action: 'scale-up', startedAt: now, dryRun })
  const { changed = 0, failed: unseen } = countResults(outcomes)
  // A kind that could not be listed may have sleepers, and then nobody knows how many there are.
  const isKnown = !unseen && left.length === 0
  if (isKnown) scaling.observe?.({ what: 'asleep', workloads: dryRun ? asleep : asleep - changed })
  const due = outcomes.length + left.length > 0 ? 'apply' : 'none'
  return {
    project: undefined,
    due,
    transition: undefined,
    why: undefined,
    outcomes,
    left,
    isLate: false,
    faults: orphans.faults().map(({ message }) => message),
    putBacks,
    error: errors.length === 0 ? undefined : errors.join('; '),
  }
}

/**
 * Tells of each project that is to be asleep, and whose sleepers somebody has raised. A project of which it cannot be told
 * does not stop the others, and is told by the next run.
 */
async function findPutBack(
  scaling: Scaling,
  raised: Workload[],
  { projects, dryRun, signal }: Pick<TickRequest, 'projects' | 'dryRun' | 'signal'>,
): Promise<{ putBacks: PutBack[]; errors: string[] }> {
  const now = scaling.now()
  const putBacks: PutBack[] = []
  const errors: string[] = []
  const collect = (error: unknown) => void errors.push(messageWithCause(error))
  const namespaces = await scaling.cluster.listNamespaces({ signal }).catch((error: unknown) => {
    collect(error)
    return []
  })
  const inNamespace = Map.groupBy(raised, ({ ref }) => ref.namespace)
  for (const project of resolveProjects(projects, namespaces, { ...scaling, now })) {
    const own = project.namespaces.flatMap(({ name }) => inNamespace.get(name) ?? [])
    const { putBack } = raisedSince(own, project, now)
    if (putBack === undefined || isPutBackTold(project)) continue
    putBacks.push(putBack)
    if (!dryRun) await tellPutBack(scaling, { project, found: putBack, now, signal }).catch(collect)
  }
  return { putBacks, errors }
}
