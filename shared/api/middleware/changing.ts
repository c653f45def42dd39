import type { Context } from 'hono'

const reading = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Whether a request with this method changes nothing. */
export const isReading = (method: string): boolean => reading.has(method)

/** Whether a request must change nothing. Its schema allows no value but `true` and `false`. */
export const isDryRun = (c: Context): boolean => c.req.query('dry_run') === 'true'

/** Whether a request changes nothing, by its method or because it is a dry run. */
export const changesNothing = (c: Context): boolean => isReading(c.req.method) || isDryRun(c)
