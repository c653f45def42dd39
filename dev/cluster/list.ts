import type { KubeObject } from './objects.ts'
import { apiVersionOf, type Resource } from './resources.ts'
import { fieldSelector, labelSelector } from './selectors.ts'
import { badRequest, expired } from './statusError.ts'
import { keyOf, type Store } from './store.ts'

/** How many unfinished paged lists are remembered; the oldest expire. */
const snapshotLimit = 100

interface Page {
  items: KubeObject[]
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number }
}

/** LIST with selectors and paging; every page of one list shows the state of its first page. */
export class Lists {
  readonly #store: Store
  readonly #snapshots = new Map<string, KubeObject[]>()

  constructor(store: Store) {
    this.#store = store
  }

  /** @throws 400 for a bad selector, limit or token, 410 for a token whose list is forgotten */
  page(resource: Resource, namespace: string | undefined, query: URLSearchParams): Page {
    const selected = matcher(resource, query)
    const limit = Number(query.get('limit') ?? 0)
    if (!Number.isInteger(limit)) throw badRequest(`strconv.ParseInt: parsing "${query.get('limit')}": invalid syntax`)
    const token = query.get('continue')
    const { version, start } = token ? decode(token) : { version: this.#store.version, start: '' }
    const state = version === -1 ? this.#store.version : version
    const snapshot = `${apiVersionOf(resource)}/${resource.plural}/${namespace ?? ''}@${state}`
    const all = state === this.#store.version ? this.#store.list(resource, namespace) : this.#snapshots.get(snapshot)
    // The new token goes on after the same key in the newest state: not one consistent list, but one can finish.
    if (!all) throw expired(tokenTooOld, encode(-1, start))
    const rest = all.filter((object) => keyOf(object.metadata) >= start && selected(object))
    const items = limit > 0 ? rest.slice(0, limit) : rest
    const metadata: Page['metadata'] = { resourceVersion: String(state) }
    const last = items.at(-1)
    if (last && items.length < rest.length) {
      this.#remember(snapshot, all)
      metadata.continue = encode(state, `${keyOf(last.metadata)}\0`)
      const isWhole = !query.get('labelSelector') && !query.get('fieldSelector')
      if (isWhole) metadata.remainingItemCount = rest.length - items.length
    }
    return { items, metadata }
  }

  #remember(snapshot: string, objects: KubeObject[]): void {
    this.#snapshots.delete(snapshot)
    this.#snapshots.set(snapshot, objects)
    const [oldest] = this.#snapshots.keys()
    if (this.#snapshots.size > snapshotLimit && oldest !== undefined) this.#snapshots.delete(oldest)
  }
}

/** Whether an object is meant by the request's selectors. @throws 400 */
export function matcher(resource: Resource, query: URLSearchParams): (object: KubeObject) => boolean {
  const byLabel = labelSelector(query.get('labelSelector') ?? '')
  const byField = fieldSelector(query.get('fieldSelector') ?? '', resource)
  return (object) => byLabel(object) && byField(object)
}

const tokenTooOld =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.'

// The real server's own form of a token.
const encode = (version: number, start: string): string =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: version, start })).toString('base64url')

function decode(token: string): { version: number; start: string } {
  try {
    const { v, rv, start } = JSON.parse(Buffer.from(token, 'base64url').toString())
    if (v === 'meta.k8s.io/v1' && Number.isInteger(rv) && rv !== 0 && typeof start === 'string' && start) {
      return { version: rv, start }
    }
  } catch {
    // Not JSON: no token of ours.
  }
  throw badRequest('invalid continue token: continue key is not valid')
}
