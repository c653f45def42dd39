import type { Failure } from './failure.ts'

/** The Kubernetes verbs of our calls, as RBAC names them. */
export type Verb = 'get' | 'list' | 'watch' | 'patch' | 'create'

const maxAttempts = 5
const firstBackoffMs = 100
// A caller who would wait longer than this is better served by hearing when to come back.
const longestWaitMs = 10_000

/** A failed attempt. `attempt` counts from 1. */
export interface Attempt {
  verb: Verb
  attempt: number
  failure: Failure
}

/**
 * Milliseconds to wait before the next attempt, or undefined when there is none.
 *
 * A PATCH of ours may be repeated like a GET, even if the first one was carried out and its answer lost: its `test`
 * operations make the second one fail, and the operation reads again. A repeated `create` would leave two objects. A
 * `watch` must go on from a new read, which its caller does.
 */
export function retryDelayMs({ verb, attempt, failure }: Attempt, random: () => number): number | undefined {
  if (attempt >= maxAttempts || verb === 'watch') return undefined
  const backoffMs = firstBackoffMs * 2 ** (attempt - 1) * (0.5 + random() / 2)
  if (failure.kind === 'connection') return verb === 'create' ? undefined : backoffMs
  if (failure.kind !== 'answer') return undefined
  // After 429 and 503 nothing was done, so even a `create` may be repeated.
  const notDone = failure.status === 429 || failure.status === 503
  if (!notDone && (failure.status < 500 || verb === 'create')) return undefined
  // Jitter is added, never subtracted: all refused callers were told the same second.
  const waitMs = failure.retryAfterSeconds === undefined ? backoffMs : failure.retryAfterSeconds * 1000 + backoffMs
  return waitMs <= longestWaitMs ? waitMs : undefined
}
