import { type Action, type Hold, lastApplied } from '../../../schedule/index.ts'
import { kindNames } from '../../cluster/kinds.ts'
import type { Workload } from '../../cluster/workload.ts'
import type { Scaling } from '../../scaling.ts'
import { asleepSelector, readRecord } from '../../workload/record/record.ts'
import { readWoken } from '../../workload/record/woken.ts'
import { appliedOf, remember } from '../memory.ts'
import type { Project } from '../project.ts'
import { takeBack } from '../sweep/takeBack.ts'
import type { ProjectTick } from './applyTransition.ts'
import { dueFor } from './due.ts'
import { scheduleActor, type TickResult } from './tick.ts'

/**
 * The wish of somebody against a transition of this direction that had begun: its tick was killed before it could take back
 * what it did. The memory tells of such a transition, so another tick makes no call for this.
 */
export function holdOnBegun(project: Project, tick: Pick<ProjectTick, 'action' | 'now' | 'tickMs'>): Hold | undefined {
  const { memory, exceptions } = project
  const { hold } = exceptions
  const applied = lastApplied(appliedOf(memory))
  const isBegun = memory.unfinished !== undefined && (applied === undefined || memory.unfinished.at > applied)
  const isHeld = hold?.actions.includes(tick.action) && hold.untilMs > tick.now.getTime()
  // A transition that is due, be it of the other direction, brings the project to where it is to be.
  const isDue = (action: Action) => dueFor(action, project, tick).kind !== 'none'
  return isBegun && isHeld && !isDue('scale-down') && !isDue('scale-up') ? hold : undefined
}

/**
 * Takes back what such a transition did. It is over with the tick that finds nothing more: what could not be taken back is
 * tried again, and so is what another host does that is still at it.
 * @throws ScalingError when the workloads cannot be listed
 */
export async function takeBackBegun(
  scaling: Scaling,
  tick: ProjectTick,
  hold: Hold,
): Promise<Pick<TickResult, 'outcomes' | 'left'>> {
  const { project, action, now, signal, dryRun } = tick
  const since = project.memory.unfinished?.at ?? now
  const labelSelector = action === 'scale-down' ? asleepSelector : undefined
  const listings = project.namespaces.flatMap(({ name: namespace }) =>
    kindNames.map((kind) => scaling.cluster.listWorkloads({ kind, namespace, labelSelector }, { signal })),
  )
  const changed = (await Promise.all(listings)).flat().filter(isChangedBy[action]({ since, now }))
  if (changed.length === 0 && !dryRun) {
    await remember({ cluster: scaling.cluster, signal }, project.home, { unfinished: undefined })
  }
  const refs = changed.map(({ ref }) => ref)
  return await takeBack(scaling, { ...tick, actor: scheduleActor, hold }, refs)
}

/** Whether a schedule has changed a workload since then, as it was not touched after that. */
const isChangedBy: Record<Action, (time: { since: Date; now: Date }) => (workload: Workload) => boolean> = {
  'scale-down':
    ({ since }) =>
    (workload) => {
      const record = readRecord(workload)
      return record?.scaledBy === scheduleActor && Date.parse(record.scaledAt) >= since.getTime()
    },
  'scale-up':
    ({ since, now }) =>
    (workload) => {
      const woken = readWoken(workload, now)
      return workload.desiredReplicas > 0 && woken?.by === scheduleActor && woken.at >= since
    },
}
