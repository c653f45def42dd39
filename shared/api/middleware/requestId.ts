import type { MiddlewareHandler } from 'hono'
import type { ApiEnv } from './apiEnv.ts'

const sane = /^[\w=-]{1,128}$/

/** Takes the caller's `x-request-id` when it is sane, else makes one. Every answer carries it: see `json`. */
export const requestId: MiddlewareHandler<ApiEnv> = (c, next) => {
  const given = c.req.header('x-request-id')
  c.set('requestId', given !== undefined && sane.test(given) ? given : crypto.randomUUID())
  return next()
}
