import {
  applyDueTransitions,
  applyScheduledScaleUps,
  type TickRequest,
  verifyScaledToZero,
} from '../../../shared/scaling/index.ts'
import { clientOf } from './client.ts'
import type { Job, Run } from './measured.ts'

/** The timers make as many ticks in an hour and a half, so a leak of memory would show. */
export const ticks = 20

/** Runs the three timers when nothing is due and no project waits for its nodes to go. */
export async function idleTicks(job: Job): Promise<() => Promise<Run>> {
  const { scaling, counted } = clientOf(job)
  const project = { name: 'bench', namespaces: job.namespaces, nodePool: 'bench', timeZone: 'UTC' }
  const request: TickRequest = {
    // Each comes once a year, so not during a run; at New Year the run would report it as a failure.
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
  // The first tick records the new project.
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
