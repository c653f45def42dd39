import { randomBytes, randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { isMap, type KubeObject, type ManagedField, type ObjectMeta, timestamp } from './objects.ts'
import { apiVersionOf, namespaces, type Resource } from './resources.ts'
import { alreadyExists, badRequest, conflict, invalid, notFound } from './statusError.ts'
import type { Store } from './store.ts'

/** Who writes what where. */
export interface Write {
  store: Store
  resource: Resource
  namespace: string | undefined
  now: Date
  /** The field manager: `fieldManager=`, else the first word of the user agent. */
  manager: string
  /** Everything is checked and computed, nothing stored. */
  dryRun?: boolean
  subresource?: 'status' | 'scale'
}

/** Stores a new object. @throws 400, 404 (namespace), 409, 422 */
export function create(write: Write, body: Partial<KubeObject>): KubeObject {
  const { store, resource, namespace, now } = write
  const apiVersion = apiVersionOf(resource)
  for (const [field, wanted] of [['apiVersion', apiVersion] as const, ['kind', resource.kind] as const]) {
    if ((body[field] ?? wanted) !== wanted) {
      throw badRequest(`the ${field} in the data (${body[field]}) does not match the expected ${field} (${wanted})`)
    }
  }
  const typed = typeError({ ...body, kind: resource.kind })
  if (typed)
    throw badRequest(
      `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: ${typed}`,
    )
  const { generateName, ...given } = (body.metadata ?? {}) as Partial<ObjectMeta>
  const name = given.name || (generateName && `${generateName}${randomBytes(3).toString('hex').slice(1)}`)
  if (!name) {
    const message = 'Required value: name or generateName is required'
    throw invalid(resource, '', [{ reason: 'FieldValueRequired', field: 'metadata.name', message }])
  }
  if ((given.namespace ?? namespace) !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  }
  if (namespace && !store.get(namespaces, undefined, namespace)) throw notFound(namespaces, namespace)
  const metadata: ObjectMeta = {
    ...given,
    name,
    ...(generateName && { generateName }),
    ...(namespace && { namespace }),
    uid: randomUUID(),
    resourceVersion: '',
    creationTimestamp: timestamp(now),
    ...(resource.hasGeneration && { generation: 1 }),
  }
  const { status, ...rest } = body
  const object = finished(resource, {
    ...rest,
    apiVersion,
    kind: resource.kind,
    metadata,
    ...(!resource.hasStatus && { status }),
  })
  if (store.get(resource, namespace, name)) throw alreadyExists(resource, name)
  if (object.spec?.replicas !== undefined) object.metadata.managedFields = ownReplicas(write, [])
  return write.dryRun ? object : store.put(resource, object)
}

/**
 * Replaces `old` by `wanted`, keeping what a writer may not change. The same again changes nothing, not even the
 * resourceVersion. @throws 400, 409, 422
 */
export function update(write: Write, old: KubeObject, wanted: KubeObject): KubeObject {
  const { store, resource } = write
  const { name, namespace, resourceVersion, uid } = wanted.metadata
  if (!name) {
    throw badRequest(
      `the name of the object (${old.metadata.name} based on URL) was undeterminable: name must be provided`,
    )
  }
  if (name !== old.metadata.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${old.metadata.name})`)
  }
  if (namespace !== undefined && namespace !== old.metadata.namespace) {
    throw badRequest(
      `the namespace of the object (${namespace}) does not match the namespace on the request (${old.metadata.namespace})`,
    )
  }
  if (resourceVersion && resourceVersion !== old.metadata.resourceVersion) throw conflict(resource, old.metadata.name)
  if (uid && uid !== old.metadata.uid) {
    const message = `Invalid value: ${JSON.stringify(uid)}: field is immutable`
    throw invalid(resource, name, [{ reason: 'FieldValueInvalid', field: 'metadata.uid', message }])
  }
  const { uid: kept, creationTimestamp, deletionTimestamp, generation, managedFields } = old.metadata
  const metadata: ObjectMeta = {
    ...(write.subresource === 'status' ? old.metadata : wanted.metadata),
    ...{ name: old.metadata.name, uid: kept, creationTimestamp, resourceVersion: old.metadata.resourceVersion },
    ...(old.metadata.namespace && { namespace: old.metadata.namespace }),
    ...(generation !== undefined && { generation }),
    ...(managedFields && { managedFields }),
    ...(deletionTimestamp && { deletionTimestamp }),
  }
  const { apiVersion, kind } = old
  const merged: KubeObject = { ...wanted, apiVersion, kind, metadata }
  const source = write.subresource === 'status' ? wanted : old
  if (resource.hasStatus) merged.status = source.status ?? {}
  if (write.subresource === 'status') merged.spec = old.spec ?? {}
  const object = finished(resource, merged)
  if (isDeepStrictEqual(object, finished(resource, old))) return old
  const { annotations } = object.metadata
  const isAnnotated = resource.generationCountsAnnotations && !isDeepStrictEqual(annotations, old.metadata.annotations)
  if (resource.hasGeneration && (isAnnotated || !isDeepStrictEqual(object.spec, old.spec))) {
    object.metadata.generation = (old.metadata.generation ?? 0) + 1
  }
  if (object.spec?.replicas !== old.spec?.replicas)
    object.metadata.managedFields = ownReplicas(write, managedFields ?? [])
  return write.dryRun ? object : store.put(resource, object)
}

/** What the JSON decoder of the real server would object to, in its words; undefined when all is well. */
export function typeError(object: Partial<KubeObject>): string | undefined {
  const go = (value: unknown, field: string, type: string) =>
    `json: cannot unmarshal ${goKind(value)} into Go struct field ${field} of type ${type}`
  for (const field of ['labels', 'annotations'] as const) {
    const map: unknown = object.metadata?.[field] ?? {}
    if (!isMap(map)) return go(map, `ObjectMeta.metadata.${field}`, 'map[string]string')
    const wrong = Object.values(map).find((value) => typeof value !== 'string' && value !== null)
    if (wrong !== undefined) return go(wrong, `ObjectMeta.metadata.${field}`, 'string')
  }
  const spec: unknown = object.spec ?? {}
  if (!isMap(spec)) return go(spec, `${object.kind}.spec`, `${object.kind}Spec`)
  const replicas = spec.replicas ?? 0
  const isInt32 = typeof replicas === 'number' && (replicas | 0) === replicas
  return isInt32 ? undefined : go(replicas, `${object.kind}Spec.spec.replicas`, 'int32')
}

const goKind = (value: unknown): string => {
  if (typeof value === 'number') return `number ${value}`
  if (typeof value === 'boolean') return 'bool'
  return Array.isArray(value) ? 'array' : typeof value
}

/** Defaults filled in, empty maps dropped (as `omitempty` does), checked. A copy that the caller may change. */
function finished(resource: Resource, object: KubeObject): KubeObject {
  const complete: KubeObject = JSON.parse(JSON.stringify(resource.defaults?.(object) ?? object))
  for (const field of ['labels', 'annotations'] as const) {
    const map = complete.metadata[field]
    // A null value becomes an empty one, as in any Go map of strings.
    for (const [key, value] of Object.entries(map ?? {})) if (map && value === null) map[key] = ''
    if (!map || Object.keys(map).length === 0) delete complete.metadata[field]
  }
  const errors = resource.validate?.(complete) ?? []
  if (errors.length > 0) throw invalid(resource, complete.metadata.name, errors)
  return complete
}

/** The writer now owns `spec.replicas`, the one field whose owner is kept. */
function ownReplicas({ resource, manager, now, subresource }: Write, before: ManagedField[]): ManagedField[] {
  const others = before.filter(({ fieldsV1 }) => !isMap(fieldsV1['f:spec']) || !('f:replicas' in fieldsV1['f:spec']))
  const entry: ManagedField = {
    manager,
    operation: 'Update',
    apiVersion: apiVersionOf(resource),
    time: timestamp(now),
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:spec': { 'f:replicas': {} } },
    ...(subresource && { subresource }),
  }
  return [...others, entry]
}
