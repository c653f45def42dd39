import { docsPage } from '../contract/docsPage.ts'
import type { OpenApiDocument } from '../contract/document.ts'
import type { Routes } from '../contract/routes.ts'
import { json, requestIdHeader } from '../json.ts'
import type { ApiOptions } from '../options.ts'
import type { Serve } from '../requests/serve.ts'

// Longer than a healthy cluster ever needs, and shorter than a probe waits.
const readyTimeoutMs = 3000

/** Health, readiness, and the description of the API. */
export function serveService(
  serve: Serve,
  routes: Routes,
  { scaling, now, draining, faults, document }: ApiOptions & { document(): OpenApiDocument },
): void {
  serve(routes.health, (c) => json(c, { status: 'healthy' as const, time: now().toISOString() }))

  serve(routes.ready, async (c) => {
    const time = now().toISOString()
    const notReady = (error: string) => json(c, { status: 'not ready' as const, error, time }, { status: 503 })
    if (draining.aborted) return notReady('shutting down')
    try {
      await scaling.cluster.ping({ signal: AbortSignal.timeout(readyTimeoutMs) })
      const told = faults.length > 0 ? { faults } : {}
      return json(c, { status: 'ready' as const, kubernetes: 'connected' as const, time, ...told })
    } catch (error) {
      // The answer has the words of the operations guide; the log has the reason.
      if (error instanceof Error) c.error = error
      return notReady('unable to connect to Kubernetes API')
    }
  })

  serve(routes.openapi, (c) => json(c, document()))
  serve(routes.docs, (c) => c.html(docsPage(document(), new URL(c.req.url).search), 200, requestIdHeader(c)))
}
