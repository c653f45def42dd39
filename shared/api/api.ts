import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { requestId } from 'hono/request-id'
import type { ApiEnv } from './apiEnv.ts'
import { createAuthenticate } from './authentication.ts'
import { bodyTooLarge, jsonBody, maxBodyBytes } from './body.ts'
import { serveDeployments } from './deploymentRoutes.ts'
import { errorResponse, invalidRequest, methodRefused, noSuchRoute } from './errors.ts'
import { faultsOf } from './faults.ts'
import { createLookup } from './lookup.ts'
import { serveNodePools } from './nodePoolRoutes.ts'
import type { ApiOptions } from './options.ts'
import { serveProjects } from './projectRoutes.ts'
import { reportRequests } from './reportRequests.ts'
import { createRoutes } from './routes.ts'
import { serveService } from './serviceRoutes.ts'

export type Api = OpenAPIHono<ApiEnv>

/** The scale API as a web-standard app: `fetch` takes a Request and answers a Response, in every host. */
export function createApi(options: ApiOptions): Api {
  const { scaling, now } = options
  const routes = createRoutes(now)
  const authenticate = createAuthenticate(options.authentication)
  const lookup = createLookup(options)
  const fail = (error: Error, c: Context) => errorResponse(error, c, now())

  const app: Api = new OpenAPIHono<ApiEnv>({
    defaultHook: async (result, c) => {
      if (result.success) return
      // That what the path names is missing is more useful news than a missing reason, so a body's faults wait for it.
      if (result.target === 'json') {
        if (c.req.param('project') !== undefined) await lookup.project(c)
        else await scaling.cluster.getWorkload(await lookup.deployment(c), { signal: lookup.deadline() })
      }
      throw invalidRequest(faultsOf(result.error))
    },
  })

  app.openAPIRegistry.registerComponent('securitySchemes', 'key', { type: 'http', scheme: 'bearer' })
  app.use(reportRequests(options.report))
  app.use(requestId({ limitLength: 128 }))
  app.use(methodNotAllowed({ app, onMethodNotAllowed: (c, allowed) => fail(methodRefused(allowed), c) }))
  app.use('/api/v1/*', (c, next) => {
    c.set('caller', authenticate(c.req.raw.headers))
    return next()
  })
  // Looking for the body of a GET would cost more than all else that this API does with it.
  const limitBody = bodyLimit({ maxSize: maxBodyBytes, onError: bodyTooLarge })
  app.use('/api/v1/*', (c, next) =>
    c.req.method === 'POST' ? limitBody(c, async () => void (await jsonBody(c, next))) : next(),
  )
  app.onError(fail)
  app.notFound((c) => fail(noSuchRoute(c.req.path), c))

  serveService(app, routes, options)
  serveDeployments(app, routes, options)
  serveProjects(app, routes, options)
  serveNodePools(app, routes, options)
  return app
}
