import { app } from '@azure/functions'
import { ConfigError } from '../../shared/config.ts'
import { type FunctionsServices, services, tellFaults, tickSchedule } from '../services.ts'
import { runs } from './ending.ts'
import { FailedRun, toFailedRun } from './failedRun.ts'
import type { RunEnd } from './runs.ts'

/**
 * Registers a timer that runs as SCHEDULE_TICK says. Each run tells the faults of the settings, and a run that fails does
 * so with a FailedRun.
 */
export function registerTimer(name: string, run: (services: FunctionsServices, end: RunEnd) => Promise<void>): void {
  app.timer(name, {
    schedule: tickSchedule.schedule,
    async handler() {
      const shared = configured()
      tellFaults(shared)
      await runs
        .run((end) => run(shared, end))
        .catch((error: unknown) => {
          throw toFailedRun(error, shared.logger)
        })
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
