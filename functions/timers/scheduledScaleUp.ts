import { applyDueTransitions, applyScheduledScaleUps } from '../../shared/scaling/index.ts'
import { runTick } from './tick.ts'
import { registerTimer } from './timer.ts'

/** Wakes the projects whose schedule says so, and each workload whose own wake-up time has come. */
registerTimer('scheduledScaleUp', (services, end) =>
  runTick(services, end, async (request) => [
    ...(await applyDueTransitions(services.scaling, 'scale-up', request)),
    await applyScheduledScaleUps(services.scaling, request),
  ]),
)
