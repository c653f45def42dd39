import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { InvocationResponse, RegisteredFunction, RpcHttpData } from './coreTypes.ts'
import { hasKey } from './functionKeys.ts'
import type { TriggerInput } from './invoke.ts'
import { readBody } from './requestBody.ts'
import type { FindRoute } from './routes.ts'
import { sendRpcHttp, toRpcHttp } from './rpcHttp.ts'

export interface HttpServerDependencies {
  findRoute: FindRoute
  /** Required for /admin and for functions whose authLevel is not anonymous. */
  key: string
  invoke(handler: RegisteredFunction, input: TriggerInput): Promise<InvocationResponse>
  /** Starts a function without waiting for its end. @returns false when no function to start has that name */
  startByName(name: string, input: string): boolean
  /** Called with the error of a function, whose caller sees only the status 500. */
  reportFailure(name: string, error: unknown): void
  /** In bytes; a longer body is answered 500. */
  bodyLimit: number
  /** How long a body may be slow before it is answered 500. */
  bodyGraceMs: number
  /** A function that takes longer is answered 504. It continues to run, as in Azure. */
  timeoutMs: number
}

/** Serves the HTTP functions and `POST /admin/functions/{name}`. The caller makes it listen. */
export function createHttpServer(deps: HttpServerDependencies): Server {
  // The real host takes 32 KiB of headers in 31 seconds; Node's own limits are 16 KiB and a minute.
  const limits = { maxHeaderSize: 32 * 1024, headersTimeout: 31_000, connectionsCheckingInterval: 1000 }
  const server = createServer(limits, async (request, response) => {
    const http = await answer(deps, request).catch((error: unknown): RpcHttpData => {
      // A client that disconnects in the middle of its body is not a failure of this server.
      if (!request.destroyed) deps.reportFailure('the HTTP server', error)
      return { statusCode: '500' }
    })
    // A stopping server waits for its connections to close, and the rest of a refused body is not worth reading.
    const bodyRefused = http.statusCode === '500' && !request.complete
    if (!server.listening || bodyRefused) response.setHeader('connection', 'close')
    try {
      sendRpcHttp(response, http)
    } catch (error) {
      // A function may return something that HTTP does not allow, such as a line break in a cookie.
      deps.reportFailure('the HTTP server', error)
      for (const name of response.getHeaderNames()) response.removeHeader(name)
      sendRpcHttp(response, { statusCode: '500' })
    }
  })
  // Kestrel, the server of the real host, keeps idle connections this long. With Node's 5 s, a client on a slow machine
  // uses a connection that is being closed, and its request is lost.
  server.keepAliveTimeout = 130_000
  return server
}

// The limits of Kestrel, the web server of the real host.
const longestRequestLine = 8 * 1024
const mostHeaders = 100

/** The status of a request that the real host refuses before it looks for a function. */
function refusal({ method = '', url = '', headers, rawHeaders }: IncomingMessage): string | undefined {
  if (`${method} ${url} HTTP/1.1\r\n`.length > longestRequestLine) return '414'
  if (rawHeaders.length / 2 > mostHeaders) return '431'
  // HTTP/1.0 allows this.
  if (headers.host === undefined) return '500'
  return url.startsWith('//') ? '404' : undefined
}

async function answer(deps: HttpServerDependencies, request: IncomingMessage): Promise<RpcHttpData> {
  const refused = refusal(request)
  if (refused) return { statusCode: refused }
  const url = requestUrl(request)
  // The real host refuses a NUL in the path before any function sees it.
  if (!url || /%00/.test(url.pathname)) return { statusCode: '400' }
  if (/^\/admin(?:\/|$)/i.test(url.pathname)) return answerAdmin(deps, request, url)

  const found = deps.findRoute(request.method ?? '', url.pathname)
  if (!found) return { statusCode: '404' }
  const { route, params } = found
  if (route.authLevel !== 'anonymous' && !hasKey(request, url.searchParams, deps.key)) return { statusCode: '401' }

  const body = await readBody(request, deps)
  if (!body) return { statusCode: '500' }
  const data = { http: toRpcHttp({ request, url, body, params }) }
  const invocation = deps.invoke(route.handler, { data, ...trace(request) }).then(
    ({ returnValue }): RpcHttpData => returnValue?.http ?? {},
    (error: unknown): RpcHttpData => {
      deps.reportFailure(route.name, error)
      return { statusCode: '500' }
    },
  )
  return withTimeout(invocation, deps.timeoutMs)
}

async function answerAdmin(deps: HttpServerDependencies, request: IncomingMessage, url: URL): Promise<RpcHttpData> {
  if (/^\/admin\/host\/ping$/i.test(url.pathname)) return { statusCode: '200' }
  if (!hasKey(request, url.searchParams, deps.key)) {
    return { statusCode: '401', headers: { 'www-authenticate': 'Bearer' } }
  }
  const name = /^\/admin\/functions\/([^/]+)$/i.exec(url.pathname)?.[1]
  if (!name || request.method !== 'POST') return { statusCode: '404' }
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) return { statusCode: '415' }
  const body = await readBody(request, deps)
  if (!body) return { statusCode: '500' }
  const input = adminInput(body)
  if (input === undefined) return { statusCode: '400' }
  return { statusCode: deps.startByName(name, input) ? '202' : '404' }
}

/** The `input` of `{"input": "..."}`, `undefined` when the body is not of this form. */
function adminInput(body: Buffer): string | undefined {
  try {
    const { input = '' } = JSON.parse(body.toString() || '{}') as { input?: unknown }
    return typeof input === 'string' ? input : JSON.stringify(input)
  } catch {
    return undefined
  }
}

function requestUrl(request: IncomingMessage): URL | undefined {
  const target = request.url ?? ''
  // Joined as text, so that //evil/path stays a path. An absolute target is for proxies only.
  return target.startsWith('/') ? (URL.parse(`http://${request.headers.host}${target}`) ?? undefined) : undefined
}

function trace({ headers }: IncomingMessage): Omit<TriggerInput, 'data'> {
  const text = (value: string | string[] | undefined) => (typeof value === 'string' ? value : undefined)
  return { traceParent: text(headers.traceparent), traceState: text(headers.tracestate) }
}

async function withTimeout(invocation: Promise<RpcHttpData>, timeoutMs: number): Promise<RpcHttpData> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<RpcHttpData>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, { statusCode: '504' })
  })
  try {
    return await Promise.race([invocation, late])
  } finally {
    clearTimeout(timer)
  }
}
