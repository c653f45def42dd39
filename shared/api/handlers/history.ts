import { findHistory, findWatch } from '../../scaling/index.ts'
import type { Routes } from '../contract/routes.ts'
import { json } from '../json.ts'
import type { ApiOptions } from '../options.ts'
import { createLookup } from '../requests/lookup.ts'
import type { Serve } from '../requests/serve.ts'
import { historyBody } from './answers/history.ts'

const dayMs = 24 * 60 * 60 * 1000
const usualDays = 90

/** What has happened to a project. */
export function serveHistory(serve: Serve, routes: Routes, options: ApiOptions): void {
  const { scaling, now } = options
  const lookup = createLookup(options)

  serve(routes.history, async (c) => {
    const project = await lookup.project(c)
    const { days = usualDays } = c.req.valid('query')
    const call = { signal: c.get('deadline') }
    const [{ entries }, watch] = await Promise.all([findHistory(scaling, project.home, call), findWatch(scaling, call)])
    const since = now().getTime() - days * dayMs
    return json(c, {
      status: 'success' as const,
      project: project.name,
      history: historyBody(
        entries.filter(({ at }) => at.getTime() >= since),
        watch?.gaps.filter(({ until }) => until.getTime() >= since) ?? [],
      ),
      timestamp: now().toISOString(),
    })
  })
}
