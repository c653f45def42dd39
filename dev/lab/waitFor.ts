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
    await pause(250, signal)
  }
}

/** @throws the reason of an abort; the timer's own error would not tell it. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch((error) => {
    throw signal?.reason ?? error
  })
}

/** For `waitFor`: is this URL answered with 200? */
export async function missingAnswer(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) })
    if (response.status === 200) return undefined
    return `${url} answers ${response.status}: ${(await response.text()).slice(0, 300)}`
  } catch (error) {
    // Not by `instanceof`: under jest what fetch throws is an Error of another realm.
    const { message, cause } = error as { message: string; cause?: { message: string } }
    return `${url}: ${cause?.message || message}`
  }
}
