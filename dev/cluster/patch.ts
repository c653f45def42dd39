import { isDeepStrictEqual } from 'node:util'
import { isMap } from './objects.ts'
import { badRequest, patchDoesNotApply } from './statusError.ts'

interface Operation {
  op: string
  path: string
  from?: string
  value?: unknown
}

/** Applies an RFC 7386 merge patch; null removes. */
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
 * Applies an RFC 6902 patch, with the API server's two leniencies: `test` with null passes on an absent key, and
 * `replace` of an absent key adds it. Whatever does not apply is a 422 that does not name the operation.
 */
export function applyJsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw badRequest('error decoding patch: json: cannot unmarshal object into Go value')
  const document = { root: copyOf(target) }
  for (const operation of patch) {
    if (!isOperation(operation)) throw badRequest('error decoding patch: json: cannot unmarshal into Go value')
    apply(document, operation)
  }
  return document.root
}

const copyOf = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null))

function isOperation(value: unknown): value is Operation {
  return isMap(value) && typeof value.op === 'string' && typeof value.path === 'string'
}

function apply(document: { root: unknown }, { op, path, from, value }: Operation): void {
  // The whole document can be tested and replaced only.
  if (path === '' && op !== 'test' && op !== 'replace') throw patchDoesNotApply()
  const at = locate(document, path)
  if (op === 'test') {
    if (!isDeepStrictEqual(read(at) ?? null, value ?? null)) throw patchDoesNotApply()
  } else if (op === 'add') insert(at, value)
  else if (op === 'replace') replace(at, value)
  else if (op === 'remove') remove(at)
  else if (op === 'copy' || op === 'move') {
    const source = locate(document, from ?? '')
    const copied = copyOf(read(source))
    if (op === 'move') remove(source)
    // Located anew: the removal may have moved the target.
    insert(locate(document, path), copied)
  } else throw patchDoesNotApply()
}

type Place = { container: Record<string, unknown> | unknown[]; key: string }

function locate(document: { root: unknown }, pointer: string): Place {
  const keys = pointer.split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  if (keys[0] !== '') throw patchDoesNotApply()
  // The empty pointer is the whole document: the key `root` of what holds it.
  const path = ['root', ...keys.slice(1)]
  const key = path.pop() as string
  let container: unknown = document
  for (const part of path) container = isContainer(container) ? read({ container, key: part }) : undefined
  if (!isContainer(container)) throw patchDoesNotApply()
  return { container, key }
}

const isContainer = (value: unknown): value is Place['container'] => isMap(value) || Array.isArray(value)

function indexIn(array: unknown[], key: string, limit = array.length - 1): number {
  const index = /^-?\d+$/.test(key) ? Number(key) : Number.NaN
  const counted = index < 0 ? index + limit + 1 : index
  if (!(counted >= 0 && counted <= limit)) throw patchDoesNotApply()
  return counted
}

function read({ container, key }: Place): unknown {
  if (Array.isArray(container)) return container[indexIn(container, key)]
  return Object.hasOwn(container, key) ? container[key] : undefined
}

function insert({ container, key }: Place, value: unknown): void {
  if (!Array.isArray(container)) container[key] = value
  else container.splice(key === '-' ? container.length : indexIn(container, key, container.length), 0, value)
}

function replace({ container, key }: Place, value: unknown): void {
  if (Array.isArray(container)) container[indexIn(container, key)] = value
  else container[key] = value
}

function remove({ container, key }: Place): void {
  if (Array.isArray(container)) container.splice(indexIn(container, key), 1)
  else if (Object.hasOwn(container, key)) delete container[key]
  else throw patchDoesNotApply()
}
