import type { ServerResponse } from 'node:http'
import { matcher } from './list.ts'
import type { KubeObject } from './objects.ts'
import type { Resource } from './resources.ts'
import { expired, type Status } from './statusError.ts'
import type { Change, Store } from './store.ts'

interface Watched {
  resource: Resource
  namespace: string | undefined
  query: URLSearchParams
  /** How one object is shown (kubectl asks for tables). */
  show: (object: KubeObject) => object
}

/** Streams changes, one JSON line each, until the client goes or its `timeoutSeconds` are over. */
export function watch(store: Store, { resource, namespace, query, show }: Watched, response: ServerResponse): void {
  const selected = matcher(resource, query)
  const send = (type: Change['type'] | 'ERROR', object: KubeObject | Status) => {
    const shown = object.kind === 'Status' ? object : show(object as KubeObject)
    response.write(`${JSON.stringify({ type, object: shown })}\n`)
  }
  const tell = ({ resource: changed, object, previous, type }: Change) => {
    if (changed !== resource || (namespace && object.metadata.namespace !== namespace)) return
    const was = previous !== undefined && selected(previous)
    const is = type !== 'DELETED' && selected(object)
    // What no longer matches the selector is gone for this watcher, what newly matches has come.
    if (is) send(was ? 'MODIFIED' : 'ADDED', object)
    else if (was) send('DELETED', object)
  }
  response.writeHead(200, { 'content-type': 'application/json' })
  response.flushHeaders()
  const from = Number(query.get('resourceVersion') ?? 0)
  const missed = from ? store.since(from) : []
  if (!missed) {
    send('ERROR', expired(`too old resource version: ${from} (${store.version})`).status)
    return void response.end()
  }
  if (!from) for (const object of store.list(resource, namespace).filter(selected)) send('ADDED', object)
  for (const change of missed) tell(change)
  const unsubscribe = store.subscribe(tell)
  const timer = setTimeout(() => response.end(), Number(query.get('timeoutSeconds') ?? 1800) * 1000)
  response.on('close', () => {
    unsubscribe()
    clearTimeout(timer)
  })
}
