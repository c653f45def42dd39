import { registerTimer } from './timer.ts'

/** Wakes the projects whose schedule says so, and each workload whose own wake-up time has come. */
registerTimer('scheduledScaleUp')
