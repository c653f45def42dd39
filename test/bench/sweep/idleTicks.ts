import {
  applyDueTransitions,
  applyScheduledScaleUps,
  type TickRequest,
  verifyScaledToZero,
} from '../../../shared/scaling/index.ts'
import { clientOf } from './client.ts'
import type { Job, Run } from './measured.ts'

/** As many ticks as the timers make in an hour and a half, so that what is not given back would show. */
export const ticks = 20

/** What the three timers do together when nothing is due and no project waits for its nodes to go. */
export async function idleTicks(job: Job): Promise<() => Promise<Run>> {
  const { scaling, counted } = clientOf(job)
  const project = { name: 'bench', namespaces: job.namespaces, nodePool: 'bench', timeZone: 'UTC' }
  const request: TickRequest = {
    // Once a year each: not while this runs, and if it were New Year the figures would say so.
    projects: [{ ...project, scaleDown: ['0 0 1 1 *'], scaleUp: ['0 0 2 1 *'] }],
    dryRun: false,
  }
  const tick = async () => {
    const results = [
      ...(await applyDueTransitions(scaling, 'scale-down', request)),
      ...(await applyDueTransitions(scaling, 'scale-up', request)),
      await applyScheduledScaleUps(scaling, request),
    ]
    await verifyScaledToZero(scaling, { ...request, graceMinutes: 20, report() {} })
    return results
  }
  // A project that is new is recorded once.
  await tick()
  counted.requests = {}
  return async () => {
    const failures: string[] = []
    for (let made = 0; made < ticks; made++) {
      const results = await tick()
      failures.push(...results.flatMap(({ due, error }) => error ?? (due === 'none' ? [] : `${due} was due`)))
    }
    return { ...counted, failures: failures.slice(0, 3) }
  }
}
