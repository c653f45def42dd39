import { CallFailed } from './failure.ts'
import { type Seen, type SharedWatch, shareWatch } from './shareWatch.ts'
import type { Transport } from './transport.ts'

/** The object to wait for, and the state that it must reach. */
export interface Awaited<Item> {
  /** The path of the list that it is in. */
  list: string
  name: string
  /** Reads the object. All who wait for the same one read it in the same way. */
  read(object: Versioned): Item
  isReached(item: Item): boolean
  /** Ends the waiting. */
  patience: AbortSignal
}

interface Versioned {
  metadata: { resourceVersion: string }
}

/**
 * Makes a function that reads an object and then hears of its changes until it is as awaited or the patience ends, and
 * answers it as last seen. However many wait for an object, there is one watch of it.
 */
export function createAwaitObject(transport: Transport) {
  const watches = new Map<string, SharedWatch<unknown>>()

  /** @throws CallFailed when the first read fails, or the server refuses; 404 also when it is deleted meanwhile */
  return async <Item>({ list, name, read, isReached, patience }: Awaited<Item>): Promise<Item> => {
    const path = `${list}/${encodeURIComponent(name)}`
    const seenAs = (object: Versioned): Seen<Item> => ({ item: read(object), version: object.metadata.resourceVersion })
    const get = async (signal: AbortSignal) => seenAs(await transport.call<Versioned>({ verb: 'get', path, signal }))

    async function watch(from: string, { onSeen, signal }: { onSeen(seen: Seen<Item>): void; signal: AbortSignal }) {
      let isDeleted = false
      const onLine = (line: string): boolean => {
        const { type, object } = JSON.parse(line) as { type: string; object: Versioned }
        isDeleted = type === 'DELETED'
        // In an ERROR the object is a Status that says why nothing more will come.
        if (isDeleted || type === 'ERROR') return false
        onSeen(seenAs(object))
        return true
      }
      const query = { watch: 'true', fieldSelector: `metadata.name=${name}`, resourceVersion: from }
      const receive = () => ({ onData: byLine(onLine), done() {} })
      await transport.call({ verb: 'watch', path: list, query, signal, receive })
      if (isDeleted) throw gone
    }

    // Each reads for itself: the watch may be behind what its caller has just done.
    const first = await get(patience)
    if (isReached(first.item) || patience.aborted) return first.item
    let shared = watches.get(path) as SharedWatch<Item> | undefined
    if (shared === undefined) {
      shared = shareWatch({ first, get, watch, onEnd: () => watches.delete(path) })
      watches.set(path, shared as SharedWatch<unknown>)
    }
    return shared.wait({ first, isReached, patience })
  }
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
