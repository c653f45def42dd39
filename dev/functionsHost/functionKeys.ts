import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/**
 * Whether the request carries the key, in `x-functions-key` or, without this header, in `?code=`, whatever its case. The
 * one key is a host key, which opens every function, and the master key of `/admin` as well.
 */
export function hasKey(request: IncomingMessage, query: URLSearchParams, key: string): boolean {
  const given = request.headers['x-functions-key'] ?? codeOf(query)
  if (typeof given !== 'string') return false
  // Hashing makes both sides the same length, which timingSafeEqual requires, and does not reveal the key's length.
  return timingSafeEqual(sha256(given), sha256(key))
}

function codeOf(query: URLSearchParams): string | undefined {
  return [...query].find(([name]) => name.toLowerCase() === 'code')?.[1]
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
