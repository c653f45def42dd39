import type { Api } from './api.ts'
import { docsPage } from './docsPage.ts'
import { documentOf } from './document.ts'
import type { ApiOptions } from './options.ts'
import type { Routes } from './routes.ts'

// Longer than a healthy cluster ever needs, shorter than a probe's patience.
const readyTimeoutMs = 3000

/** Health, readiness, and what the API says of itself. */
export function serveService(app: Api, routes: Routes, { scaling, now, draining }: ApiOptions): void {
  app.openapi(routes.health, (c) => c.json({ status: 'healthy' as const, time: now().toISOString() }, 200))

  app.openapi(routes.ready, async (c) => {
    const time = now().toISOString()
    const notReady = (error: string) => c.json({ status: 'not ready' as const, error, time }, 503)
    if (draining.aborted) return notReady('shutting down')
    try {
      await scaling.cluster.ping({ signal: AbortSignal.timeout(readyTimeoutMs) })
      return c.json({ status: 'ready' as const, kubernetes: 'connected' as const, time }, 200)
    } catch (error) {
      // The answer is the operations guide's, and the log says why.
      if (error instanceof Error) c.error = error
      return notReady('unable to connect to Kubernetes API')
    }
  })

  app.openapi(routes.openapi, (c) => c.json(documentOf(app)))
  app.openapi(routes.docs, (c) => c.html(docsPage(documentOf(app), new URL(c.req.url).search)))
}
