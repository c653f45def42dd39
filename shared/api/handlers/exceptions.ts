import type { Context } from 'hono'
import {
  type Changed,
  calendarOf,
  findAsleepSince,
  findSkippable,
  followSchedule,
  type Kept,
  keepAsleep,
  keepAwake,
  mostSkips,
  type Project,
  projectAfter,
  readWritten,
  resumeAll,
  ScalingError,
  skipTransition,
  suspendAll,
  writeSchedule,
} from '../../scaling/index.ts'
import type { Routes } from '../contract/routes.ts'
import { ApiError, invalidRequest } from '../errors.ts'
import { json } from '../json.ts'
import type { ApiEnv } from '../middleware/apiEnv.ts'
import { isDryRun } from '../middleware/changing.ts'
import type { ScaleAction } from '../middleware/requestRecord.ts'
import type { ApiOptions } from '../options.ts'
import { createLookup } from '../requests/lookup.ts'
import type { Serve } from '../requests/serve.ts'
import { calendarBody, holidaysBody } from './answers/exceptions.ts'
import { sweptAnswer } from './answers/projects.ts'
import { sweepTimeoutMs } from './projects.ts'

const daysOfPreview = 14

/** The schedules of projects, and the exceptions to them. */
export function serveExceptions(serve: Serve, routes: Routes, options: ApiOptions): void {
  const { scaling, now } = options
  const lookup = createLookup(options)

  /** The facts of a request that writes, which its log line has as well. */
  function asking(
    c: Context<ApiEnv>,
    action: ScaleAction,
    { namespace, reason }: { namespace: string; reason: string },
  ) {
    const dryRun = isDryRun(c)
    const writesOnly = action !== 'keep-awake' && action !== 'keep-asleep'
    c.set('scale', { action, namespace, name: '*', reason, dryRun, writesOnly })
    return { actor: c.get('caller').actor, reason, now: now(), dryRun, signal: c.get('deadline') }
  }

  /** The days to come of a project once its exceptions are changed. */
  const calendarAfter = (
    project: Project,
    changed: Changed & { now: Date; seen?: { asleepSince: Date | undefined } | undefined },
  ) => calendarBody(calendarOf(projectAfter(scaling, project, changed), { ...changed, days: daysOfPreview }))

  /** Whether a project sleeps, also where a request has put it to sleep or woken it, of which its schedule knows nothing. */
  const see = (c: Context<ApiEnv>, project: Project) =>
    findAsleepSince(scaling, project, { now: now(), signal: c.get('deadline') })

  serve(routes.calendar, async (c) => {
    const project = await lookup.project(c)
    const { days = daysOfPreview } = c.req.valid('query')
    const seen = await see(c, project)
    return json(c, {
      status: 'success' as const,
      project: project.name,
      time_zone: project.timeZone,
      holidays: holidaysBody(project),
      calendar: calendarBody(calendarOf(project, { now: now(), days, seen })),
      timestamp: now().toISOString(),
    })
  })

  const keep = async (
    c: Context<ApiEnv>,
    { action, reason, until }: { action: 'keep-awake' | 'keep-asleep'; reason: string; until: Date },
  ) => {
    const project = await lookup.project(c)
    const asked = asking(c, action, { namespace: project.name, reason })
    const request = { ...asked, project, until, signal: AbortSignal.timeout(sweepTimeoutMs) }
    const kept = await (action === 'keep-awake' ? keepAwake : keepAsleep)(scaling, request)
    const facts = {
      project: project.name,
      asked: action === 'keep-awake' ? ('restore' as const) : ('scale-to-zero' as const),
      dryRun: asked.dryRun,
    }
    const swept = sweptAnswer(kept.outcomes, facts, now())
    const message = `${keptMessage(project, { action, until, kept, dryRun: asked.dryRun })}. ${swept.message}`
    return { ...swept, message, until: until.toISOString(), calendar: calendarAfter(project, { ...kept, now: now() }) }
  }

  serve(routes.keepAwake, async (c) => {
    const { until, for: ms = 0, reason } = c.req.valid('json')
    const end = until === undefined ? new Date(now().getTime() + ms) : new Date(until)
    return json(c, await keep(c, { action: 'keep-awake', reason, until: end }))
  })
  serve(routes.keepAsleep, async (c) => {
    const { until, reason } = c.req.valid('json')
    return json(c, await keep(c, { action: 'keep-asleep', reason, until: new Date(until) }))
  })

  serve(routes.skip, async (c) => {
    const { reason, transition: at } = c.req.valid('json')
    const project = await lookup.project(c)
    const asked = asking(c, 'skip', { namespace: project.name, reason })
    const transition = findSkippable(project, { at: at === undefined ? undefined : new Date(at), now: asked.now })
    if (transition === undefined) throw nothingToSkip(project, at)
    const skipped = await skipTransition(scaling, { ...asked, project, transition })
    if (skipped === undefined)
      throw new ScalingError(
        'nothing-to-skip',
        `Project ${project.name} skips ${mostSkips} transitions already: use keep-asleep, or follow-schedule first`,
      )
    const time = transition.at.toISOString()
    return json(c, {
      status: 'success' as const,
      message: `The ${transition.action} of project ${project.name} at ${time} ${asked.dryRun ? 'would be' : 'is'} skipped`,
      ...dryRunOf(asked),
      project: project.name,
      transition: { action: transition.action, at: time },
      calendar: calendarAfter(project, { ...skipped, now: asked.now, seen: await see(c, project) }),
      timestamp: now().toISOString(),
    })
  })

  serve(routes.followSchedule, async (c) => {
    const { reason } = c.req.valid('json')
    const project = await lookup.project(c)
    const asked = asking(c, 'follow-schedule', { namespace: project.name, reason })
    const { takenBack, annotations } = await followSchedule(scaling, { ...asked, project })
    return json(c, {
      status: 'success' as const,
      message: `Project ${project.name} ${asked.dryRun ? 'would follow' : 'follows'} its schedule`,
      ...dryRunOf(asked),
      project: project.name,
      taken_back: takenBack,
      calendar: calendarAfter(project, { annotations, now: asked.now, seen: await see(c, project) }),
      timestamp: now().toISOString(),
    })
  })

  serve(routes.schedule, async (c) => {
    const { reason, scale_down: scaleDown, scale_up: scaleUp, time_zone: timeZone } = c.req.valid('json')
    const project = await lookup.project(c)
    const asked = asking(c, 'schedule', { namespace: project.name, reason })
    const lines = { scaleDown, scaleUp, timeZone }
    const written = readWritten(project, lines)
    if (written.faults.length > 0)
      throw invalidRequest(written.faults.map(({ field, message }) => ({ path: bodyFields[field], message })))
    await writeSchedule(scaling, { ...asked, project, lines })
    const next: Project = { ...project, schedule: written.schedule, zone: written.zone }
    const seen = await see(c, project)
    return json(c, {
      status: 'success' as const,
      message: `The schedule of project ${project.name} ${asked.dryRun ? 'would be' : 'is'} written`,
      ...dryRunOf(asked),
      project: project.name,
      schedule: { scale_down: written.scaleDown, scale_up: written.scaleUp, time_zone: written.timeZone },
      calendar: calendarBody(calendarOf(next, { now: asked.now, days: daysOfPreview, seen })),
      timestamp: now().toISOString(),
    })
  })

  /** The facts of a request about all projects. @throws ApiError for a caller whose rights are limited to some */
  function askingForAll(c: Context<ApiEnv>, action: 'suspend' | 'resume', reason: string) {
    const { projects, changes } = c.get('caller')
    if ((isDryRun(c) ? projects : changes) !== undefined)
      throw new ApiError('limited-caller', {
        message:
          'This is about all projects, and you may change only some of them, or none: use a key without projects, or ask somebody ' +
          'who may change all',
      })
    return asking(c, action, { namespace: '*', reason })
  }

  serve(routes.suspend, async (c) => {
    const { until, reason } = c.req.valid('json')
    const asked = askingForAll(c, 'suspend', reason)
    await suspendAll(scaling, {
      ...asked,
      projects: options.projects,
      until: until === undefined ? undefined : new Date(until),
    })
    return json(c, {
      status: 'success' as const,
      message: `All projects ${asked.dryRun ? 'would be' : 'are'} suspended until ${until ?? 'somebody resumes'}`,
      ...dryRunOf(asked),
      until,
      timestamp: now().toISOString(),
    })
  })
  serve(routes.resume, async (c) => {
    const asked = askingForAll(c, 'resume', c.req.valid('json').reason)
    await resumeAll(scaling, { ...asked, projects: options.projects })
    return json(c, {
      status: 'success' as const,
      message: `The schedules of all projects ${asked.dryRun ? 'would go on' : 'go on'}`,
      ...dryRunOf(asked),
      timestamp: now().toISOString(),
    })
  })
}

const bodyFields = { scaleDown: 'scale_down', scaleUp: 'scale_up', timeZone: 'time_zone' } as const

const dryRunOf = ({ dryRun }: { dryRun: boolean }) => (dryRun ? { dry_run: true as const } : {})

interface KeptFacts {
  action: 'keep-awake' | 'keep-asleep'
  until: Date
  kept: Kept
  dryRun: boolean
}

function keptMessage({ name }: Project, { action, until, kept, dryRun }: KeptFacts): string {
  const state = action === 'keep-awake' ? 'awake' : 'asleep'
  if (kept.overtakenBy !== undefined)
    return `Project ${name} is not kept ${state}: somebody has set ${kept.overtakenBy} meanwhile, and what was done is taken back`
  return `Project ${name} ${dryRun ? 'would be' : 'is'} kept ${state} until ${until.toISOString()}`
}

function nothingToSkip({ name, schedule }: Project, at: string | undefined): ScalingError {
  if (at !== undefined)
    return new ScalingError(
      'nothing-to-skip',
      `Project ${name} has no transition at ${at}: its calendar lists those that it has`,
    )
  const why = schedule === undefined ? 'it has no schedule that can be used' : 'nothing of its schedule wakes it'
  return new ScalingError('nothing-to-skip', `Project ${name} has no wake-up to skip: ${why}`)
}
