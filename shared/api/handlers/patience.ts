import type { Patience } from '../../scaling/index.ts'

// What is asked at the end takes a call or two, which a healthy cluster answers in a fraction of it.
const longestEndMs = 1000

/**
 * How a request may wait that is to be answered within so many seconds: a little less, since it has to look once more at
 * the end.
 * @param interruptions what ends the waiting at once
 */
export function patienceOf(timeoutSeconds: number, interruptions: AbortSignal[]): Patience {
  const timeoutMs = timeoutSeconds * 1000
  const endMs = Math.min(longestEndMs, timeoutMs / 10)
  return {
    patience: AbortSignal.any([AbortSignal.timeout(timeoutMs - endMs), ...interruptions]),
    deadline: () => AbortSignal.timeout(endMs),
  }
}
