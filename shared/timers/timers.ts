import { applyDueTransitions, applyScheduledScaleUps } from '../scaling/index.ts'
import { runTick } from './tick.ts'
import type { Timer } from './timer.ts'
import { runVerification } from './verification.ts'

/** The timers of both hosts, by their names. Each looks often, and the schedules say what is due. */
export const timers = {
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
} as const satisfies Record<string, Timer>

export type TimerName = keyof typeof timers
