import { docsPage } from '../contract/docsPage.ts'
import type { OpenApiDocument } from '../contract/document.ts'
import type { Routes } from '../contract/routes.ts'
import { json, jsonText, requestIdHeader } from '../json.ts'
import type { ApiOptions } from '../options.ts'
import type { Serve } from '../requests/serve.ts'
import { shareAnswer } from './shareAnswer.ts'

// Longer than a healthy cluster ever needs, and shorter than a probe waits.
const readyTimeoutMs = 3000
// Anybody may ask, so the number of callers must not be the number of calls to Kubernetes.
const readySharedMs = 1000

/** Health, readiness, and the description of the API. */
export function serveService(
  serve: Serve,
  routes: Routes,
  { scaling, now, elapsed, draining, faults, document }: ApiOptions & { document(): OpenApiDocument },
): void {
  const reach = shareAnswer(() => scaling.cluster.ping({ signal: AbortSignal.timeout(readyTimeoutMs) }), {
    forMs: readySharedMs,
    elapsed,
  })
  // Both take milliseconds to build and never change, and no key is needed to ask for them.
  let text: string | undefined
  let page: ((query: string) => string) | undefined

  serve(routes.health, (c) => json(c, { status: 'healthy' as const, time: now().toISOString() }))

  serve(routes.ready, async (c) => {
    const time = now().toISOString()
    const notReady = (error: string) => json(c, { status: 'not ready' as const, error, time }, { status: 503 })
    if (draining.aborted) return notReady('shutting down')
    try {
      await reach()
      const told = faults.length > 0 ? { faults } : {}
      return json(c, { status: 'ready' as const, kubernetes: 'connected' as const, time, ...told })
    } catch (error) {
      // The answer has the words of the operations guide; the log has the reason.
      if (error instanceof Error) c.error = error
      return notReady('unable to connect to Kubernetes API')
    }
  })

  serve(routes.openapi, (c) => {
    text ??= jsonText(document())
    return c.body(text, 200, { 'content-type': 'application/json', ...requestIdHeader(c) })
  })
  serve(routes.docs, (c) => {
    page ??= docsPage(document())
    return c.html(page(new URL(c.req.url).search), 200, requestIdHeader(c))
  })
}
