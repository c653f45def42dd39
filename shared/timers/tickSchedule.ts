import { settings } from '../config.ts'
import { type Ncrontab, NcrontabError, parseNcrontab } from '../schedule/index.ts'

/** When the timers run, as NCRONTAB. */
export interface TickSchedule {
  schedule: string
  /** The reason why that is not as SCHEDULE_TICK says, for the person who set it. */
  fault: string | undefined
}

/**
 * Reads SCHEDULE_TICK. The host would switch off each timer whose schedule is a missing or wrong setting, with one line
 * in its log, while everything else answers 200. So a missing one is every 5 minutes, and a wrong one is that and a fault.
 */
export function readTickSchedule(env: Record<string, string | undefined>): TickSchedule {
  const standard = settings.SCHEDULE_TICK.parse(undefined)
  const schedule = env.SCHEDULE_TICK || standard
  const why = whyUnusable(schedule)
  if (why === undefined) return { schedule, fault: undefined }
  return { schedule: standard, fault: `SCHEDULE_TICK ${why}; until it is corrected, the timers run every 5 minutes` }
}

/** The longer of the times until the next run and from there to the one after it, in milliseconds. */
export function longestWaitMs({ next }: Ncrontab, now: Date): number {
  const first = next(now) ?? now
  const second = next(first) ?? first
  return Math.max(first.getTime() - now.getTime(), second.getTime() - first.getTime())
}

// A schedule with longer waits is that of a host whose runs somebody starts by hand, and so has no last tick.
const longestTickMs = 2 * 60 * 60 * 1000

/** The time between two ticks, in milliseconds; 0 where they are more than two hours apart. */
export function tickMsOf(schedule: string, now: Date): number {
  const waitMs = longestWaitMs(parseNcrontab(schedule), now)
  return waitMs > longestTickMs ? 0 : waitMs
}

function whyUnusable(expression: string): string | undefined {
  try {
    return parseNcrontab(expression).next(new Date(0)) === undefined ? 'never comes: there is no such day' : undefined
  } catch (error) {
    if (error instanceof NcrontabError) return error.message
    throw error
  }
}
