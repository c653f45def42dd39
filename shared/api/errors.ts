import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** One fault of a request: `path` is the field or parameter, e.g. `replicas`. */
export interface Fault {
  path: string
  message: string
}

/** A request that this API itself answers with an error. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: ContentfulStatusCode
  readonly code: string
  readonly details: Fault[] | undefined
  /** The methods that would have been allowed. */
  readonly allow: string[] | undefined

  constructor(
    status: ContentfulStatusCode,
    code: string,
    more: { message: string; details?: Fault[]; allow?: string[]; cause?: unknown },
  ) {
    super(more.message, { cause: more.cause })
    this.status = status
    this.code = code
    this.details = more.details
    this.allow = more.allow
  }
}

/** 400 with every fault of the request. */
export const invalidRequest = (details: Fault[]): ApiError =>
  new ApiError(400, 'invalid-request', {
    message: `The request is invalid: ${details.map(({ path, message }) => `${path} ${message}`).join('; ')}`,
    details,
  })

/** 405 with the methods that the path does take. */
export const methodRefused = (allowed: string[]): ApiError =>
  new ApiError(405, 'method-not-allowed', { message: `This path takes ${allowed.join(', ')}`, allow: allowed })

/** 404 for a path that is in no route. */
export const noSuchRoute = (path: string): ApiError =>
  new ApiError(404, 'no-such-route', { message: `There is no ${path} here: GET /docs lists what there is` })
