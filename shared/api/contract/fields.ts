import { z } from '@hono/zod-openapi'

/** ISO 8601 in UTC. */
export const time = z.string().openapi({ format: 'date-time' })

/** How many. */
export const count = z.number().int()
