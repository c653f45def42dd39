import type { z } from '@hono/zod-openapi'
import { ScalingError } from '../scaling/index.ts'
import type { ErrorBody } from './contract/answers/errorBody.ts'
import { ApiError, httpStatuses, SweepIncomplete } from './errors.ts'
import { jsonResponse } from './json.ts'

/** The request that failed. */
interface Failed {
  requestId: string
  now: Date
  dryRun?: boolean
}

/** Answers whatever was thrown, also in a host where there is no API to answer. */
export function errorResponse(error: Error, { requestId, now, dryRun = false }: Failed): Response {
  const words = wordsFor(error)
  const status = httpStatuses[words.error]
  const body: z.infer<typeof ErrorBody> = {
    status: 'error',
    ...words,
    ...(dryRun && { message: `Dry run, so nothing was changed: ${words.message}`, dry_run: true as const }),
    timestamp: now.toISOString(),
    request_id: requestId,
    ...(error instanceof ApiError && error.details && { details: error.details }),
    ...(error instanceof SweepIncomplete && { workloads: error.workloads }),
  }
  return jsonResponse(requestId, body, { status, headers: headersOf(error, status) })
}

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
