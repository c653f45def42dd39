import { z } from '@hono/zod-openapi'
import { timerNames } from '../../../scaling/index.ts'
import { count, time } from './fields.ts'

/** When a timer last did its work, whichever host ran it. */
export const TimerBody = z
  .object({
    name: z.enum(timerNames),
    last_run: time
      .optional()
      .openapi({ description: 'The end of its last run that did its work; absent if none is known.' }),
    by: z.string().optional().openapi({ description: 'The host of that run.', example: 'scale-api' }),
    every: count.optional().openapi({ description: 'How often that host runs it, in seconds.', example: 300 }),
    silent: z.boolean().optional().openapi({
      description: 'Whether it has missed two runs. Absent where nobody can know: `fault` has the reason.',
    }),
    fault: z.string().optional(),
  })
  .openapi('TimerStatus')
