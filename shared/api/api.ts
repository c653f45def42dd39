import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { except } from 'hono/combine'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { requestId } from 'hono/request-id'
import {
  type Outcome,
  refuseProtectedNamespace,
  restore,
  type Scaling,
  scaleToZero,
  scaleUp,
  type WorkloadRef,
} from '../scaling/index.ts'
import { scaledAnswer, statusAnswer } from './answers.ts'
import type { ApiEnv } from './apiEnv.ts'
import { type Authentication, createAuthenticate } from './authentication.ts'
import { bodyTooLarge, jsonBody, maxBodyBytes } from './body.ts'
import { docsPage } from './docsPage.ts'
import { documentOf } from './document.ts'
import { errorResponse, invalidRequest, methodRefused, noSuchRoute } from './errors.ts'
import { faultsOf } from './faults.ts'
import { reportRequests } from './reportRequests.ts'
import type { RequestRecord, ScaleRecord } from './requestRecord.ts'
import { createRoutes } from './routes.ts'
import { type Project, refuseInvisible } from './visibility.ts'

/** What the API is built from. */
export interface ApiOptions {
  scaling: Scaling
  authentication: Authentication
  /** When there are any, no namespace outside of them is visible. */
  projects: Project[]
  /** How long one request may take with all its calls to the cluster. */
  requestTimeoutMs: number
  now(): Date
  /** True while the host shuts down: it is not ready any more, and finishes what it has. */
  isDraining(): boolean
  /** Told of each request once it is answered. */
  report(record: RequestRecord): void
}

// Looking for the body of a GET costs more than all else that this API does with it.
const hasNoBody = (c: Context): boolean => c.req.method !== 'POST'

// Longer than a healthy cluster ever needs, shorter than a probe's patience.
const readyTimeoutMs = 3000

/** The scale API as a web-standard app: `fetch` takes a Request and answers a Response, in every host. */
export function createApi(options: ApiOptions): OpenAPIHono<ApiEnv> {
  const { scaling, projects, now } = options
  const routes = createRoutes(now)
  const authenticate = createAuthenticate(options.authentication)

  const app = new OpenAPIHono<ApiEnv>({
    defaultHook: async (result, c) => {
      if (result.success) return
      const faults = faultsOf(result.error)
      // A missing Deployment is the more useful news than a missing reason, so a body's faults wait for that look.
      if (result.target === 'json') await scaling.cluster.getWorkload(deploymentOf(c), { signal: deadline() })
      throw invalidRequest(faults)
    },
  })

  const fail = (error: Error, c: Context) => errorResponse(error, c, now())
  const deadline = () => AbortSignal.timeout(options.requestTimeoutMs)

  /** The Deployment that the path names, if it may be scaled at all and this caller may see it. */
  function deploymentOf(c: Context<ApiEnv>): WorkloadRef {
    const { namespace, name } = c.req.param() as { namespace: string; name: string }
    const ref: WorkloadRef = { kind: 'Deployment', namespace, name }
    refuseProtectedNamespace(namespace)
    refuseInvisible(ref, projects, c.get('caller').projects)
    return ref
  }

  /** What all operations ask for, and what the log shall know of it. */
  function operationOf(c: Context<ApiEnv>, action: ScaleRecord['action'], { reason }: { reason: string }) {
    const ref = deploymentOf(c)
    c.set('scale', { action, namespace: ref.namespace, name: ref.name, reason })
    return { ref, reason, actor: c.get('caller').actor, now: now(), signal: deadline() }
  }

  function scaled(c: Context<ApiEnv>, outcome: Outcome) {
    const scale = { ...c.get('scale'), outcome }
    c.set('scale', scale)
    return scaledAnswer(outcome, { reason: scale.reason, now: now() })
  }

  app.openAPIRegistry.registerComponent('securitySchemes', 'key', { type: 'http', scheme: 'bearer' })

  app.use(reportRequests(options.report))
  app.use(requestId({ limitLength: 128 }))
  app.use(methodNotAllowed({ app, onMethodNotAllowed: (c, allowed) => fail(methodRefused(allowed), c) }))
  app.use('/api/v1/*', (c, next) => {
    c.set('caller', authenticate(c.req.raw.headers))
    return next()
  })
  app.use('/api/v1/*', except(hasNoBody, bodyLimit({ maxSize: maxBodyBytes, onError: bodyTooLarge }), jsonBody))
  app.onError(fail)
  app.notFound((c) => fail(noSuchRoute(c.req.path), c))

  app.openapi(routes.health, (c) => c.json({ status: 'healthy' as const, time: now().toISOString() }, 200))

  app.openapi(routes.ready, async (c) => {
    const time = now().toISOString()
    const notReady = (error: string) => c.json({ status: 'not ready' as const, error, time }, 503)
    if (options.isDraining()) return notReady('shutting down')
    try {
      await scaling.cluster.ping({ signal: AbortSignal.timeout(readyTimeoutMs) })
      return c.json({ status: 'ready' as const, kubernetes: 'connected' as const, time }, 200)
    } catch (error) {
      // Still the guide's answer, but the log shall say why.
      if (error instanceof Error) c.error = error
      return notReady('unable to connect to Kubernetes API')
    }
  })

  app.openapi(routes.openapi, (c) => c.json(documentOf(app)))
  app.openapi(routes.docs, (c) => c.html(docsPage(documentOf(app), new URL(c.req.url).search)))

  app.openapi(routes.scaleToZero, async (c) => {
    const body = c.req.valid('json')
    const operation = operationOf(c, 'scale-to-zero', body)
    const request = { ...operation, scheduledScaleUp: body.scheduled_scale_up, scope: 'workload' as const }
    return c.json(scaled(c, await scaleToZero(scaling, request)), 200)
  })

  app.openapi(routes.scaleUp, async (c) => {
    const body = c.req.valid('json')
    const request = { ...operationOf(c, 'scale-up', body), replicas: body.replicas }
    return c.json(scaled(c, await scaleUp(scaling, request)), 200)
  })

  app.openapi(routes.restore, async (c) => {
    const request = operationOf(c, 'restore', c.req.valid('json'))
    return c.json(scaled(c, await restore(scaling, request)), 200)
  })

  app.openapi(routes.deploymentStatus, async (c) => {
    const workload = await scaling.cluster.getWorkload(deploymentOf(c), { signal: deadline() })
    return c.json(statusAnswer(workload, { now: now() }), 200)
  })

  return app
}
