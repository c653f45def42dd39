/** Resolves as the promise does, or rejects with the signal's reason when the signal is first. */
export async function unlessAborted<Thing>(promise: Promise<Thing>, signal: AbortSignal | undefined): Promise<Thing> {
  if (signal === undefined) return promise
  const aborted = Promise.withResolvers<never>()
  const onAbort = () => aborted.reject(signal.reason)
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    // The race also handles the rejection of a promise that is second. Unhandled, it would end the process.
    return await Promise.race([aborted.promise, promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
