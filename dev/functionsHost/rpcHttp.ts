import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RpcHttpCookie, RpcHttpData } from './coreTypes.ts'

/** A request that was read to its end, and the parameters of the route that it matched. */
export interface ReadRequest {
  request: IncomingMessage
  url: URL
  body: Buffer
  params: Record<string, string>
}

/** Builds the real host's message to the worker (GrpcMessageConversionExtensions.ToRpcHttp in azure-functions-host). */
export function toRpcHttp({ request, url, body, params }: ReadRequest): RpcHttpData {
  const query = new Map<string, string>()
  for (const [name, value] of url.searchParams) {
    const earlier = query.get(name)
    query.set(name, earlier === undefined ? value : `${earlier},${value}`)
  }
  const headers = Object.entries(request.headersDistinct).map(([name, values]) => [name, values?.join(',') ?? ''])
  return {
    method: request.method ?? 'GET',
    url: url.href,
    nullableHeaders: nullable(headers as [string, string][]),
    nullableQuery: nullable(query),
    nullableParams: nullable(Object.entries(params)),
    // The real host looks at Content-Length, so a chunked body never reaches the function. The same holds here, so that
    // nothing works on a laptop only.
    ...(Number(request.headers['content-length']) > 0 ? { body: { bytes: body } } : {}),
  }
}

/** Sends the function's answer. A function that returns nothing is answered 200 without a body, as in Azure. */
export function sendRpcHttp(response: ServerResponse, http: RpcHttpData): void {
  const body = bodyBytes(http)
  response.statusCode = Number(http.statusCode ?? 200)
  for (const [name, value] of Object.entries(http.headers ?? {})) {
    // The server itself sets the length and the framing, because the body is complete.
    if (!['transfer-encoding', 'connection', 'content-length'].includes(name)) response.setHeader(name, value)
  }
  if (http.cookies?.length) response.appendHeader('set-cookie', http.cookies.map(cookieHeader))
  const bodiless = response.req.method === 'HEAD' || [204, 205, 304].includes(response.statusCode)
  // Written before the end, so that the answer arrives in chunks and without a length, as that of the real host.
  if (!bodiless && body.length > 0) response.write(body)
  response.end()
}

function nullable(entries: Iterable<[string, string]>): Record<string, { value: string }> {
  return Object.fromEntries([...entries].map(([name, value]) => [name, { value }]))
}

function bodyBytes({ body }: RpcHttpData): Uint8Array {
  return body?.bytes ?? Buffer.from(body?.string ?? body?.json ?? '')
}

function cookieHeader(cookie: RpcHttpCookie): string {
  const sameSite = { none: undefined, explicitNone: 'None', lax: 'Lax', strict: 'Strict' }[cookie.sameSite ?? 'none']
  const seconds = cookie.expires?.value?.seconds
  return [
    `${encodeURIComponent(cookie.name)}=${encodeURIComponent(cookie.value)}`,
    cookie.domain?.value && `Domain=${cookie.domain.value}`,
    cookie.path?.value && `Path=${cookie.path.value}`,
    seconds !== undefined && `Expires=${new Date(seconds * 1000).toUTCString()}`,
    cookie.maxAge?.value !== undefined && `Max-Age=${cookie.maxAge.value}`,
    cookie.secure?.value && 'Secure',
    cookie.httpOnly?.value && 'HttpOnly',
    sameSite && `SameSite=${sameSite}`,
  ]
    .filter(Boolean)
    .join('; ')
}
