import { setTimeout } from 'node:timers/promises'

/** Waits, and tells whether the time passed before the signal came. */
export const waited = (ms: number, signal: AbortSignal | undefined): Promise<boolean> =>
  setTimeout(ms, true, { signal }).catch(() => false)
