import { z } from '@hono/zod-openapi'
import { time } from './fields.ts'

export const Health = z
  .object({
    status: z.literal('healthy'),
    version: z.string().openapi({ description: 'The version of the product.', example: '0.1.0' }),
    time,
  })
  .openapi('Health')

export const Ready = z
  .object({
    status: z.literal('ready'),
    kubernetes: z.literal('connected'),
    time,
    faults: z
      .array(z.string())
      .optional()
      .openapi({ description: 'Settings that cannot be used, and what holds instead. Absent when there are none.' }),
  })
  .openapi('Ready')

export const NotReady = z.object({ status: z.literal('not ready'), error: z.string(), time }).openapi('NotReady')
