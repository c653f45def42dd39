import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/**
 * Whether the request carries the key, in `x-functions-key` or, without this header, in `?code=`. One key takes the
 * place of Azure's function keys, host keys and master key.
 */
export function hasKey(request: IncomingMessage, query: URLSearchParams, key: string): boolean {
  const given = request.headers['x-functions-key'] ?? query.get('code')
  if (typeof given !== 'string') return false
  // Hashing makes both sides the same length, which timingSafeEqual requires, and does not reveal the key's length.
  return timingSafeEqual(sha256(given), sha256(key))
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
