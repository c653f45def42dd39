import { nextTransition } from '../../../schedule/index.ts'
import { kindNames } from '../../cluster/kinds.ts'
import { describeWorkload, type Workload } from '../../cluster/workload.ts'
import { enforced } from '../../events.ts'
import type { Scaling } from '../../scaling.ts'
import { readRecord } from '../../workload/record/record.ts'
import { withEntry, withSleepers } from '../history/history.ts'
import { keepAfterwards } from '../history/keepHistory.ts'
import { appliedOf, remember } from '../memory.ts'
import type { Project } from '../project.ts'
import { describePutBack, isOurs, type Raised, raisedSince } from '../putBack.ts'
import { sweepProject } from '../sweep/sweep.ts'
import { changedOf, type SweepOutcome } from '../sweep/sweepOutcome.ts'
import { holdOn, takeBack } from '../sweep/takeBack.ts'
import { unfinishedOf } from '../unfinished.ts'
import type { ProjectTick } from './applyTransition.ts'
import { dueFor } from './due.ts'
import { scheduleActor, type TickResult } from './tick.ts'

/** The reason in the records of what is put to zero again. By it the next tick sees that it was told in this night. */
const reason = 'enforce: the project is to be asleep'

/**
 * Whether a project is held at zero now: its schedule has put it there, nothing is due, and nobody keeps it awake or has
 * excluded it.
 */
export function isEnforced(project: Project, tick: Pick<ProjectTick, 'now' | 'tickMs'>): boolean {
  const { exceptions, excluded, schedule, memory } = project
  const isHeldAwake = [exceptions.hold, exceptions.suspension].some(
    (hold) => hold?.actions.includes('scale-down') && hold.untilMs > tick.now.getTime(),
  )
  return (
    exceptions.enforce === true &&
    memory.asleepSince !== undefined &&
    memory.lastScaleDown !== undefined &&
    schedule !== undefined &&
    excluded === undefined &&
    !isHeldAwake &&
    (['scale-down', 'scale-up'] as const).every((action) => dueFor(action, project, tick).kind === 'none')
  )
}

/**
 * Puts to zero again what was deployed or raised since the scale-down of a project, and not through this service. It costs
 * a listing of the project's workloads, and a sweep where there is any. It is told once for each workload and night.
 * @throws ScalingError when the workloads cannot be listed
 */
export async function enforce(scaling: Scaling, tick: ProjectTick): Promise<Pick<TickResult, 'outcomes' | 'left'>> {
  const { project, dryRun, now, signal } = tick
  const at = project.memory.lastScaleDown
  const listings = project.namespaces.flatMap(({ name: namespace }) =>
    kindNames.map((kind) => scaling.cluster.listWorkloads({ kind, namespace }, { signal })),
  )
  const workloads = (await Promise.all(listings)).flat()
  const { putBack } = raisedSince(workloads, project, now)
  if (putBack === undefined || at === undefined) return { outcomes: [], left: [] }
  const { schedule, exceptions, memory } = project
  const applied = appliedOf(memory)
  const scaleUp = schedule && nextTransition(schedule, exceptions, { now, applied, action: 'scale-up' })
  const raised = new Set(putBack.raised.map(({ ref }) => describeWorkload(ref)))
  const places = new Set(putBack.raised.map(({ ref }) => describeWorkload({ ...ref, name: '*' })))
  const request = {
    ...tick,
    action: 'scale-down' as const,
    transition: { action: 'scale-down' as const, at },
    actor: scheduleActor,
    reason,
    isAbout: (ref: Workload['ref']) => (ref.name === '*' ? places : raised).has(describeWorkload(ref)),
    // Somebody may wake it through the API after the listing.
    spare: (workload: Workload) =>
      isOurs(workload, { since: at, now }) ? 'somebody has woken it through this service' : undefined,
    isOver: () => scaleUp !== undefined && scaling.now() >= scaleUp,
  }
  // A tick that is killed before it can take this back leaves it to the next one.
  const begun = unfinishedOf(
    now,
    putBack.raised.map(({ ref }) => ref),
  )
  if (!dryRun) await remember({ cluster: scaling.cluster, signal }, project.home, { unfinished: begun })
  const { outcomes, left } = await sweepProject(scaling, request)
  if (dryRun) return { outcomes, left }
  const toldBefore = workloads.filter((one) => wasEnforced(one, at)).map(({ ref }) => describeWorkload(ref))
  tell(scaling, tick, { outcomes, raised: putBack.raised, toldBefore: new Set(toldBefore) })
  const home = await scaling.cluster.findNamespace(project.home.name, { signal })
  const hold = home && holdOn(scaling, home, 'scale-down')
  const back = hold && (await takeBack(scaling, { ...request, hold }, changedOf(outcomes)))
  await remember({ cluster: scaling.cluster, signal }, project.home, { unfinished: undefined })
  return { outcomes: [...outcomes, ...(back?.outcomes ?? [])], left: [...left, ...(back?.left ?? [])] }
}

function wasEnforced(workload: Workload, since: Date): boolean {
  const record = readRecord(workload)
  return record?.reason === reason && Date.parse(record.scaledAt) >= since.getTime()
}

interface Enforced {
  outcomes: SweepOutcome[]
  raised: Raised[]
  toldBefore: Set<string>
}

function tell(scaling: Scaling, { project, now }: ProjectTick, { outcomes, raised, toldBefore }: Enforced): void {
  const changed = outcomes.flatMap((one) => (one.result === 'changed' ? one : []))
  const counts = new Map(changed.map(({ ref, record }) => [describeWorkload(ref), record?.originalReplicas ?? 0]))
  const untold = raised.filter(({ ref }) => {
    const name = describeWorkload(ref)
    return counts.has(name) && !toldBefore.has(name)
  })
  const sentences = describePutBack({ raised: untold })
  const by = [...new Set(untold.map((one) => one.by.who))].join('; ')
  keepAfterwards(scaling, project.home, (history) => {
    const asleep = withSleepers(history, counts)
    return untold.length === 0
      ? asleep
      : withEntry(asleep, { at: now, what: 'enforced', workloads: untold.length, by, sentences })
  })
  if (untold.length === 0) return
  const event = enforced(project.home, { project: project.name, workloads: untold.length }, sentences)
  scaling.afterwards(() => scaling.cluster.createEvent({ ...event, at: now }))
}
