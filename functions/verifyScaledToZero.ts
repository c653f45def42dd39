import { app } from '@azure/functions'
import { services } from './services.ts'
import { runVerification } from './verification.ts'

/** Looks whether the nodes of the projects that were put to zero are gone, and tells what holds those that are not. */
app.timer('verifyScaledToZero', { schedule: '%SCHEDULE_TICK%', handler: () => runVerification(services()) })
