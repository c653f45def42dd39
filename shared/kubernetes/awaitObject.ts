import { CallFailed } from './failure.ts'
import type { Transport } from './transport.ts'
import { waited } from './waited.ts'

/** The object to wait for, and the state that it must reach. */
export interface Awaited<Item> {
  /** The path of the list that it is in. */
  list: string
  name: string
  isReached(item: Item): boolean
  /** Ends the waiting. */
  patience: AbortSignal
}

interface Versioned {
  metadata: { resourceVersion: string }
}

const firstPauseMs = 100
const longestPauseMs = 5000

/**
 * Reads an object and watches it until it is as awaited or the patience ends; answers it as last seen. A watch that
 * ends starts again from a new read: the server ends it now and then, breaks, or forgets where the watch must go on
 * (410). https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 * @throws CallFailed when the first read fails, or the server refuses; 404 also when it is deleted meanwhile
 */
export async function awaitObject<Item extends Versioned>(transport: Transport, awaited: Awaited<Item>): Promise<Item> {
  const { list, name, isReached, patience } = awaited
  const path = `${list}/${encodeURIComponent(name)}`
  let seen: Item | undefined
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      seen = await transport.call<Item>({ verb: 'get', path, signal: patience })
      if (!isReached(seen)) seen = await watchFrom(transport, awaited, seen)
    } catch (error) {
      if (seen === undefined || !mayPass(error)) throw error
    }
    if (isReached(seen) || !(await waited(pauseMs, patience))) return seen
  }
}

/** Answers the newest state of an object when it is as awaited, or when the watch ends for any reason. */
async function watchFrom<Item extends Versioned>(
  transport: Transport,
  { list, name, isReached, patience }: Awaited<Item>,
  from: Item,
): Promise<Item> {
  const { resourceVersion } = from.metadata
  let newest = from
  let isDeleted = false
  const onEvent = (line: string): boolean => {
    const { type, object } = JSON.parse(line) as { type: string; object: Item }
    isDeleted = type === 'DELETED'
    // In an ERROR the object is a Status that says why nothing more will come.
    if (isDeleted || type === 'ERROR') return false
    newest = object
    return !isReached(newest)
  }
  const query = { watch: 'true', fieldSelector: `metadata.name=${name}`, resourceVersion }
  try {
    const receive = () => ({ onData: byLine(onEvent), done() {} })
    await transport.call({ verb: 'watch', path: list, query, signal: patience, receive })
  } catch (error) {
    if (!mayPass(error)) throw error
  }
  if (isDeleted) throw gone
  return newest
}

const gone = new CallFailed({
  kind: 'answer',
  status: 404,
  message: 'deleted while it was watched',
  hasDetails: false,
  retryAfterSeconds: undefined,
  continueToken: undefined,
  advice: undefined,
})

/**
 * Whether another attempt may succeed. After a 401, the read that follows brings fresh credentials or fails by itself.
 */
const mayPass = (error: unknown): boolean =>
  error instanceof CallFailed &&
  (error.failure.kind !== 'answer' || error.failure.status >= 500 || [401, 410, 429].includes(error.failure.status))

/** Cuts a stream into lines, until `onLine` answers false. */
function byLine(onLine: (line: string) => boolean): (chunk: Buffer) => boolean {
  // A chunk may end in the middle of a character.
  const decoder = new TextDecoder()
  let rest = ''
  return (chunk) => {
    const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split('\n')
    rest = lines.pop() ?? ''
    return lines.every(onLine)
  }
}
