import type { Context } from 'hono'
import {
  announceSweep,
  type Project,
  readHeartbeats,
  statusOfProjects,
  sweepProject,
  type UnusableProject,
  workloadsOfProject,
} from '../../scaling/index.ts'
import type { Routes } from '../contract/routes.ts'
import { json } from '../json.ts'
import type { ApiEnv } from '../middleware/apiEnv.ts'
import { isDryRun } from '../middleware/changing.ts'
import type { ApiOptions } from '../options.ts'
import { createLookup } from '../requests/lookup.ts'
import type { Serve } from '../requests/serve.ts'
import { isVisible } from '../requests/visibility.ts'
import { projectBody, sweptAnswer, unusableBody, workloadBody } from './answers/projects.ts'
import { timerBody } from './answers/timers.ts'

// Azure ends a request after 230 s. A repeat of the request does what is left then.
export const sweepTimeoutMs = 220_000

/** Projects: how they are, and the scaling of all that is in one. */
export function serveProjects(serve: Serve, routes: Routes, options: ApiOptions): void {
  const { scaling, now } = options
  const lookup = createLookup(options)

  const bodiesOf = async (c: Context<ApiEnv>, projects: Project[], neighbours: Project[]) => {
    const onlyOfProjects = c.get('caller').projects !== undefined
    // One time for all of them: the clock of a zone is asked about each time once.
    const time = now()
    const circumstances = { now: time, neighbours, onlyOfProjects, signal: c.get('deadline') }
    const isAlone = c.req.param('project') !== undefined
    const statuses = await statusOfProjects(scaling, projects, circumstances)
    return statuses.map((status) => projectBody(status, { now: time, may: mayOf(c, status.project), isAlone }))
  }
  const unusableBodyFor = (c: Context<ApiEnv>, project: UnusableProject) =>
    unusableBody(project, { may: mayOf(c, project) })

  serve(routes.projects, async (c) => {
    const heartbeats = readHeartbeats(scaling, { signal: c.get('deadline') })
    const { projects: visible, unusable } = await lookup.resolved(c)
    const projects = [...(await bodiesOf(c, visible, visible)), ...unusable.map((one) => unusableBodyFor(c, one))]
    const timers = (await heartbeats).map(timerBody)
    return json(c, { status: 'success' as const, projects, timers, timestamp: now().toISOString() })
  })

  serve(routes.project, async (c) => {
    const { found, visible } = await lookup.named(c)
    const [project] = 'memory' in found ? await bodiesOf(c, [found], visible) : [unusableBodyFor(c, found)]
    if (project === undefined) throw new Error('one project has one status')
    return json(c, { status: 'success' as const, project, timestamp: now().toISOString() })
  })

  serve(routes.workloads, async (c) => {
    const project = await lookup.project(c)
    const { workloads, unread } = await workloadsOfProject(scaling, project, { signal: c.get('deadline') })
    return json(c, {
      status: 'success' as const,
      project: project.name,
      workloads: workloads.map(workloadBody),
      unread,
      timestamp: now().toISOString(),
    })
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
    const swept = await sweepProject(scaling, request)
    announceSweep(scaling, request, swept)
    return sweptAnswer(swept.outcomes, { project: project.name, asked, dryRun }, now())
  }

  serve(routes.scaleProjectToZero, async (c) => json(c, await sweep(c, 'scale-to-zero', c.req.valid('json'))))
  serve(routes.restoreProject, async (c) => json(c, await sweep(c, 'restore', c.req.valid('json'))))
}

const mayOf = (c: Context<ApiEnv>, { name }: { name: string }) =>
  isVisible(name, c.get('caller').changes) ? ('change' as const) : ('read' as const)

interface SweepBody {
  reason: string
  scheduled_scale_up?: string | undefined
}
