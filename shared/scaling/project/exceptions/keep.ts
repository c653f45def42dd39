import type { Action } from '../../../schedule/index.ts'
import type { Scaling } from '../../scaling.ts'
import { exceptionAnnotations, exceptionTraceOf, keysOf, type TracedException } from '../exceptions.ts'
import type { Project } from '../project.ts'
import { announceSweep } from '../sweep/announceSweep.ts'
import { type Sweep, type SweepRequest, sweepProject } from '../sweep/sweep.ts'
import { changedOf } from '../sweep/sweepOutcome.ts'
import { holdOn, takeBack } from '../sweep/takeBack.ts'
import { announceChangeOf, type Changed, type ChangeRequest, type Changes, withChanges } from './changeHome.ts'

/** A request to keep a project in one state until a time. */
export interface KeepRequest extends ChangeRequest {
  project: Project
  until: Date
}

/** A sweep, and the opposite wish of somebody that has overtaken it, by which it was taken back. */
export interface Kept extends Sweep, Changed {
  overtakenBy: string | undefined
}

/** No scale-down acts before the time, and what sleeps is woken. It takes the opposite wish back. @throws ScalingError */
export const keepAwake = (scaling: Scaling, request: KeepRequest): Promise<Kept> =>
  keep(scaling, request, { field: 'awakeUntil', opposite: 'asleepUntil', action: 'scale-up', asked: 'keep-awake' })

/**
 * No scale-up acts before the time, and what is awake is put to zero. It takes the opposite wish back. Where no line of a
 * schedule wakes the project, each workload has the time as its own.
 * @throws ScalingError
 */
export const keepAsleep = (scaling: Scaling, request: KeepRequest): Promise<Kept> =>
  keep(scaling, request, { field: 'asleepUntil', opposite: 'awakeUntil', action: 'scale-down', asked: 'keep-asleep' })

interface Wish {
  field: TracedException
  opposite: TracedException
  /** The way into the state that is kept. */
  action: Action
  asked: 'keep-awake' | 'keep-asleep'
}

async function keep(scaling: Scaling, request: KeepRequest, { field, opposite, action, asked }: Wish): Promise<Kept> {
  const { project, until, actor, reason, now, signal, dryRun } = request
  const { home } = project
  const trace = exceptionTraceOf(field)
  const changes: Changes = {
    [exceptionAnnotations[field]]: until.toISOString(),
    [trace.by]: actor,
    [trace.reason]: reason,
    ...Object.fromEntries(keysOf(opposite).map((key) => [key, undefined])),
  }
  // One write has both, so of two opposite requests at once the later one holds as a whole.
  await scaling.cluster.annotateNamespace(home.name, changes, { signal, dryRun })
  const words = asked === 'keep-awake' ? 'Kept awake' : 'Kept asleep'
  announceChangeOf(scaling, project, { ...request, request: asked, what: `${words} until ${until.toISOString()}` })
  const isWokenBySchedule = (project.schedule?.scaleUp.length ?? 0) > 0
  const ownWakeUp = action === 'scale-down' && !isWokenBySchedule
  const sweep: SweepRequest = {
    project,
    action,
    actor,
    reason,
    now,
    signal,
    dryRun,
    scheduledScaleUp: ownWakeUp ? until.toISOString() : undefined,
  }
  const swept = await sweepProject(scaling, sweep)
  announceSweep(scaling, sweep, swept)
  const annotations = withChanges(home.annotations, changes)
  const current = dryRun ? undefined : await scaling.cluster.findNamespace(home.name, { signal })
  const hold = current && holdOn(scaling, current, action)
  if (hold === undefined) return { ...swept, annotations, overtakenBy: undefined }
  const back = await takeBack(scaling, { ...sweep, hold }, changedOf(swept.outcomes))
  const outcomes = [...swept.outcomes, ...back.outcomes]
  return { ...back, outcomes, annotations: current?.annotations ?? annotations, overtakenBy: hold.because }
}
