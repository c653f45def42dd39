import { applyDueTransitions, applyScheduledScaleUps, type TimerName } from '../scaling/index.ts'
import type { Beat } from './heartbeat.ts'
import type { RunEnd } from './runs.ts'
import { runTick } from './tick.ts'
import type { Timer, TimerRun, TimerServices } from './timer.ts'
import { runVerification } from './verification.ts'

/** Each looks often, and the schedules say what is due. */
const timers: Record<TimerName, Timer> = {
  /** Puts to zero the projects whose schedule says so. */
  nightlyScaleDown: (services, end) =>
    runTick(services, end, (request) => applyDueTransitions(services.scaling, 'scale-down', request)),

  /** Wakes the projects whose schedule says so, and each workload whose own wake-up time has come. */
  scheduledScaleUp: (services, end) =>
    runTick(services, end, async (request) => [
      ...(await applyDueTransitions(services.scaling, 'scale-up', request)),
      await applyScheduledScaleUps(services.scaling, request),
    ]),

  /** Checks whether the nodes of sleeping projects are gone, and tells what holds those that are not. */
  verifyScaledToZero: runVerification,
}

/** Does one run of a timer. When it has done its work, and is no dry run, it writes a heartbeat. */
export async function runTimer(
  name: TimerName,
  services: TimerServices & { beat: Beat },
  end: RunEnd,
): Promise<TimerRun> {
  const run = await timers[name](services, end)
  if (!services.config.dryRun && !end.ending.aborted) await services.beat(name, services)
  return run
}
