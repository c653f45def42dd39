import { isDeepStrictEqual } from 'node:util'
import { isMap } from './objects.ts'
import { badRequest, patchDoesNotApply } from './statusError.ts'

/** Applies an RFC 7386 merge patch; null removes a key. */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch
  const merged: Record<string, unknown> = isMap(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key]
    else merged[key] = applyMergePatch(Object.hasOwn(merged, key) ? merged[key] : undefined, value)
  }
  return merged
}

/**
 * Applies an RFC 6902 patch without `copy` and `move`, with the API server's two leniencies: `test` with null passes
 * on an absent key, and `replace` of an absent key adds it. An operation that does not apply is a 422 that does not
 * name the operation.
 */
export function applyJsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw badRequest('error decoding patch: json: cannot unmarshal object into Go value')
  // A copy, because stored objects are never changed.
  const document: { root: unknown } = { root: JSON.parse(JSON.stringify(target)) }
  for (const operation of patch) {
    if (!isMap(operation) || typeof operation.path !== 'string') {
      throw badRequest('error decoding patch: json: cannot unmarshal into Go value')
    }
    apply(operation, locate(document, operation.path))
  }
  return document.root
}

/** The place of a value, which need not exist: a key of a map or an index of an array. */
interface Place {
  container: Record<string, unknown> | unknown[]
  key: string
}

function apply({ op, value }: Record<string, unknown>, place: Place): void {
  const { container, key } = place
  const list = Array.isArray(container) ? container : undefined
  if (op === 'test') {
    if (!isDeepStrictEqual(read(place) ?? null, value ?? null)) throw patchDoesNotApply()
  } else if (op === 'add') {
    if (list) list.splice(key === '-' ? list.length : indexIn(list.length + 1, key), 0, value)
    else Object.assign(container, { [key]: value })
  } else if (op === 'replace') {
    Object.assign(container, { [list ? indexIn(list.length, key) : key]: value })
  } else if (op === 'remove') {
    if (list) list.splice(indexIn(list.length, key), 1)
    else if (!Object.hasOwn(container, key) || !Reflect.deleteProperty(container, key)) throw patchDoesNotApply()
  } else throw badRequest(`the JSON Patch operation ${op} is not served here`)
}

function locate(document: { root: unknown }, pointer: string): Place {
  const [first, ...keys] = pointer.split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  if (first !== '') throw patchDoesNotApply()
  // The empty pointer means the whole document: the key `root` of its container.
  const path = ['root', ...keys]
  const key = path.pop() as string
  let container: unknown = document
  for (const part of path) container = isContainer(container) ? read({ container, key: part }) : undefined
  if (!isContainer(container)) throw patchDoesNotApply()
  return { container, key }
}

const isContainer = (value: unknown): value is Place['container'] => isMap(value) || Array.isArray(value)

function read({ container, key }: Place): unknown {
  if (Array.isArray(container)) return container[indexIn(container.length, key)]
  return Object.hasOwn(container, key) ? container[key] : undefined
}

function indexIn(length: number, key: string): number {
  if (!/^\d+$/.test(key) || Number(key) >= length) throw patchDoesNotApply()
  return Number(key)
}
