import { setTimeout as delay } from 'node:timers/promises'

type Wait = { what: string; limitMs: number; signal?: AbortSignal | undefined }

/**
 * Asks `missing` again and again until it answers undefined: nothing is missing any more. Its last answer is part of the
 * message when the limit passes. An error it throws says that waiting is of no use, and ends it.
 */
export async function waitFor(
  { what, limitMs, signal }: Wait,
  missing: () => Promise<string | undefined>,
): Promise<void> {
  const end = performance.now() + limitMs
  for (;;) {
    signal?.throwIfAborted()
    const state = await missing()
    if (state === undefined) return
    if (performance.now() > end) throw new Error(`${what}: not after ${limitMs / 1000} s. Last seen: ${state}`)
    await delay(250, undefined, signal ? { signal } : {})
  }
}

/** For `waitFor`: is this URL answered with 200? */
export async function missingAnswer(url: string): Promise<string | undefined> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch((error: Error) => error)
  if (response instanceof Error)
    return `${url}: ${response.cause instanceof Error ? response.cause.message : response.message}`
  return response.status === 200
    ? undefined
    : `${url} answers ${response.status}: ${(await response.text()).slice(0, 300)}`
}
