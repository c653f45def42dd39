import type { z } from '@hono/zod-openapi'
import type { Heartbeat } from '../../../scaling/index.ts'
import type { TimerBody } from '../../contract/answers/timers.ts'

/** A timer for the API's readers. */
export const timerBody = ({
  timer,
  lastRun,
  by,
  everySeconds,
  silent,
  fault,
}: Heartbeat): z.infer<typeof TimerBody> => ({
  name: timer,
  last_run: lastRun?.toISOString(),
  by,
  every: everySeconds,
  silent,
  fault,
})
