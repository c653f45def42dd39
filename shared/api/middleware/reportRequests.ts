import type { Context, MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { ApiEnv } from './apiEnv.ts'
import type { RequestRecord } from './requestRecord.ts'

interface Reporting {
  /** Milliseconds that only ever grow. */
  elapsed(): number
  report(record: () => RequestRecord): void
}

/** Reports each request once it is answered. */
export const reportRequests =
  ({ elapsed, report }: Reporting): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    const startedAt = elapsed()
    await next()
    const latencyMs = elapsed() - startedAt
    report(() => ({
      requestId: c.get('requestId'),
      method: c.req.method,
      path: c.req.path,
      route: routeOf(c),
      status: c.res.status,
      latencyMs,
      userAgent: c.req.header('user-agent'),
      actor: c.get('caller')?.actor,
      scale: c.get('scale'),
      error: c.error,
    }))
  }

/** The pattern in the route table. A path itself is no label: callers could make up any number of them. */
function routeOf(c: Context): string {
  const pattern = routePath(c, -1)
  return pattern.includes('*') ? 'unmatched' : pattern.replaceAll(/:(\w+)/g, '{$1}')
}
