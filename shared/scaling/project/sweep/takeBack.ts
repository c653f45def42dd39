import type { Action, Hold } from '../../../schedule/index.ts'
import type { Namespace } from '../../cluster/namespace.ts'
import { describeWorkload, type WorkloadRef } from '../../cluster/workload.ts'
import type { Scaling } from '../../scaling.ts'
import { exceptionsOf } from '../exceptions.ts'
import { announceSweep } from './announceSweep.ts'
import { type Sweep, type SweepRequest, sweepProject } from './sweep.ts'

/** Whatever keeps a project awake from a scale-down, or asleep from a scale-up, as its home says by now. */
export function holdOn(scaling: Scaling, { annotations }: Namespace, action: Action): Hold | undefined {
  const now = scaling.now()
  const { hold } = exceptionsOf(annotations, { ...scaling, now, suspensionOfAll: undefined }).exceptions
  return hold !== undefined && hold.untilMs > now.getTime() && hold.actions.includes(action) ? hold : undefined
}

/** Undoes a sweep that the opposite wish of somebody has overtaken: the workloads that it changed go back, and no other. */
export async function takeBack(
  scaling: Scaling,
  {
    project,
    action,
    actor,
    dryRun,
    signal,
    hold,
  }: Pick<SweepRequest, 'project' | 'action' | 'actor' | 'dryRun' | 'signal'> & { hold: Hold },
  changed: WorkloadRef[],
): Promise<Sweep> {
  if (changed.length === 0) return { outcomes: [], left: [], faults: [] }
  const names = new Set(changed.map(describeWorkload))
  const places = new Set(changed.map((ref) => describeWorkload({ ...ref, name: '*' })))
  const back: SweepRequest = {
    project,
    action: action === 'scale-down' ? 'scale-up' : 'scale-down',
    actor,
    dryRun,
    signal,
    now: scaling.now(),
    reason: `taken back, as ${hold.because} was set meanwhile`,
    isAbout: (ref) => (ref.name === '*' ? places : names).has(describeWorkload(ref)),
  }
  const swept = await sweepProject(scaling, back)
  announceSweep(scaling, back, swept)
  return swept
}
