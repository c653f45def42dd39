import { applyDueTransitions } from '../../shared/scaling/index.ts'
import { runTick } from './tick.ts'
import { registerTimer } from './timer.ts'

/** Puts to zero the projects whose schedule says so. It looks often, and the schedule says what is due. */
registerTimer('nightlyScaleDown', (services, end) =>
  runTick(services, end, (request) => applyDueTransitions(services.scaling, 'scale-down', request)),
)
