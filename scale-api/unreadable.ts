import { randomUUID } from 'node:crypto'
import { RequestError } from '@hono/node-server'
import type { Logger } from '../shared/telemetry/index.ts'

/**
 * Answers, in the API's own shape, what no URL can be made of and so no route sees: a bad `Host`, a backslash in the
 * path, `OPTIONS *`.
 */
export const answerUnreadable =
  (logger: Logger) =>
  (error: unknown): Response => {
    const id = randomUUID()
    if (!(error instanceof RequestError)) {
      logger.error({ request_id: id, err: error }, 'a request could not be answered')
      return new Response(null, { status: 500, headers: { 'x-request-id': id } })
    }
    const fault = { path: 'url', message: `cannot be read (${error.message})` }
    const message = `The request is invalid: ${fault.path} ${fault.message}`
    logger.warn({ request_id: id, status: 400, error: message }, 'request')
    const body = {
      status: 'error',
      message,
      error: 'invalid-request',
      timestamp: new Date().toISOString(),
      request_id: id,
      details: [fault],
    }
    return new Response(JSON.stringify(body), {
      status: 400,
      headers: { 'content-type': 'application/json', 'x-request-id': id },
    })
  }
