import type { Context } from 'hono'
import { docsFiles } from '../contract/docsFiles.ts'
import { docsPage } from '../contract/docsPage.ts'
import type { OpenApiDocument } from '../contract/document.ts'
import { pageFiles, pageShell } from '../contract/pageFiles.ts'
import type { Routes } from '../contract/routes.ts'
import { answerHeaders, json, jsonOfText, jsonText } from '../json.ts'
import type { ApiEnv } from '../middleware/apiEnv.ts'
import { pageHeaders } from '../middleware/browserHeaders.ts'
import { isKept } from '../middleware/entityTag.ts'
import { shareAnswer } from '../middleware/shareAnswer.ts'
import type { ApiOptions } from '../options.ts'
import type { Serve } from '../requests/serve.ts'
import { keptFiles } from './keptFiles.ts'

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
    readPageFile,
    document,
  }: ApiOptions & { document(): OpenApiDocument },
): void {
  const reach = shareAnswer(() => scaling.cluster.ping({ signal: AbortSignal.timeout(readyTimeoutMs) }), {
    forMs: readySharedMs,
    elapsed,
  })
  // It takes milliseconds to build and never changes, and no key is needed to ask for it.
  let text: string | undefined
  const docsFileOf = keptFiles(docsFiles, readDocsFile)
  const pageFileOf = keptFiles({ ...pageFiles, ...pageShell }, readPageFile)

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
    const { bytes, headers } = await docsFileOf(c.req.valid('param').file)
    return fileAnswer(c, bytes, headers)
  })
  serve(routes.page, async (c) => {
    const { bytes, headers } = await pageFileOf('index.html')
    return fileAnswer(c, bytes, { ...headers, ...pageHeaders, ...fresh })
  })
  serve(routes.pageFile, async (c) => {
    const { bytes, headers } = await pageFileOf(c.req.valid('param').file)
    return fileAnswer(c, bytes, { ...headers, ...fresh })
  })
}

// The shell and its files are of one version: a browser asks each time whether they have changed.
const fresh = { 'cache-control': 'no-cache' }

function fileAnswer(
  c: Context<ApiEnv>,
  bytes: Uint8Array<ArrayBuffer>,
  headers: Record<string, string> & { etag: string },
) {
  const answered = { ...answerHeaders(c), ...headers }
  return isKept(c.req.header('if-none-match'), headers.etag)
    ? c.body(null, 304, answered)
    : c.body(bytes, 200, answered)
}
