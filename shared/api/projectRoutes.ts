import type { Context } from 'hono'
import { announceSweep, type Project, statusOfProjects, sweepProject } from '../scaling/index.ts'
import type { Api } from './api.ts'
import type { ApiEnv } from './apiEnv.ts'
import { createLookup, isDryRun } from './lookup.ts'
import type { ApiOptions } from './options.ts'
import { projectBody, sweptAnswer } from './projectAnswers.ts'
import type { Routes } from './routes.ts'

// Azure answers for us after 230 s. What is not done by then a repeat of the request does.
const sweepTimeoutMs = 220_000

/** Projects: how they are, and the scaling of all that is in one. */
export function serveProjects(app: Api, routes: Routes, options: ApiOptions): void {
  const { scaling, now } = options
  const lookup = createLookup(options)

  const bodiesOf = async (projects: Project[], neighbours: Project[]) =>
    (await statusOfProjects(scaling, projects, { now: now(), neighbours, signal: lookup.deadline() })).map(projectBody)

  app.openapi(routes.projects, async (c) => {
    const visible = await lookup.projects(c)
    const projects = await bodiesOf(visible, visible)
    return c.json({ status: 'success' as const, projects, timestamp: now().toISOString() }, 200)
  })

  app.openapi(routes.project, async (c) => {
    const { found, visible } = await lookup.projectAmong(c)
    const [project] = await bodiesOf([found], visible)
    if (project === undefined) throw new Error('one project has one status')
    return c.json({ status: 'success' as const, project, timestamp: now().toISOString() }, 200)
  })

  async function sweep(c: Context<ApiEnv>, asked: 'scale-to-zero' | 'restore', body: SweepBody) {
    const project = await lookup.project(c)
    const { reason, scheduled_scale_up: scheduledScaleUp } = body
    const dryRun = isDryRun(c)
    c.set('scale', { action: asked, namespace: project.name, name: '*', reason, dryRun })
    const request = {
      project,
      action: asked === 'restore' ? ('scale-up' as const) : ('scale-down' as const),
      reason,
      scheduledScaleUp,
      actor: c.get('caller').actor,
      now: now(),
      dryRun,
      signal: AbortSignal.timeout(sweepTimeoutMs),
    }
    const outcomes = await sweepProject(scaling, request)
    announceSweep(scaling, request, outcomes)
    const done = asked === 'restore' ? 'restored' : 'scaled to zero'
    return sweptAnswer(outcomes, { project: project.name, done, dryRun, now: now() })
  }

  app.openapi(routes.scaleProjectToZero, async (c) => c.json(await sweep(c, 'scale-to-zero', c.req.valid('json')), 200))
  app.openapi(routes.restoreProject, async (c) => c.json(await sweep(c, 'restore', c.req.valid('json')), 200))
}

interface SweepBody {
  reason: string
  scheduled_scale_up?: string | undefined
}
