import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { ScalingError, type ScalingErrorCode } from '../scaling/index.ts'
import { ApiError } from './errors.ts'
import { json } from './json.ts'

const statusOf: Record<ScalingErrorCode, ContentfulStatusCode> = {
  'workload-not-found': 404,
  'project-not-found': 404,
  'namespace-protected': 403,
  'sweep-incomplete': 503,
  'nothing-to-restore': 409,
  'workload-changed': 409,
  'cluster-refused': 403,
  'cluster-unauthorized': 503,
  'cluster-throttled': 429,
  'cluster-unreachable': 503,
  'cluster-timeout': 504,
  'cluster-stopped': 503,
  'cluster-not-found': 503,
  'cluster-private': 503,
  'identity-unavailable': 503,
  'azure-role-missing': 503,
  'azure-throttled': 429,
  'azure-unreachable': 503,
}

/** The one mapping of everything that can be thrown to an answer. */
export function errorResponse(error: Error, c: Context, now: Date): Response {
  const { status } = describe(error)
  const body = errorBody(error, { requestId: c.get('requestId'), now })
  return json(c, body, { status, headers: headersOf(error, status) })
}

/** The one shape of an error, also for a host that answers without the API. */
export function errorBody(error: Error, { requestId, now }: { requestId: string; now: Date }) {
  const { code, message, details } = describe(error)
  return {
    status: 'error',
    message,
    error: code,
    timestamp: now.toISOString(),
    request_id: requestId,
    ...(details && { details }),
  }
}

function headersOf(error: Error, status: number): Record<string, string> {
  const retryAfter = error instanceof ScalingError ? error.retryAfterSeconds : undefined
  const allow = error instanceof ApiError ? error.allow : undefined
  return {
    ...(retryAfter !== undefined && { 'retry-after': String(Math.ceil(retryAfter)) }),
    ...(allow && { allow: allow.join(', ') }),
    // What is left of the body is not read, so the connection is of no more use.
    ...((status === 408 || status === 413) && { connection: 'close' }),
    ...(status === 401 && { 'www-authenticate': 'Bearer' }),
  }
}

function describe(error: Error): Pick<ApiError, 'status' | 'code' | 'message' | 'details'> {
  if (error instanceof ApiError) return error
  if (error instanceof ScalingError) {
    return { status: statusOf[error.code], code: error.code, message: error.message, details: undefined }
  }
  return {
    status: 500,
    code: 'internal-error',
    message: 'This service has failed; its log says more under this request_id',
    details: undefined,
  }
}
