import type { Context, TypedResponse } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { ApiEnv } from './middleware/apiEnv.ts'
import { browserHeaders } from './middleware/browserHeaders.ts'

type Json<Body, Status extends ContentfulStatusCode> = Response & TypedResponse<Body, Status, 'json'>

interface Init<Status extends ContentfulStatusCode> {
  status: Status
  headers?: Record<string, string>
}

/** An answer in JSON, with the id of its request; 200 when no other status is given. */
export function json<Body extends object>(c: Context<ApiEnv>, body: Body): Json<Body, 200>
export function json<Body extends object, Status extends ContentfulStatusCode>(
  c: Context<ApiEnv>,
  body: Body,
  init: Init<Status>,
): Json<Body, Status>
export function json(c: Context<ApiEnv>, body: object, init: Init<ContentfulStatusCode> = { status: 200 }) {
  return jsonResponse(c.get('requestId'), body, init)
}

/** A body as text. It ends with a line break, so that a shell's prompt begins a line of its own. */
export const jsonText = (body: object): string => `${JSON.stringify(body)}\n`

/**
 * The same where there is no context.
 * The headers are a plain object, which the server writes as it is: the `Headers` that `c.header` makes would take longer
 * than everything else here.
 */
export const jsonResponse = (requestId: string, body: object, { status, headers }: Init<ContentfulStatusCode>) =>
  new Response(jsonText(body), {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headersOf(requestId), ...headers },
  })

/** An answer whose body was made into text before. */
export const jsonOfText = (c: Context<ApiEnv>, text: string): Json<never, 200> =>
  new Response(text, { headers: { 'content-type': 'application/json', ...answerHeaders(c) } }) as Json<never, 200>

const headersOf = (requestId: string) => ({ ...browserHeaders, 'x-request-id': requestId })

/** The headers of every answer, for one that is not in JSON: the id of its request, and what a browser must not do. */
export const answerHeaders = (c: Context<ApiEnv>) => headersOf(c.get('requestId'))
