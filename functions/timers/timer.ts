import { app } from '@azure/functions'
import { ConfigError } from '../../shared/config.ts'
import type { TimerName } from '../../shared/scaling/index.ts'
import { FailedRun, failIfAny, runTimer, toFailedRun } from '../../shared/timers/index.ts'
import { type FunctionsServices, services, tellFaults, tickSchedule } from '../services.ts'
import { countTick } from '../telemetry/invocations.ts'
import { runs } from './ending.ts'

/**
 * Registers a timer that runs as SCHEDULE_TICK says. Each run tells the faults of the settings, and a run in which
 * anything failed is a FailedRun, so that the Portal and its alerts see it.
 */
export function registerTimer(name: TimerName): void {
  app.timer(name, {
    schedule: tickSchedule.schedule,
    async handler() {
      const shared = configured()
      tellFaults(shared)
      try {
        const { changed, failures } = await runs.run((end) => runTimer(name, shared, end))
        countTick({ changed, failed: failures.length })
        failIfAny(failures)
      } catch (error) {
        throw toFailedRun(error, shared.logger)
      }
    },
  })
}

function configured(): FunctionsServices {
  try {
    return services()
  } catch (error) {
    throw error instanceof ConfigError ? new FailedRun(error.message) : error
  }
}
