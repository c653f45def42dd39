import { randomUUID } from 'node:crypto'
import { RequestError } from '@hono/node-server'
import { errorResponse, invalidRequest, loggable } from '../shared/api/index.ts'
import type { Logger } from '../shared/telemetry/index.ts'

/**
 * Answers, in the API's own form, a request without a valid URL, which no route sees: a bad `Host`, a backslash in the
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
    const refused = invalidRequest([{ path: 'url', message: `cannot be read (${loggable(error.message)})` }])
    const { status, message } = refused
    logger.warn({ request_id: id, status, error: message }, 'request')
    return errorResponse(refused, { requestId: id, now: new Date() })
  }
