import { CallFailed, isAnswer, UnreadableAnswer } from '../failure.ts'
import type { Call, Transport } from '../transport.ts'
import { createKept, type Kept } from './kept.ts'
import { type Page, pageReader } from './pageReader.ts'

// This is large enough for few requests, and small enough for the server to answer quickly.
const pageSize = 1000
// The same, where items are large: the server makes a whole page before it sends the first byte of it.
const pageBytes = 16 * 1024 * 1024
// Only the first page can be much longer, before it is known how large the items are.
const longestPageBytes = 2 * pageBytes
/** The most that is kept of one list. A workload takes about a kilobyte of it, and five kinds are listed at once. */
export const maxKeptBytes = 32 * 1024 * 1024

/** An object of a list, as far as every object is the same. */
export interface ListedObject {
  metadata: { name: string; namespace?: string }
}

/** What is listed. */
interface Listing<Item, Object extends ListedObject> {
  call: Call
  /** Takes from an object what is kept of it. */
  read(object: Object): Item
}

/**
 * Reads every item of a list, page by page, and keeps what `read` takes from it: nothing else is ever in memory. Where
 * even that is too much, it is without the namespaces that have most of it, which `givenUp` names.
 *
 * When the list has changed for so long that its continue token expires (410), it goes on from the same place in the
 * list as it is by then, or begins again where the server offers no such token, as client-go's pager does.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
 * @throws CallFailed
 */
export async function listAll<Item, Object extends ListedObject>(
  transport: Transport,
  listing: Listing<Item, Object>,
): Promise<Kept<Item>> {
  let kept = createKept<Item>(maxKeptBytes)
  let ask: Ask = { limit: pageSize, token: undefined }
  const seen = new Set<string>()
  let hasExpired = false
  for (;;) {
    let read: Read<Item>
    try {
      read = await readPage(transport, listing, ask)
      hasExpired = false
    } catch (error) {
      if (ask.token === undefined || hasExpired || !isAnswer(error, 410)) throw error
      hasExpired = true
      const { continueToken: token } = error.failure
      if (token === undefined) kept = createKept(maxKeptBytes)
      ask = { limit: token === undefined ? undefined : ask.limit, token }
      continue
    }
    const { page, items } = read
    const fitting = page.items === 0 ? pageSize : Math.floor(pageBytes / (page.bytes / page.items))
    ask = { limit: Math.max(1, Math.min(pageSize, fitting)), token: page.isCut ? ask.token : page.next }
    if (page.isCut) continue
    for (const { group, item } of items) kept.add(group, item)
    if (ask.token === undefined) return kept
    if (seen.has(ask.token)) throw unreadable('a list that does not end: the same continue token twice')
    seen.add(ask.token)
  }
}

/** The next page; without a limit, everything that is left. */
interface Ask {
  limit: number | undefined
  token: string | undefined
}

/** A page with what is kept of it. The group of an item is its namespace, or itself where it has none. */
interface Read<Item> {
  page: Page
  items: { group: string; item: Item }[]
}

async function readPage<Item, Object extends ListedObject>(
  transport: Transport,
  { call, read }: Listing<Item, Object>,
  { limit, token }: Ask,
): Promise<Read<Item>> {
  const query = {
    ...call.query,
    ...(limit !== undefined && { limit: String(limit) }),
    ...(token !== undefined && { continue: token }),
  }
  let items: Read<Item>['items'] = []
  const receive = () => {
    // An attempt that broke has left a part of the page.
    items = []
    const onItem = (object: Object) => {
      const { namespace, name } = object.metadata
      if (typeof name !== 'string') throw new TypeError('it has no name')
      items.push({ group: namespace ?? name, item: read(object) })
    }
    return pageReader({
      onItem: onItem as (item: unknown) => void,
      maxBytes: limit === undefined ? Infinity : longestPageBytes,
    })
  }
  const page = await transport.call<Page>({ ...call, query, receive })
  return { page, items }
}

const unreadable = (what: string) => new CallFailed({ kind: 'unreadable', error: new UnreadableAnswer(what) })
