import type { Ncrontab } from '../../shared/schedule/index.ts'
import { afterRun, isMonitored, resume, type ScheduleStatus } from './scheduleStatus.ts'
import type { StatusStore } from './statusStore.ts'

/** The input of a timer function in the spelling of the real host; the library turns it into camel case. */
export interface TimerInfo {
  Schedule: { AdjustForDST: boolean }
  ScheduleStatus: { Last: string; Next: string; LastUpdated: string } | null
  IsPastDue: boolean
}

export interface TimerOptions {
  name: string
  schedule: Ncrontab
  runOnStartup: boolean
  /** When false, no status is kept and no run counts as missed. */
  useMonitor: boolean
}

export interface TimerDependencies {
  /** Must not reject: a failed run is a run, too. */
  run(info: TimerInfo): Promise<void>
  store: StatusStore
  now(): Date
}

export interface RunningTimer {
  /** The next occurrence, if there is one. */
  next(): Date | undefined
  /** Runs the function now, or after the run under way if there is one; the schedule stays as it is. */
  runNow(): Promise<void>
  /** No run begins after this call; it resolves when the run under way has ended. */
  stop(): Promise<void>
}

// setTimeout takes 24.8 days at most, and timers are late after a laptop's sleep, so the clock is read each minute.
const longestWaitMs = 60_000

/** Runs a function on its schedule, one run at a time, until it is stopped. */
export function startTimer(deps: TimerDependencies, options: TimerOptions): RunningTimer {
  const { name, schedule } = options
  const { now, store } = deps
  const monitored = options.useMonitor && isMonitored(schedule, now())
  const { status: found, isPastDue } = resume(schedule, monitored ? store.read(name) : undefined, now())

  let status: ScheduleStatus = found
  let stopped = false
  let wait: NodeJS.Timeout | undefined
  // The runs form one chain, so that no two of them overlap.
  let running = Promise.resolve()

  const enqueue = (info: () => TimerInfo) => {
    running = running.then(() => (stopped ? undefined : deps.run(info())))
    return running
  }
  const info = (pastDue: boolean): TimerInfo => ({
    Schedule: { AdjustForDST: true },
    ScheduleStatus: monitored ? { Last: status.last, Next: status.next, LastUpdated: status.lastUpdated } : null,
    IsPastDue: pastDue,
  })
  const keep = (newStatus: ScheduleStatus) => {
    status = newStatus
    if (monitored) store.write(name, newStatus)
  }

  const runDue = async (reason: 'scheduled' | 'past due' | 'startup') => {
    let time: Date | undefined
    await enqueue(() => {
      time = now()
      // The timer may fire a little early; its occurrence must not come up again.
      if (reason === 'scheduled') time = new Date(Math.max(time.getTime(), Date.parse(status.next)))
      return info(reason === 'past due')
    })
    // Written after the run: when the host dies during a run, its next start repeats the run as past due.
    if (time) keep(afterRun(schedule, time))
    schedulePending()
  }
  const schedulePending = () => {
    if (stopped || status.next === '') return
    const left = Date.parse(status.next) - now().getTime()
    wait = setTimeout(
      left > longestWaitMs ? schedulePending : () => void runDue('scheduled'),
      // It is due already where a run has taken longer than the time between two.
      Math.min(Math.max(left, 0), longestWaitMs),
    )
  }

  keep(status)
  if (isPastDue) void runDue('past due')
  else if (options.runOnStartup) void runDue('startup')
  else schedulePending()

  return {
    next: () => (status.next === '' ? undefined : new Date(status.next)),
    runNow: () => enqueue(() => info(false)),
    async stop() {
      clearTimeout(wait)
      stopped = true
      await running
    },
  }
}
