import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { except } from 'hono/combine'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { requestId } from 'hono/request-id'
import {
  announceSweep,
  type Outcome,
  type Project,
  type ProjectSettings,
  refuseProtectedNamespace,
  resolveProjects,
  restore,
  type Scaling,
  ScalingError,
  scaleToZero,
  scaleUp,
  statusOfProjects,
  sweepProject,
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
import { projectBody, sweptAnswer } from './projectAnswers.ts'
import { reportRequests } from './reportRequests.ts'
import type { RequestRecord, ScaleRecord } from './requestRecord.ts'
import { createRoutes } from './routes.ts'
import { refuseInvisible, visibleProjects } from './visibility.ts'

/** What the API is built from. */
export interface ApiOptions {
  scaling: Scaling
  authentication: Authentication
  /** When there are any, no namespace outside of them is visible. */
  projects: ProjectSettings[]
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

const isDryRun = (c: Context): boolean => c.req.query('dry_run') === 'true'

// Azure answers for us after 230 s.
const sweepTimeoutMs = 220_000

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
      if (result.target === 'json') await lookFor(c)
      throw invalidRequest(faults)
    },
  })

  const lookFor = (c: Context<ApiEnv>) =>
    c.req.param('project') === undefined
      ? scaling.cluster.getWorkload(deploymentOf(c), { signal: deadline() })
      : projectOf(c)

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
    const dryRun = isDryRun(c)
    c.set('scale', { action, namespace: ref.namespace, name: ref.name, reason, dryRun })
    return { ref, reason, actor: c.get('caller').actor, now: now(), signal: deadline(), dryRun }
  }

  function scaled(c: Context<ApiEnv>, outcome: Outcome) {
    const scale = { ...c.get('scale'), outcome }
    c.set('scale', scale)
    return scaledAnswer(outcome, { reason: scale.reason, now: now(), dryRun: scale.dryRun })
  }

  const projectsOf = async (c: Context<ApiEnv>): Promise<Project[]> => {
    const namespaces = await scaling.cluster.listNamespaces({ signal: deadline() })
    return visibleProjects(resolveProjects(projects, namespaces, now()), c.get('caller').projects)
  }

  /** The project that the path names, if this caller may see it. */
  async function projectOf(c: Context<ApiEnv>): Promise<Project> {
    const name = c.req.param('project')
    const found = (await projectsOf(c)).find((project) => project.name === name)
    if (found === undefined) throw new ScalingError('project-not-found', `Project ${name} not found`)
    return found
  }

  async function sweep(
    c: Context<ApiEnv>,
    action: 'scale-down' | 'scale-up',
    body: { reason: string; scheduled_scale_up?: string | undefined },
  ) {
    const project = await projectOf(c)
    const dryRun = isDryRun(c)
    const [at, actor] = [now(), c.get('caller').actor]
    const asked = action === 'scale-down' ? 'scale-to-zero' : 'restore'
    c.set('scale', { action: asked, namespace: project.name, name: '*', reason: body.reason, dryRun })
    const { reason, scheduled_scale_up: scheduledScaleUp } = body
    // Longer than for one workload; what is not done by then a repeat of the request does.
    const signal = AbortSignal.timeout(sweepTimeoutMs)
    const request = { project, action, reason, actor, now: at, scheduledScaleUp, dryRun, signal }
    const outcomes = await sweepProject(scaling, request)
    announceSweep(scaling, request, outcomes)
    const done = action === 'scale-down' ? ('scaled to zero' as const) : ('restored' as const)
    return sweptAnswer(outcomes, { project: project.name, done, dryRun, now: now() })
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

  app.openapi(routes.projects, async (c) => {
    const statuses = await statusOfProjects(scaling, await projectsOf(c), { now: now(), signal: deadline() })
    return c.json(
      { status: 'success' as const, projects: statuses.map(projectBody), timestamp: now().toISOString() },
      200,
    )
  })

  app.openapi(routes.project, async (c) => {
    const [status] = await statusOfProjects(scaling, [await projectOf(c)], { now: now(), signal: deadline() })
    if (status === undefined) throw new Error('a project has no status')
    return c.json({ status: 'success' as const, project: projectBody(status), timestamp: now().toISOString() }, 200)
  })

  app.openapi(routes.scaleProjectToZero, async (c) => c.json(await sweep(c, 'scale-down', c.req.valid('json')), 200))
  app.openapi(routes.restoreProject, async (c) => c.json(await sweep(c, 'scale-up', c.req.valid('json')), 200))

  return app
}
