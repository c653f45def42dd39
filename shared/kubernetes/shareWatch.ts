import { CallFailed } from './failure.ts'
import { waited } from './waited.ts'

/** An object as it was seen, with its resource version. */
export interface Seen<Item> {
  item: Item
  version: string
}

/** The watch of one object, and what all who wait for it have in common. */
interface Watched<Item> {
  /** The object from which the watch begins. */
  first: Seen<Item>
  get(signal: AbortSignal): Promise<Seen<Item>>
  /** Resolves when the watch ends for whatever reason, and rejects when it is refused or the object is deleted. */
  watch(from: string, options: { onSeen(seen: Seen<Item>): void; signal: AbortSignal }): Promise<void>
  /** Called when nobody waits any more. */
  onEnd(): void
}

/** Somebody who waits. */
interface Waiter<Item> {
  /** The object as this one has read it: nothing older counts. */
  first: Seen<Item>
  isReached(item: Item): boolean
  patience: AbortSignal
}

/** A watch in which any number of waiters have part. It lasts as long as one of them waits. */
export interface SharedWatch<Item> {
  /** Answers the object once it is as awaited, or as last seen when the patience ends. */
  wait(waiter: Waiter<Item>): Promise<Item>
}

const firstPauseMs = 100
const longestPauseMs = 5000

/**
 * Begins to watch an object. A watch that ends starts again from a new read: the server ends it now and then, breaks, or
 * forgets where the watch must go on (410).
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export function shareWatch<Item>({ first, get, watch, onEnd }: Watched<Item>): SharedWatch<Item> {
  const waiting = new Set<{ see(seen: Seen<Item>): void; fail(error: unknown): void }>()
  const ending = new AbortController()
  const { signal } = ending
  let newest = first

  function onSeen(seen: Seen<Item>): void {
    newest = seen
    for (const one of [...waiting]) one.see(seen)
  }

  async function run(): Promise<void> {
    let from: Seen<Item> | undefined = first
    for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      try {
        if (from === undefined) {
          from = await get(signal)
          onSeen(from)
        }
        if (!signal.aborted) await watch(from.version, { onSeen, signal })
      } catch (error) {
        if (!mayPass(error)) {
          for (const one of [...waiting]) one.fail(error)
          return
        }
      }
      from = undefined
      await waited(pauseMs, signal)
    }
  }

  let isRunning = false
  return {
    wait: ({ first: own, isReached, patience }) =>
      new Promise<Item>((resolve, reject) => {
        let last = own
        const leave = () => {
          patience.removeEventListener('abort', onAbort)
          waiting.delete(one)
          if (waiting.size > 0) return
          onEnd()
          ending.abort()
        }
        const settle = () => {
          leave()
          resolve(last.item)
        }
        const onAbort = settle
        const one = {
          see(seen: Seen<Item>) {
            if (isOlder(seen, last)) return
            last = seen
            if (isReached(seen.item)) settle()
          },
          fail(error: unknown) {
            leave()
            reject(error)
          },
        }
        waiting.add(one)
        patience.addEventListener('abort', onAbort, { once: true })
        // The watch may have told this before anybody listened who needs it.
        one.see(newest)
        if (isRunning) return
        isRunning = true
        void run()
      }),
  }
}

/** Versions of one object are numbers that grow. Others cannot be compared, and pass as new. */
function isOlder({ version }: Seen<unknown>, than: Seen<unknown>): boolean {
  const areNumbers = [version, than.version].every((one) => /^\d+$/.test(one))
  return areNumbers && BigInt(version) < BigInt(than.version)
}

/**
 * Whether another attempt may succeed. After a 401, the read that follows brings fresh credentials or fails by itself.
 */
const mayPass = (error: unknown): boolean =>
  error instanceof CallFailed &&
  (error.failure.kind !== 'answer' || error.failure.status >= 500 || [401, 410, 429].includes(error.failure.status))
