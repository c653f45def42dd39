import { z } from '@hono/zod-openapi'
import { time } from './fields.ts'

const hours = z.number().nonnegative()

const sums = {
  node_hours: hours.openapi({ description: 'For which the nodes were seen to be gone.' }),
  unknown_node_hours: hours.openapi({
    description: 'For which nobody looked, or nobody saw the nodes back. They are not saved, and may have been.',
  }),
  amount: z.number().optional().openapi({
    description: 'What the node hours cost by the configured prices; absent where none of these sizes has one.',
  }),
}

const PoolSavings = z
  .object({
    node_pool: z.string().optional(),
    vm_size: z.string().optional().openapi({ example: 'Standard_D4s_v5' }),
    ...sums,
  })
  .openapi('PoolSavings')

const DaySavings = z
  .object({
    day: z.string().openapi({ format: 'date', description: "A day in the project's time zone." }),
    node_pools: z.array(PoolSavings),
  })
  .openapi('DaySavings')

const ProjectSavings = z
  .object({
    project: z.string(),
    time_zone: z.string(),
    ...sums,
    days: z
      .array(DaySavings)
      .openapi({ description: 'The oldest first, without those of which there is nothing to say.' }),
    unread: z.string().optional().openapi({ description: 'The reason why its history could not be read.' }),
  })
  .openapi('ProjectSavings')

const Unwatched = z.object({ from: time, until: time }).openapi('Unwatched')

const Prices = z
  .object({
    currency: z.string().openapi({ example: 'JPY' }),
    kind: z.enum(['list price', 'own price']),
    source: z.string(),
    note: z.string(),
    without_price: z.array(z.string()).openapi({ description: 'VM sizes of these nodes that have no price.' }),
  })
  .openapi('Prices')

export const SavingsAnswer = z
  .object({
    status: z.literal('success'),
    days: z.int().openapi({ description: 'How many days this is about, with today.' }),
    ...sums,
    prices: Prices.optional().openapi({ description: 'Absent without the setting NODE_PRICES.' }),
    watched_since: time.optional().openapi({
      description: 'From when on somebody has looked at the nodes. Absent where nobody knows: all is unknown then.',
    }),
    unwatched: z.array(Unwatched).openapi({ description: 'The times since then in which nobody looked.' }),
    projects: z.array(ProjectSavings),
    timestamp: time,
  })
  .openapi('SavingsAnswer')
