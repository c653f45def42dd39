import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { ApiEnv } from './apiEnv.ts'
import type { RequestRecord } from './requestRecord.ts'

/** Tells of each request once it is answered. */
export const reportRequests =
  (report: (record: RequestRecord) => void): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    const startedAt = performance.now()
    await next()
    const pattern = routePath(c, -1)
    report({
      requestId: c.get('requestId'),
      method: c.req.method,
      path: c.req.path,
      // Only what the route table knows: paths that anybody can think up would be labels without end.
      route: pattern.includes('*') ? 'unmatched' : pattern.replaceAll(/:(\w+)/g, '{$1}'),
      status: c.res.status,
      latencyMs: performance.now() - startedAt,
      userAgent: c.req.header('user-agent'),
      actor: c.get('caller')?.actor,
      scale: c.get('scale'),
      error: c.error,
    })
  }
