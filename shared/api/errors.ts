import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { ScalingError } from '../scaling/index.ts'
import type { ApiErrorCode, ErrorCode, Fault, SweptOrFailed } from './contract/answers/errorBody.ts'

/** The HTTP status of each error. */
export const httpStatuses: Record<ErrorCode, ContentfulStatusCode> = {
  'invalid-request': 400,
  'body-incomplete': 400,
  unauthorized: 401,
  'foreign-origin': 403,
  'limited-caller': 403,
  'access-denied': 403,
  'namespace-protected': 403,
  'cluster-refused': 403,
  'workload-not-found': 404,
  'project-not-found': 404,
  'namespace-not-found': 404,
  'no-such-route': 404,
  'method-not-allowed': 405,
  'body-timeout': 408,
  'nothing-to-restore': 409,
  'nothing-to-skip': 409,
  'workload-changed': 409,
  'body-too-large': 413,
  'cluster-throttled': 429,
  'azure-throttled': 429,
  'too-many-waits': 429,
  'internal-error': 500,
  'cluster-unreachable': 503,
  'cluster-unauthorized': 503,
  'sweep-incomplete': 503,
  'azure-role-missing': 503,
  'azure-unreachable': 503,
  'cluster-not-found': 503,
  'cluster-private': 503,
  'cluster-stopped': 503,
  'identity-unavailable': 503,
  'listing-too-large': 503,
  misconfigured: 503,
  'cluster-timeout': 504,
}

/** A request that this API itself answers with an error. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ApiErrorCode
  readonly details: Fault[] | undefined
  /** The methods that would have been allowed. */
  readonly allow: string[] | undefined

  constructor(code: ApiErrorCode, more: { message: string; details?: Fault[]; allow?: string[]; cause?: unknown }) {
    super(more.message, { cause: more.cause })
    this.code = code
    this.details = more.details
    this.allow = more.allow
  }

  get status(): ContentfulStatusCode {
    return httpStatuses[this.code]
  }
}

/** A request for a project that could not do all of it: `sweep-incomplete` with the outcome of each workload. */
export class SweepIncomplete extends ScalingError {
  readonly workloads: SweptOrFailed[]

  constructor(message: string, { workloads, causes }: { workloads: SweptOrFailed[]; causes: unknown[] }) {
    super('sweep-incomplete', message, { cause: new AggregateError(causes), retryAfterSeconds: 5 })
    this.workloads = workloads
  }
}

/** `invalid-request` with every fault of the request. */
export const invalidRequest = (details: Fault[]): ApiError =>
  new ApiError('invalid-request', {
    message: `The request is invalid: ${details.map(({ path, message }) => `${path} ${message}`).join('; ')}`,
    details,
  })

/** `method-not-allowed` with the methods that the path does take. */
export const methodRefused = (allowed: string[]): ApiError =>
  new ApiError('method-not-allowed', { message: `This path takes ${allowed.join(', ')}`, allow: allowed })

/** `no-such-route` for a path that is in no route. */
export const noSuchRoute = (path: string): ApiError =>
  new ApiError('no-such-route', { message: `There is no ${path} here: GET /docs lists every route` })
