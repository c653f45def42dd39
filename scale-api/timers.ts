import { type TimerName, timerNames } from '../shared/scaling/index.ts'
import { parseNcrontab } from '../shared/schedule/index.ts'
import type { Metrics } from '../shared/telemetry/index.ts'
import {
  createBeat,
  createRuns,
  failIfAny,
  runTimer,
  type TimerRun,
  type TimerServices,
  toFailedRun,
} from '../shared/timers/index.ts'
import { startClock } from './clock.ts'

/** The timers of a host, once they run. */
export interface RunningTimers {
  /** No run begins any more, and those under way end early. Answers whether they have ended in time. */
  stop(): Promise<boolean>
}

// As long as in Azure: a run that hangs ends itself, and the next one does the rest.
const longestRunMs = 10 * 60 * 1000

/** Runs the timers in this process on their schedule, each by itself, until they are stopped. */
export function startTimers(services: TimerServices & { metrics: Metrics }): RunningTimers {
  const { metrics, schedule } = services
  const runs = createRuns(longestRunMs, 'the limit of 10 minutes')
  const beat = createBeat('scale-api')
  const run = async (name: TimerName) => {
    const logger = services.logger.child({ timer: name })
    const startedAt = performance.now()
    let result: 'succeeded' | 'failed' = 'succeeded'
    let transitions: TimerRun['transitions'] = []
    try {
      const done = await runs.run((end) => runTimer(name, { ...services, logger, beat }, end))
      // A dry run comes to the same transition again at each tick.
      if (!services.config.dryRun) transitions = done.transitions
      failIfAny(done.failures)
    } catch (error) {
      result = 'failed'
      logger.error({ err: toFailedRun(error, logger) }, 'a run of a timer failed')
    }
    metrics.timerRun({ timer: name, result, seconds: (performance.now() - startedAt) / 1000, transitions })
  }
  metrics.timersRun(timerNames)
  const now = () => new Date()
  const stops = timerNames.map((name) =>
    startClock(parseNcrontab(schedule), { now, random: Math.random, work: () => run(name) }),
  )
  return {
    stop: () => {
      for (const stop of stops) stop()
      return runs.stop(async () => {})
    },
  }
}
