import { app } from '@azure/functions'
import { applyDueTransitions, applyScheduledScaleUps } from '../shared/scaling/index.ts'
import { services } from './services.ts'
import { runTick } from './tick.ts'

/** Wakes the projects whose schedule says so, and each workload whose own wake-up time has come. */
app.timer('scheduledScaleUp', {
  schedule: '%SCHEDULE_TICK%',
  handler: () =>
    runTick(services(), async (request) => [
      ...(await applyDueTransitions(services().scaling, 'scale-up', request)),
      await applyScheduledScaleUps(services().scaling, request),
    ]),
})
