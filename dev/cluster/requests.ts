import { deletedAt, isMap, type KubeObject } from './objects.ts'
import { applyJsonPatch, applyMergePatch } from './patch.ts'
import { apiVersionOf, namespaces, resources } from './resources.ts'
import type { Target } from './route.ts'
import { scaleOf, updateScale } from './scale.ts'
import { badRequest, invalid, methodNotAllowed, notFound, unsupportedMediaType } from './statusError.ts'
import type { Store } from './store.ts'
import { create, typeError, update, type Write } from './writes.ts'

/** A request for one object, or to create one. */
export interface ObjectRequest {
  method: string
  target: Target
  query: URLSearchParams
  contentType: string
  userAgent: string
  body: string
  now: Date
}

/** Carries the request out; everything between reading and storing is one synchronous step. @throws StatusError */
export function handleObject(store: Store, request: ObjectRequest): { code: number; body: object } {
  const { method, target, query, userAgent, now } = request
  const { resource, namespace, name, subresource } = target
  const manager = query.get('fieldManager') || userAgent.split('/')[0] || 'unknown'
  const dryRun = isDryRun(request)
  const write: Write = { store, resource, namespace, now, manager, dryRun, ...(subresource && { subresource }) }
  if (name === undefined) {
    if (method !== 'POST' || (resource.namespaced && !namespace)) throw methodNotAllowed()
    return { code: 201, body: create(write, parse(request)) }
  }
  if (!['GET', 'PUT', 'PATCH', 'DELETE'].includes(method) || (method === 'DELETE' && subresource))
    throw methodNotAllowed()
  const old = store.get(resource, namespace, name)
  if (!old) throw notFound(resource, name)
  const shown = subresource === 'scale' ? scaleOf(old) : old
  if (method === 'GET') return { code: 200, body: shown }
  if (method === 'DELETE') return remove(write, old, request)
  const wanted = method === 'PUT' ? parse(request) : patched(shown, request)
  const next = { ...wanted, kind: shown.kind, metadata: wanted.metadata ?? {} } as KubeObject
  const typed = typeError(next)
  if (typed && method === 'PUT') {
    throw badRequest(`${shown.kind} in version "${resource.version}" cannot be handled as a ${shown.kind}: ${typed}`)
  }
  const isSameKind = wanted.kind === shown.kind && wanted.apiVersion === shown.apiVersion
  if (typed || (method === 'PATCH' && !isSameKind)) throw undecodable(wanted, typed ?? `it is no ${shown.kind}`)
  return { code: 200, body: subresource === 'scale' ? updateScale(write, old, next) : update(write, old, next) }
}

function parse({ body: text, contentType }: ObjectRequest): Partial<KubeObject> {
  // Protobuf, which kubectl prefers for creating a few kinds, is not understood here.
  if (contentType && contentType !== 'application/json') throw unsupportedMediaType()
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw badRequest(
      `the object provided is unrecognized: couldn't get version/kind; json parse error: ${(error as Error).message}`,
    )
  }
  if (isMap(value) && isMap(value.metadata ?? {})) return value
  throw badRequest("the object provided is unrecognized: couldn't get version/kind")
}

const patchTypes = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
}
const accepted = [patchTypes.json, patchTypes.merge]

const optionsOf: Record<string, string> = { POST: 'Create', PUT: 'Update', PATCH: 'Patch', DELETE: 'Delete' }

function isDryRun({ method, query }: ObjectRequest): boolean {
  const asked = query.get('dryRun') ?? ''
  if (['', 'All'].includes(asked)) return asked !== ''
  const message = `Unsupported value: ${JSON.stringify(asked)}: supported values: "All"`
  const kind = `${optionsOf[method] ?? 'Get'}Options`
  throw invalid({ group: 'meta.k8s.io', kind }, '', [{ reason: 'FieldValueNotSupported', field: 'dryRun', message }])
}

/** A strategic patch without lists and directives means what a merge patch means; one with them needs the schema. */
function isPlain(patch: unknown): boolean {
  if (!isMap(patch)) return !Array.isArray(patch)
  return Object.entries(patch).every(([key, value]) => !key.startsWith('$') && isPlain(value))
}

function patched(shown: KubeObject, { contentType, body }: ObjectRequest): Partial<KubeObject> {
  let patch: unknown
  try {
    patch = JSON.parse(body)
  } catch (error) {
    throw badRequest(`error decoding patch: ${(error as Error).message}`)
  }
  if (contentType !== patchTypes.json && !isMap(patch)) {
    throw badRequest('error decoding patch: json: cannot unmarshal into Go value of type map[string]interface {}')
  }
  let result: unknown
  if (contentType === patchTypes.json) result = applyJsonPatch(shown, patch)
  else if (contentType === patchTypes.merge || (contentType === patchTypes.strategic && isPlain(patch)))
    result = applyMergePatch(shown, patch)
  else throw unsupportedMediaType(Object.values(patchTypes).includes(contentType) ? accepted : undefined)
  if (isMap(result) && (result.metadata === undefined || isMap(result.metadata))) return result
  throw undecodable(result, 'json: cannot unmarshal into Go value')
}

const undecodable = (value: unknown, why: string) =>
  invalid({ group: '', kind: '' }, '', [
    {
      reason: 'FieldValueInvalid',
      field: 'patch',
      message: `Invalid value: ${JSON.stringify(JSON.stringify(value))}: ${why}`,
    },
  ])

function remove({ store, resource, dryRun, now }: Write, old: KubeObject, request: ObjectRequest) {
  const { body, query } = request
  const { gracePeriodSeconds } = (body ? parse(request) : {}) as { gracePeriodSeconds?: number }
  const isForced = gracePeriodSeconds === 0 || query.get('gracePeriodSeconds') === '0'
  if (!dryRun && resource.deletedGracefully && !isForced) {
    const marked = old.metadata.deletionTimestamp ? old : store.put(resource, deletedAt(old, now))
    return { code: 200, body: marked }
  }
  if (!dryRun) {
    store.remove(resource, old)
    // The contents of a namespace go with it.
    const contained = resource === namespaces ? resources.filter(({ namespaced }) => namespaced) : []
    for (const row of contained) for (const object of store.list(row, old.metadata.name)) store.remove(row, object)
  }
  const { name, uid } = old.metadata
  const details = { name, ...(resource.group && { group: resource.group }), kind: resource.plural, uid }
  return { code: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } }
}

/** The whole list of `target`, as the API server frames it. */
export function listBody({ resource }: Target, page: { items: KubeObject[]; metadata: object }): object {
  // The items of a list do not repeat what the list says of them.
  const items = page.items.map(({ apiVersion: _, kind: __, ...item }) => item)
  return { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata: page.metadata, items }
}
