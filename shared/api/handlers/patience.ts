import type { Patience } from '../../scaling/index.ts'

// The last look takes a call or two. A healthy cluster answers them in a fraction of this time.
const longestEndMs = 1000

/**
 * How long a request waits that must be answered within so many seconds: a little less, since it looks once more at the
 * end.
 * @param interruptions signals that end the wait at once
 */
export function patienceOf(timeoutSeconds: number, interruptions: AbortSignal[]): Patience {
  const timeoutMs = timeoutSeconds * 1000
  const endMs = Math.min(longestEndMs, timeoutMs / 10)
  return {
    patience: AbortSignal.any([AbortSignal.timeout(timeoutMs - endMs), ...interruptions]),
    deadline: () => AbortSignal.timeout(endMs),
  }
}
