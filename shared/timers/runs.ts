/** The end of a run that comes before its work is done. */
export interface RunEnd {
  /** Aborted when the run must end: it begins nothing more. The reason is a sentence. */
  ending: AbortSignal
  /** Aborted a little later: it ends the calls that are still under way. */
  signal: AbortSignal
}

/** The runs of the timers, each of which ends itself before the host would kill it. */
export interface Runs {
  /** Does the work of one run. */
  run<Result>(work: (end: RunEnd) => Promise<Result>): Promise<Result>
  /** Ends the runs under way, and those that begin later, and then closes. Answers whether all of that was in time. */
  stop(close: () => Promise<void>): Promise<boolean>
}

// A host that stops kills its worker 5 seconds after it has asked for the end.
const stopMs = 4000
const callsWhenStoppingMs = 1500
/** Enough for the calls under way to end, for the memory to be written, and for the telemetry to be sent. */
const longestMarginMs = 30_000

/**
 * @param timeoutMs how long the host lets a run go on. It then kills the worker, with every request that is under way.
 *   So a run ends itself half a minute before, and a run of less than a minute after half of its time.
 * @param limit the name of that time, for the log
 */
export function createRuns(timeoutMs: number, limit: string): Runs {
  const marginMs = Math.min(longestMarginMs, timeoutMs / 2)
  const underWay = new Map<Promise<unknown>, () => void>()
  let isStopping = false

  return {
    async run(work) {
      const ending = new AbortController()
      const calls = new AbortController()
      const end = (why: string, callsMs: number) => {
        clearTimeout(timer)
        ending.abort(why)
        timer = setTimeout(() => calls.abort(), callsMs)
      }
      const tooLong = `it would take longer than ${limit} allows`
      let timer = setTimeout(() => end(tooLong, marginMs / 3), timeoutMs - marginMs)
      const stop = () => end('the host stops', callsWhenStoppingMs)
      if (isStopping) stop()
      const running = work({ ending: ending.signal, signal: calls.signal }).finally(() => {
        clearTimeout(timer)
        underWay.delete(running)
      })
      underWay.set(running, stop)
      return await running
    },

    async stop(close) {
      isStopping = true
      const running = [...underWay.keys()]
      for (const stop of underWay.values()) stop()
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<boolean>((resolve) => {
        timer = setTimeout(resolve, stopMs, false)
      })
      const closed = Promise.allSettled(running)
        .then(close)
        .then(() => true)
      return Promise.race([closed, late]).finally(() => clearTimeout(timer))
    },
  }
}

/** The milliseconds of a time span in host.json. @throws Error unless it is of the form hh:mm:ss */
export function millisecondsOf(timeSpan: string): number {
  const [, hours, minutes, seconds] = /^(\d\d):(\d\d):(\d\d)$/.exec(timeSpan) ?? []
  if (seconds === undefined)
    throw new Error(`functionTimeout in host.json is "${timeSpan}", and not of the form hh:mm:ss`)
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000
}
