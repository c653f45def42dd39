import type { Failure } from './failure.ts'

/** The Kubernetes verbs of our calls, as RBAC names them. */
export type Verb = 'get' | 'list' | 'watch' | 'patch' | 'create'

const maxAttempts = 5
const firstBackoffMs = 100
// Whoever waits for us is better served by hearing when to come back than by waiting longer than this.
const longestWaitMs = 10_000

/** A failed attempt: the how-manieth, of which verb. */
export interface Attempt {
  verb: Verb
  attempt: number
  failure: Failure
}

/**
 * Milliseconds to wait before the next attempt, or undefined when there is none.
 *
 * A PATCH of ours may be repeated like a GET even if the first one was carried out unheard: it carries its `test`
 * operations, so the second fails, and the operation reads again. A `create` would leave two objects. A `watch` goes on
 * from a state that has to be read anew, which is its caller's to do.
 */
export function retryDelayMs({ verb, attempt, failure }: Attempt, random: () => number): number | undefined {
  if (attempt >= maxAttempts || verb === 'watch') return undefined
  const backoffMs = firstBackoffMs * 2 ** (attempt - 1) * (0.5 + random() / 2)
  if (failure.kind === 'timeout' || failure.kind === 'credentials') return undefined
  if (failure.kind === 'connection') return verb === 'create' ? undefined : backoffMs
  // 429 and 503 say that nothing was done, so even a `create` may be repeated.
  const notDone = failure.status === 429 || failure.status === 503
  if (!notDone && (failure.status < 500 || verb === 'create')) return undefined
  // Jitter on top, never below: all who were refused were told the same second.
  const waitMs = failure.retryAfterSeconds === undefined ? backoffMs : failure.retryAfterSeconds * 1000 + backoffMs
  return waitMs <= longestWaitMs ? waitMs : undefined
}
