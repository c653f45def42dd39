import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Fault } from '../contract/answers/errorBody.ts'
import { ApiError } from '../errors.ts'
import type { ApiEnv } from '../middleware/apiEnv.ts'

const maxBodyBytes = 64 * 1024

/** Refuses a body that is too large with 413, before it is read to its end. */
const limitBody = bodyLimit({
  maxSize: maxBodyBytes,
  onError() {
    throw new ApiError('body-too-large', { message: `The body is larger than ${maxBodyBytes / 1024} KiB` })
  },
})

/** @throws ApiError when the body is too large, or when the client leaves before its end or takes too long */
async function bytesOf(c: Context<ApiEnv>): Promise<ArrayBuffer> {
  const read = async () => {
    await limitBody(c, async () => {})
    return c.req.arrayBuffer()
  }
  const late = Promise.withResolvers<never>()
  const refuse = () => {
    const message = 'The body did not come in time: send it at once, or raise REQUEST_TIMEOUT_SECONDS'
    late.reject(new ApiError('body-timeout', { message }))
  }
  const deadline = c.get('deadline')
  deadline.addEventListener('abort', refuse)
  try {
    return await Promise.race([read(), late.promise])
  } catch (cause) {
    if (cause instanceof ApiError) throw cause
    const message = 'The connection ended before the whole body had come: send it again'
    throw new ApiError('body-incomplete', { message, cause })
  } finally {
    deadline.removeEventListener('abort', refuse)
  }
}

/**
 * Reads the body as JSON, whatever its Content-Type: `curl -d` sends that of a form. Bytes that are not UTF-8 and a key
 * that is given twice are faults, though JSON.parse would let them pass: two readers could see two different requests.
 * A missing body counts as an empty object, so that the answer lists every missing field.
 */
export async function readBody(c: Context<ApiEnv>): Promise<{ value: unknown } | { fault: Fault }> {
  const fault = (message: string, path = 'body') => ({ fault: { path, message } })
  const bytes = await bytesOf(c)
  if (bytes.byteLength === 0) {
    if (c.req.header('transfer-encoding') === undefined) return { value: {} }
    return fault('came empty: send it with a Content-Length, as chunks get lost in Azure Functions')
  }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return fault('must be UTF-8')
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return fault('must be JSON, e.g. {"reason":"nightly"}')
  }
  const twice = keyGivenTwice(text)
  return twice === undefined ? { value } : fault('is given twice', twice)
}

/**
 * In valid JSON a string is a key exactly when a colon follows. Bodies are flat objects, so the keys of
 * nested ones, which the schema refuses anyway, need not be distinguished.
 */
function keyGivenTwice(json: string): string | undefined {
  const seen = new Set<string>()
  for (const [, text, colon] of json.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?/g)) {
    if (colon === undefined || text === undefined) continue
    const key = JSON.parse(text) as string
    if (seen.has(key)) return key
    seen.add(key)
  }
  return undefined
}
