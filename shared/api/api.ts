import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { compress } from 'hono/compress'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { documentOf } from './contract/document.ts'
import { createRoutes } from './contract/routes.ts'
import { errorResponse } from './errorAnswer.ts'
import { methodRefused, noSuchRoute } from './errors.ts'
import { serveDeployments } from './handlers/deployments.ts'
import { serveExceptions } from './handlers/exceptions.ts'
import { serveHistory } from './handlers/history.ts'
import { serveNodePools } from './handlers/nodePools.ts'
import { serveProjects } from './handlers/projects.ts'
import { serveSavings } from './handlers/savings.ts'
import { serveService } from './handlers/service.ts'
import type { Api, ApiEnv } from './middleware/apiEnv.ts'
import { createAuthenticate, isByIdentity } from './middleware/callers/authentication.ts'
import { isDryRun } from './middleware/changing.ts'
import { deadline } from './middleware/deadline.ts'
import { refuseForeignOrigin } from './middleware/foreignOrigin.ts'
import { reportRequests } from './middleware/reportRequests.ts'
import { requestId } from './middleware/requestId.ts'
import { createShareReads } from './middleware/shareReads.ts'
import type { ApiOptions } from './options.ts'
import { createLookup } from './requests/lookup.ts'
import { createServe } from './requests/serve.ts'

// The status of a Deployment is not among them: it is what it is now, and its readers may wait for different things.
const polled = ['/api/v1/projects', '/api/v1/projects/*', '/api/v1/savings', '/api/v1/node-pools']

/** The scale API as a web-standard app: `fetch` takes a Request and answers a Response, in every host. */
export function createApi(options: ApiOptions): Api {
  const { scaling, now } = options
  const routes = createRoutes(now)
  const guards = {
    functionKey: options.guardedByFunctionKey,
    bearer: options.authentication.keys.length > 0,
    identity: isByIdentity(options.authentication),
  }
  const authenticate = createAuthenticate(options.authentication)
  const lookup = createLookup(options)
  const reads = createShareReads(options.elapsed)
  const fail = (error: Error, c: Context) => {
    const dryRun = c.req.method === 'POST' && isDryRun(c)
    return errorResponse(error, { requestId: c.get('requestId'), now: now(), dryRun })
  }

  const app: Api = new OpenAPIHono<ApiEnv>()
  const serve = createServe(app, async (c) => {
    if (c.req.param('project') !== undefined) await lookup.project(c)
    else if (c.req.param('name') !== undefined)
      await scaling.cluster.getWorkload(await lookup.deployment(c), { signal: c.get('deadline') })
  })

  app.use(reportRequests(options))
  app.use(requestId(options.newId))
  // What a page loads and polls, on a phone too: the list of 200 projects is a fortieth then.
  for (const path of ['/', '/page/*', ...polled]) app.use(path, compress())
  app.use('/api/v1/*', refuseForeignOrigin)
  app.use('/api/v1/*', (c, next) => {
    c.set('caller', authenticate(c.req.raw.headers))
    return next()
  })
  app.use('/api/v1/*', deadline(options.requestTimeoutMs))
  app.use('/api/v1/*', reads.forgetAfterChange)
  for (const path of polled) app.use(path, reads.share)
  app.onError(fail)
  const refuseMethod = methodNotAllowed({ app, onMethodNotAllowed: (c, allowed) => fail(methodRefused(allowed), c) })
  app.notFound(async (c) => {
    await refuseMethod(c, async () => {
      c.res = fail(noSuchRoute(c.req.path), c)
    })
    return c.res
  })

  serveService(serve, routes, { ...options, document: () => documentOf(app, guards) })
  serveDeployments(serve, routes, options)
  serveProjects(serve, routes, options)
  serveExceptions(serve, routes, options)
  serveHistory(serve, routes, options)
  serveSavings(serve, routes, options)
  serveNodePools(serve, routes, options)
  return app
}
