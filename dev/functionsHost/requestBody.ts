import type { IncomingMessage } from 'node:http'

/** How long a body may be, in bytes, and for how many milliseconds it may be slow. */
export interface BodyLimits {
  bodyLimit: number
  bodyGraceMs: number
}

// Kestrel's limit, in bytes for each second since the begin of the body.
const slowestRate = 240

/**
 * Reads the body; `undefined` when it is too long, or slower than the real host lets it be. No more than `bodyLimit` is
 * kept in memory. Rejects when the client disconnects before the end.
 */
export async function readBody(
  request: IncomingMessage,
  { bodyLimit, bodyGraceMs }: BodyLimits,
): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > bodyLimit) return undefined
  const startedAt = performance.now()
  const chunks: Buffer[] = []
  let length = 0
  const tooSlow = Promise.withResolvers<undefined>()
  const watch = setInterval(() => {
    const seconds = (performance.now() - startedAt) / 1000
    if (seconds * 1000 >= bodyGraceMs && length < seconds * slowestRate) tooSlow.resolve(undefined)
  }, bodyGraceMs / 10)
  const read = async () => {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > bodyLimit) return undefined
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  }
  try {
    return await Promise.race([read(), tooSlow.promise])
  } finally {
    clearInterval(watch)
  }
}
