import type { ServerResponse } from 'node:http'
import type { KubeObject } from './objects.ts'
import type { Resource } from './resources.ts'
import { badRequest, expired, type Status } from './statusError.ts'
import type { Change, Store } from './store.ts'

/** The objects that a LIST or a watch asks for. */
export interface Listed {
  resource: Resource
  namespace: string | undefined
  query: URLSearchParams
}

interface ObjectList {
  metadata: { resourceVersion: string; continue?: string }
  items: KubeObject[]
}

interface Rest {
  resourceVersion: string
  objects: KubeObject[]
}

/** How many remainders of paged lists are kept; the oldest expires first. */
const restsLimit = 100

/** Answers LIST. All pages of a list show the state at the time of its first page. */
export function createLists(store: Store): (listed: Listed) => ObjectList {
  const rests = new Map<string, Rest>()
  let made = 0

  /** @throws 400 for a bad selector, 410 for a token whose list has expired */
  return ({ resource, namespace, query }) => {
    const isSelected = selector(query)
    const token = query.get('continue')
    const found = token
      ? rests.get(token)
      : { resourceVersion: String(store.version), objects: store.list(resource, namespace).filter(isSelected) }
    if (!found) throw expired('The provided continue parameter is too old to display a consistent list result.')
    const { resourceVersion, objects } = found
    const items = objects.slice(0, Number(query.get('limit')) || undefined)
    const metadata: { resourceVersion: string; continue?: string } = { resourceVersion }
    if (items.length < objects.length) {
      // Using a token does not remove it: the client may have to repeat its request.
      metadata.continue = `${resourceVersion}.${++made}`
      rests.set(metadata.continue, { resourceVersion, objects: objects.slice(items.length) })
      const [oldest] = rests.keys()
      if (rests.size > restsLimit && oldest) rests.delete(oldest)
    }
    return { kind: `${resource.kind}List`, apiVersion: resource.apiVersion, metadata, items }
  }
}

// An object in the store is never changed, and a list of thousands is asked for again and again.
const texts = new WeakMap<KubeObject, string>()

function textOf(object: KubeObject): string {
  const text = texts.get(object) ?? JSON.stringify(object)
  texts.set(object, text)
  return text
}

/** A list as JSON. */
export const listText = ({ items, ...rest }: ObjectList): string =>
  `${JSON.stringify(rest).slice(0, -1)},"items":[${items.map(textOf).join()}]}`

/** The list as a client gets it that asks for metadata only. */
export const metadataOf = ({ metadata, items }: ObjectList): object => ({
  kind: 'PartialObjectMetadataList',
  apiVersion: 'meta.k8s.io/v1',
  metadata,
  items: items.map((object) => ({
    kind: 'PartialObjectMetadata',
    apiVersion: 'meta.k8s.io/v1',
    metadata: object.metadata,
  })),
})

/** Streams changes, one JSON line each, until the client disconnects or its `timeoutSeconds` have passed. */
export function watch(store: Store, { resource, namespace, query }: Listed, response: ServerResponse): void {
  const isSelected = selector(query)
  const send = (type: Change['type'] | 'ERROR', object: KubeObject | Status) =>
    response.write(`${JSON.stringify({ type, object })}\n`)
  const tell = ({ resource: changed, object, previous, type }: Change) => {
    if (changed !== resource || (namespace && object.metadata.namespace !== namespace)) return
    const was = previous !== undefined && isSelected(previous)
    const is = type !== 'DELETED' && isSelected(object)
    // For this watcher, an object that no longer matches the selector is deleted, and one that now matches is added.
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
  if (!from) for (const object of store.list(resource, namespace).filter(isSelected)) send('ADDED', object)
  for (const change of missed) tell(change)
  const unsubscribe = store.subscribe(tell)
  const timer = setTimeout(() => response.end(), Number(query.get('timeoutSeconds') ?? 1800) * 1000)
  response.on('close', () => {
    unsubscribe()
    clearTimeout(timer)
  })
}

type Predicate = (object: KubeObject) => boolean

/** @throws 400 for a selector that it does not support */
function selector(query: URLSearchParams): Predicate {
  const labels = labelSelector(query.get('labelSelector') ?? '')
  const fields = fieldSelector(query.get('fieldSelector') ?? '')
  return (object) => labels(object) && fields(object)
}

type Field = (object: KubeObject) => unknown

const selectableFields: Record<string, Field> = {
  'metadata.name': ({ metadata }) => metadata.name,
  'spec.nodeName': ({ spec }) => spec?.nodeName,
  'involvedObject.kind': ({ involvedObject }) => involvedObject?.kind,
  'involvedObject.name': ({ involvedObject }) => involvedObject?.name,
  'involvedObject.uid': ({ involvedObject }) => involvedObject?.uid,
}

/** Reads `a=b,c=d`. @throws 400 for a field that it does not know */
function fieldSelector(text: string): Predicate {
  const requirements = text === '' ? [] : text.split(',').map(fieldRequirement)
  return (object) => requirements.every((holds) => holds(object))
}

function fieldRequirement(part: string): Predicate {
  const [, name = '', value = ''] = /^([\w.]+)==?(.*)$/.exec(part) ?? []
  const field = Object.hasOwn(selectableFields, name) ? selectableFields[name] : undefined
  if (!field) throw badRequest(`field label not supported: ${name || part}`)
  return (object) => (field(object) ?? '') === value
}

/** Reads `a=b,c!=d,e,!f`; `in` and `notin` are refused. @throws 400 */
export function labelSelector(text: string): Predicate {
  const requirements = text === '' ? [] : text.split(',').map(labelRequirement)
  return ({ metadata: { labels = {} } }) => requirements.every((holds) => holds(labels))
}

function labelRequirement(part: string): (labels: Record<string, string>) => boolean {
  const [, not, key = '', operator, value] = /^(!?)([\w./-]+)(?:(==?|!=)([\w.-]*))?$/.exec(part.trim()) ?? []
  if (!key || (not && operator)) throw badRequest(`unable to parse requirement: found '${part}'`)
  if (!operator) return (labels) => Object.hasOwn(labels, key) !== (not === '!')
  // As in the real server, `!=` also matches an object without the label.
  return (labels) => (labels[key] === value) !== (operator === '!=')
}
