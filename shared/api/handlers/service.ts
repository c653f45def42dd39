import { docsPage } from '../contract/docsPage.ts'
import type { OpenApiDocument } from '../contract/document.ts'
import type { Routes } from '../contract/routes.ts'
import { answerHeaders, json, jsonOfText, jsonText } from '../json.ts'
import { pageHeaders } from '../middleware/browserHeaders.ts'
import { isKept } from '../middleware/entityTag.ts'
import { shareAnswer } from '../middleware/shareAnswer.ts'
import type { ApiOptions } from '../options.ts'
import type { Serve } from '../requests/serve.ts'
import { keptFiles } from './docsFiles.ts'

// Longer than a healthy cluster ever needs, and shorter than a probe waits.
const readyTimeoutMs = 3000
// Anybody may ask, so the number of callers must not be the number of calls to Kubernetes.
const readySharedMs = 1000

/** Health, readiness, and the description of the API. */
export function serveService(
  serve: Serve,
  routes: Routes,
  {
    scaling,
    version,
    now,
    elapsed,
    draining,
    faults,
    readDocsFile,
    document,
  }: ApiOptions & { document(): OpenApiDocument },
): void {
  const reach = shareAnswer(() => scaling.cluster.ping({ signal: AbortSignal.timeout(readyTimeoutMs) }), {
    forMs: readySharedMs,
    elapsed,
  })
  // It takes milliseconds to build and never changes, and no key is needed to ask for it.
  let text: string | undefined
  const fileOf = keptFiles(readDocsFile)

  serve(routes.health, (c) => json(c, { status: 'healthy' as const, version, time: now().toISOString() }))

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
    return jsonOfText(c, text)
  })
  serve(routes.docs, (c) => {
    // The addresses in the page may hold a key.
    const headers = { ...answerHeaders(c), ...pageHeaders, 'cache-control': 'no-store' }
    return c.html(docsPage(new URL(c.req.url).search), 200, headers)
  })
  serve(routes.docsFile, async (c) => {
    const { bytes, headers } = await fileOf(c.req.valid('param').file)
    const answered = { ...headers, ...answerHeaders(c) }
    return isKept(c.req.header('if-none-match'), headers.etag)
      ? c.body(null, 304, answered)
      : c.body(bytes, 200, answered)
  })
}
