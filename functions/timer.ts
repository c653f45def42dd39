import { app } from '@azure/functions'
import { type FunctionsServices, services, tellFaults, tickSchedule } from './services.ts'

/** Registers a timer that runs as SCHEDULE_TICK says. Each run tells the faults of the settings. */
export function registerTimer(name: string, run: (services: FunctionsServices) => Promise<void>): void {
  app.timer(name, {
    schedule: tickSchedule.schedule,
    handler() {
      const shared = services()
      tellFaults(shared)
      return run(shared)
    },
  })
}
