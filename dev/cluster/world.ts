import type { Tell } from './recorder.ts'
import type { Store } from './store.ts'

/** The clock and the delays of the embedded cluster. */
export interface Options {
  now: () => Date
  /** How long a Pod takes to start and to stop. */
  podDelayMs: number
  /** How long a node takes to come, and how long it stays when it is empty. */
  nodeDelayMs: number
}

/** What the controllers work with. */
export interface World extends Options {
  store: Store
  tell: Tell
  /** Runs `act` after `ms` (0: now), unless the same key waits already. */
  after(key: string, ms: number, act: () => void): void
  cancel(key: string): void
}
