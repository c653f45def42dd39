import type { Pool } from './pool.ts'
import type { Tell } from './recorder.ts'
import type { Store } from './store.ts'

/** The clock and the delays of the embedded cluster. */
export interface Options {
  now: () => Date
  /** How long a Pod takes to start and to stop. */
  podDelayMs: number
  /** How long a new node takes, and how long an empty node stays. */
  nodeDelayMs: number
  /** The pools whose nodes come and go. */
  pools: readonly Pool[]
}

/** Everything that the controllers work with. */
export interface World extends Options {
  store: Store
  tell: Tell
  /** Runs `act` after `ms`, unless a timer of the same key is running; with 0 at once. */
  after(key: string, ms: number, act: () => void): void
  cancel(key: string): void
}
