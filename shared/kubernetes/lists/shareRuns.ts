import { unlessAborted } from '../unlessAborted.ts'

/** Runs work of a name, or has part in a run of it. It rejects with the signal's reason when the signal is first. */
export type ShareRuns = <Result>(
  name: string,
  work: (signal: AbortSignal) => Promise<Result>,
  signal: AbortSignal | undefined,
) => Promise<Result>

interface Run {
  result: Promise<unknown>
  begin(): void
  asking: number
  /** Aborted when nobody waits for its result any more. */
  abandoned: AbortController
}

/**
 * Makes work of the same name run once at a time. Whoever asks while it runs has part in the next run, together with
 * all others who ask meanwhile. It is the next one, since a result must not be older than the question: it may have to
 * show what the caller has just written.
 */
export function shareRuns(): ShareRuns {
  const queues = new Map<string, { current: Run; next?: Run | undefined }>()

  function createRun(name: string, work: (signal: AbortSignal) => Promise<unknown>): Run {
    const { promise, resolve } = Promise.withResolvers<unknown>()
    const abandoned = new AbortController()
    // Those who ask handle it. When all of them have left, nobody does.
    promise.catch(() => {})
    return {
      result: promise,
      begin() {
        resolve(work(abandoned.signal).finally(() => proceed(name)))
      },
      asking: 0,
      abandoned,
    }
  }

  function proceed(name: string): void {
    const next = queues.get(name)?.next
    if (next === undefined) return void queues.delete(name)
    queues.set(name, { current: next })
    next.begin()
  }

  function abandon(name: string, run: Run): void {
    const queue = queues.get(name)
    // One that has not begun is forgotten, so that whoever asks next does not have part in an aborted one.
    if (queue?.next === run) queue.next = undefined
    else run.abandoned.abort()
  }

  function runOf(name: string, work: (signal: AbortSignal) => Promise<unknown>): Run {
    const queue = queues.get(name)
    if (queue !== undefined) {
      queue.next ??= createRun(name, work)
      return queue.next
    }
    const current = createRun(name, work)
    queues.set(name, { current })
    current.begin()
    return current
  }

  return async <Result>(
    name: string,
    work: (signal: AbortSignal) => Promise<Result>,
    signal: AbortSignal | undefined,
  ): Promise<Result> => {
    signal?.throwIfAborted()
    const run = runOf(name, work)
    run.asking++
    try {
      return (await unlessAborted(run.result, signal)) as Result
    } finally {
      run.asking--
      if (run.asking === 0) abandon(name, run)
    }
  }
}
