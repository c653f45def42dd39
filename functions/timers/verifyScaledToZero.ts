import { registerTimer } from './timer.ts'

/** Checks whether the nodes of sleeping projects are gone, and tells what holds those that are not. */
registerTimer('verifyScaledToZero')
