import { findSavings } from '../../scaling/index.ts'
import type { Routes } from '../contract/routes.ts'
import { json } from '../json.ts'
import type { ApiOptions } from '../options.ts'
import { createLookup } from '../requests/lookup.ts'
import type { Serve } from '../requests/serve.ts'
import { savingsBody } from './savingsAnswers.ts'

const usualDays = 30

/** What was saved, as it was seen. */
export function serveSavings(serve: Serve, routes: Routes, options: ApiOptions): void {
  const { scaling, now } = options
  const lookup = createLookup(options)

  serve(routes.savings, async (c) => {
    const { days = usualDays } = c.req.valid('query')
    const projects = await lookup.projects(c)
    const found = await findSavings(scaling, projects, { days, now: now(), signal: c.get('deadline') })
    return json(c, {
      status: 'success' as const,
      days,
      ...savingsBody(found, options.nodePrices),
      timestamp: now().toISOString(),
    })
  })
}
