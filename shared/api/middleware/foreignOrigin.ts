import type { MiddlewareHandler } from 'hono'
import { ApiError } from '../errors.ts'
import type { ApiEnv } from './apiEnv.ts'
import { isReading } from './changing.ts'

/**
 * Refuses a request that changes something when a page of another origin has made a browser send it. Where no key is
 * needed, or where the browser adds the sign-in by itself, nothing else tells such a request from a wanted one. Programs
 * send neither header. https://www.w3.org/TR/fetch-metadata/
 */
export const refuseForeignOrigin: MiddlewareHandler<ApiEnv> = (c, next) => {
  if (!isReading(c.req.method) && isForeign(c.req.raw)) {
    throw new ApiError('foreign-origin', {
      message:
        'A page of another site has sent this request with your browser, so it is refused: send it with a program such ' +
        'as curl, or from a page of this service',
    })
  }
  return next()
}

function isForeign({ headers, url }: Request): boolean {
  const site = headers.get('sec-fetch-site')
  // The browser's own word holds also where something in front of this service has changed the host.
  if (site !== null) return site !== 'same-origin' && site !== 'none'
  const origin = headers.get('origin')
  if (origin === null) return false
  // The scheme is not compared, since what ends TLS in front of this service hides it.
  return !URL.canParse(origin) || new URL(origin).host !== (headers.get('host') ?? new URL(url).host)
}
