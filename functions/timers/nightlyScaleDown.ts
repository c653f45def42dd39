import { registerTimer } from './timer.ts'

/** Puts to zero the projects whose schedule says so. */
registerTimer('nightlyScaleDown')
