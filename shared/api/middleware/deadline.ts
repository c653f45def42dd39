import type { MiddlewareHandler } from 'hono'
import type { ApiEnv } from './apiEnv.ts'

/**
 * Gives each request a signal that ends the wait for its body and its calls to the cluster when it has taken so long. That
 * of `AbortSignal.timeout` would outlive the request until then: thousands of them on a busy host, which each collection
 * of garbage has to go through.
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
