import type { MiddlewareHandler } from 'hono'
import type { ApiEnv } from './apiEnv.ts'

/**
 * Gives each request a signal that, after this time, ends the wait for its body and its calls to the cluster. A signal
 * of `AbortSignal.timeout` would outlive its request: a busy host would keep thousands of them, and every garbage
 * collection would go through all of them.
 */
export const deadline =
  (timeoutMs: number): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    const ending = new AbortController()
    const timer = setTimeout(
      () => ending.abort(new DOMException('The request took too long', 'TimeoutError')),
      timeoutMs,
    )
    c.set('deadline', ending.signal)
    await next()
    clearTimeout(timer)
  }
