import { setTimeout as delay } from 'node:timers/promises'

type Wait = { what: string; limitMs: number; signal?: AbortSignal | undefined }

/**
 * Calls `missing` again and again until it returns undefined, because nothing is missing any more. Its last answer is
 * part of the message when the limit passes. When it throws, waiting is of no use and ends with that error.
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
    if (performance.now() > end)
      throw new Error(`gave up after ${limitMs / 1000} s of waiting until ${what}. Last seen: ${state}`)
    await pause(250, signal)
  }
}

/** Waits. @throws the reason of an abort, which the timer's own error does not have. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch((error) => {
    throw signal?.reason ?? error
  })
}

/** For `waitFor`: undefined when the URL answers 200, and otherwise its answer or the error. */
export async function missingAnswer(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) })
    if (response.status === 200) return undefined
    return `${url} answers ${response.status}: ${(await response.text()).slice(0, 300)}`
  } catch (error) {
    // Without `instanceof`: under jest, fetch throws an Error of another realm.
    const { message, cause } = error as { message: string; cause?: { message: string } }
    return `${url}: ${cause?.message || message}`
  }
}
