import { app } from '@azure/functions'
import { services } from './services.ts'
import { runVerification } from './verification.ts'

/** Checks whether the nodes of sleeping projects are gone, and tells what holds those that are not. */
app.timer('verifyScaledToZero', { schedule: '%SCHEDULE_TICK%', handler: () => runVerification(services()) })
