import { app } from '@azure/functions'
import { applyDueTransitions } from '../shared/scaling/index.ts'
import { services } from './services.ts'
import { runTick } from './tick.ts'

/** Puts to zero the projects whose schedule says so. It looks often, and the schedule says what is due. */
app.timer('nightlyScaleDown', {
  schedule: '%SCHEDULE_TICK%',
  handler: () => runTick(services(), (request) => applyDueTransitions(services().scaling, 'scale-down', request)),
})
