import type { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { ScalingError } from '../scaling/index.ts'
import type { ErrorBody } from './contract/errorBody.ts'
import { ApiError, httpStatuses } from './errors.ts'
import { json } from './json.ts'

/** Answers whatever was thrown. */
export function errorResponse(error: Error, c: Context, now: Date): Response {
  const body = errorBody(error, { requestId: c.get('requestId'), now })
  const status = httpStatuses[body.error]
  return json(c, body, { status, headers: headersOf(error, status) })
}

/** The body of every error, also for a host that answers without the API. */
export const errorBody = (
  error: Error,
  { requestId, now }: { requestId: string; now: Date },
): z.infer<typeof ErrorBody> => ({
  status: 'error',
  ...wordsFor(error),
  timestamp: now.toISOString(),
  request_id: requestId,
  ...(error instanceof ApiError && error.details && { details: error.details }),
})

function wordsFor(error: Error): Pick<z.infer<typeof ErrorBody>, 'message' | 'error'> {
  if (error instanceof ApiError || error instanceof ScalingError) return { message: error.message, error: error.code }
  return {
    message: 'This service has failed; its log says more under this request_id',
    error: 'internal-error',
  }
}

function headersOf(error: Error, status: number): Record<string, string> {
  const retryAfter = error instanceof ScalingError ? error.retryAfterSeconds : undefined
  const allow = error instanceof ApiError ? error.allow : undefined
  return {
    ...(retryAfter !== undefined && { 'retry-after': String(Math.ceil(retryAfter)) }),
    ...(allow && { allow: allow.join(', ') }),
    // The rest of the body is not read, so the connection cannot be used again.
    ...((status === 408 || status === 413) && { connection: 'close' }),
    ...(status === 401 && { 'www-authenticate': 'Bearer' }),
  }
}
