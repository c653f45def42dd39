import type { MiddlewareHandler } from 'hono'
import type { ApiEnv } from './apiEnv.ts'

const sane = /^[\w=-]{1,128}$/

/** Takes the caller's `x-request-id` when it is sane, and makes one otherwise. Every answer carries it: see `json`. */
export const requestId =
  (newId: () => string): MiddlewareHandler<ApiEnv> =>
  (c, next) => {
    const given = c.req.header('x-request-id')
    c.set('requestId', given !== undefined && sane.test(given) ? given : newId())
    return next()
  }
