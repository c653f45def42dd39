import { findSavings, ScalingError } from '../../scaling/index.ts'
import type { Routes } from '../contract/routes.ts'
import { json } from '../json.ts'
import type { ApiOptions } from '../options.ts'
import { createLookup } from '../requests/lookup.ts'
import type { Serve } from '../requests/serve.ts'
import { savingsBody } from './answers/savings.ts'

const usualDays = 30

/** What was saved, as it was seen. */
export function serveSavings(serve: Serve, routes: Routes, options: ApiOptions): void {
  const { scaling, now } = options
  const lookup = createLookup(options)

  serve(routes.savings, async (c) => {
    const { days = usualDays, project } = c.req.valid('query')
    const visible = await lookup.projects(c)
    const projects = visible.filter(({ name }) => project === undefined || name === project)
    if (project !== undefined && projects.length === 0)
      throw new ScalingError('project-not-found', `Project ${project} not found`)
    const found = await findSavings(scaling, projects, { days, now: now(), signal: c.get('deadline') })
    return json(c, {
      status: 'success' as const,
      days,
      ...savingsBody(found, options.nodePrices),
      timestamp: now().toISOString(),
    })
  })
}
