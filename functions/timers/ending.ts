import { setImmediate } from 'node:timers/promises'
import { app } from '@azure/functions'
import host from '../../host.json' with { type: 'json' }
import { createRuns, millisecondsOf } from '../../shared/timers/index.ts'
import { builtServices } from '../services.ts'
import { flushLimitMs } from '../telemetry/telemetry.ts'

/** The runs of this app's timers. */
export const runs = createRuns(millisecondsOf(host.functionTimeout), 'functionTimeout in host.json')

// The host waits 10 seconds for a timer under way, then calls this, and kills the worker 5 seconds later.
app.hook.appTerminate(async () => {
  const services = builtServices()
  if (services === undefined) return
  const { logger, telemetry } = services
  logger.info('stopping')
  const close = async () => {
    // A run tells its event right after its end.
    await setImmediate()
    await Promise.all([telemetry?.flush(flushLimitMs), services.close()])
  }
  if (await runs.stop(close)) logger.info('stopped')
  else logger.warn('stopped before the runs of the timers have ended: what they have not done is still due')
})
