import { setTimeout } from 'node:timers/promises'

/** Waits, and answers whether the time passed before the signal aborted. */
export const waited = (ms: number, signal: AbortSignal | undefined): Promise<boolean> =>
  setTimeout(ms, true, { signal }).catch(() => false)
