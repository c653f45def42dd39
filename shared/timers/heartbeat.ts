import { messageOf, noLease, renewHeartbeat, type TimerName } from '../scaling/index.ts'
import { parseNcrontab } from '../schedule/index.ts'
import { longestWaitMs } from './tickSchedule.ts'
import type { TimerServices } from './timer.ts'

/** Writes the heartbeat of a timer, when a run of it has done its work. It never fails, since the work is done. */
export type Beat = (timer: TimerName, services: Omit<TimerServices, 'config'>) => Promise<void>

// A run that ends waits for its heartbeat no longer than for its telemetry.
const longestMs = 2000

/**
 * The heartbeats of a host of this name. The first that finds another host at the same work says so in the log: two of
 * them are harmless, and somebody may not know of the other one.
 */
export function createBeat(host: string): Beat {
  let hasTold = false
  return async (timer, { scaling, logger, schedule }) => {
    const everySeconds = Math.ceil(longestWaitMs(parseNcrontab(schedule), scaling.now()) / 1000)
    try {
      const signal = AbortSignal.timeout(longestMs)
      const before = await renewHeartbeat(scaling, { timer, host, everySeconds, signal })
      if (before === undefined) logger.warn({ timer, fault: noLease(timer) }, 'a heartbeat could not be written')
      const other = before?.silent === false && before.by !== host ? before.by : undefined
      if (other === undefined || hasTold) return
      hasTold = true
      logger.info(
        { timer, host, other_host: other },
        'another host runs the timers of this cluster, too: that is harmless',
      )
    } catch (error) {
      logger.warn({ timer, fault: messageOf(error), err: error }, 'a heartbeat could not be written')
    }
  }
}
