import { randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { type KubeObject, newMetadata, type ObjectMeta, timestamp } from './objects.ts'
import { events, groupOf, namespaces, type Resource } from './resources.ts'
import { alreadyExists, conflict, invalid, notFound } from './statusError.ts'
import type { Store } from './store.ts'

/** A write: its place, its author and its time. */
export interface Write {
  store: Store
  resource: Resource
  namespace: string | undefined
  now: Date
  /** The field manager. */
  manager: string
  /** When true, everything is checked and computed but nothing is stored. */
  dryRun?: boolean
  subresource?: 'scale' | undefined
}

/** Stores a new object. @throws 404 (namespace), 409, 422 */
export function create(write: Write, body: Partial<KubeObject>): KubeObject {
  const { store, resource, namespace, now } = write
  const meta: Partial<ObjectMeta> = body.metadata ?? {}
  const name = meta.name || (meta.generateName && meta.generateName + nameSuffix())
  if (!name) {
    const message = 'Required value: name or generateName is required'
    throw invalid(typed(resource, ''), { reason: 'FieldValueRequired', field: 'metadata.name', message })
  }
  if (namespace && !store.get(namespaces, namespace)) throw notFound(namespaces, namespace)
  if (store.get(resource, name, namespace)) throw alreadyExists(resource, name)
  const { apiVersion, kind, generationCounts } = resource
  const generation = generationCounts && { generation: 1 }
  const metadata = newMetadata({ ...meta, name, ...(namespace && { namespace }), ...generation }, now)
  // Only controllers write a status.
  const { status: _, ...given } = body
  const object = finished(resource, { ...given, apiVersion, kind, metadata })
  if (resource === events) checkPlace(object)
  if (resource.scalable) object.metadata.managedFields = claim({ ...metadata, managedFields: [] }, write)
  return write.dryRun ? object : store.put(resource, object)
}

/**
 * Replaces `old` by `wanted`, except for the fields that only the server or the controllers write. An equal object
 * changes nothing, not even the resourceVersion. @throws 409, 422
 */
export function update(write: Write, old: KubeObject, wanted: KubeObject): KubeObject {
  const { store, resource } = write
  const { resourceVersion, name, namespace, uid, creationTimestamp, deletionTimestamp } = old.metadata
  const { generation, managedFields } = old.metadata
  if ((wanted.metadata.resourceVersion || resourceVersion) !== resourceVersion) throw conflict(resource, name)
  const kept = {
    resourceVersion,
    name,
    namespace,
    uid,
    creationTimestamp,
    deletionTimestamp,
    generation,
    managedFields,
  }
  const { apiVersion, kind, status } = old
  const metadata = { ...wanted.metadata, ...kept } as ObjectMeta
  const object = finished(resource, { ...wanted, apiVersion, kind, metadata, ...(status && { status }) })
  if (isDeepStrictEqual(object, old)) return old
  const counted = ({ spec, metadata: { annotations } }: KubeObject) =>
    resource.generationCounts === 'spec and annotations' ? [spec, annotations] : [spec]
  if (resource.generationCounts && !isDeepStrictEqual(counted(object), counted(old))) {
    object.metadata.generation = (generation ?? 0) + 1
  }
  if (object.spec?.replicas !== old.spec?.replicas) object.metadata.managedFields = claim(old.metadata, write)
  return write.dryRun ? object : store.put(resource, object)
}

/**
 * Server-side apply of what has `data` and no spec, such as a ConfigMap: what is applied becomes all of the data. Without
 * `force`, one field manager does not change the data of another. @throws 404 (namespace), 409, 422
 */
export function apply(
  write: Write & { name: string; force: boolean },
  old: KubeObject | undefined,
  applied: Partial<KubeObject>,
): KubeObject {
  const { store, resource, name, manager, force } = write
  const managedFields = [{ manager, operation: 'Apply', fieldsType: 'FieldsV1', fieldsV1: { 'f:data': {} } }]
  if (!old) return create(write, { ...applied, metadata: { ...applied.metadata, name, managedFields } as ObjectMeta })
  const isTheirs = old.metadata.managedFields?.some((owner) => 'manager' in owner && owner.manager !== manager)
  if (isTheirs && !force && !isDeepStrictEqual(applied.data, old.data)) throw conflict(resource, name)
  const object = update(write, old, { ...old, ...applied, metadata: { ...old.metadata, ...applied.metadata } })
  if (object === old || write.dryRun) return object
  return store.put(resource, { ...object, metadata: { ...object.metadata, managedFields } })
}

/** Removes `old`, and with a namespace all that is in it. Simplified: the real server lets Pods end first. */
export function remove({ store, resource, dryRun }: Write, old: KubeObject): object {
  const { name, uid } = old.metadata
  if (!dryRun) {
    store.remove(resource, old)
    const contained = resource === namespaces ? store.resources.filter(({ clusterScoped }) => !clusterScoped) : []
    for (const row of contained) for (const object of store.list(row, name)) store.remove(row, object)
  }
  const details = { name, ...(groupOf(resource) && { group: groupOf(resource) }), kind: resource.plural, uid }
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details }
}

/** The `Scale` of an object, which is read at `/scale`. A spec of zero is left out, as in the real server. */
export function scaleOf({ metadata, spec, status }: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, ...(namespace && { namespace }), uid, resourceVersion, creationTimestamp },
    spec: spec?.replicas ? { replicas: spec.replicas } : {},
    status: { replicas: status?.replicas ?? 0 },
  }
}

/** Sets the replicas that `scale` asks for. @throws 409, 422 */
export function updateScale(write: Write, old: KubeObject, scale: KubeObject): KubeObject {
  const replicas = scale.spec?.replicas ?? 0
  const { name, resourceVersion } = old.metadata
  checkReplicas({ group: 'autoscaling', kind: 'Scale', name }, replicas)
  const metadata = { ...old.metadata, resourceVersion: scale.metadata.resourceVersion || resourceVersion }
  const wanted = { ...old, metadata, spec: { ...old.spec, replicas } }
  return scaleOf(update({ ...write, subresource: 'scale' }, old, wanted))
}

/** A copy with the defaults filled in and empty maps dropped (as `omitempty` does). @throws 422 */
function finished(resource: Resource, object: KubeObject): KubeObject {
  const complete: KubeObject = JSON.parse(JSON.stringify(object))
  for (const field of ['labels', 'annotations'] as const) {
    if (Object.keys(complete.metadata[field] ?? {}).length === 0) delete complete.metadata[field]
  }
  for (const [field, value] of Object.entries(resource.defaults ?? {})) {
    complete.spec = { ...complete.spec, [field]: complete.spec?.[field] ?? value }
  }
  if (resource.scalable) checkReplicas(typed(resource, complete.metadata.name), complete.spec?.replicas)
  return complete
}

const typed = (resource: Resource, name: string) => ({ group: groupOf(resource), kind: resource.kind, name })

/** Checks the replicas, the only field of a spec that is checked. The real server words a wrong type differently. */
function checkReplicas(object: ReturnType<typeof typed>, replicas: unknown): void {
  if (typeof replicas === 'number' && (replicas | 0) === replicas && replicas >= 0) return
  const message = `Invalid value: ${JSON.stringify(replicas)}: must be greater than or equal to 0`
  throw invalid(object, { reason: 'FieldValueInvalid', field: 'spec.replicas', message })
}

/** An Event is in the namespace of its object, and in `default` when the object has none. @throws 422 */
function checkPlace({ metadata: { name, namespace }, involvedObject }: KubeObject): void {
  const about = involvedObject?.namespace ?? ''
  if ((about || 'default') === namespace) return
  const message = `Invalid value: ${JSON.stringify(about)}: does not match event.namespace`
  throw invalid(typed(events, name), { reason: 'FieldValueInvalid', field: 'involvedObject.namespace', message })
}

type Writer = Pick<Write, 'resource' | 'manager' | 'now'> & { subresource?: 'scale' | 'status' | undefined }

/** `managedFields` after a write of the status or of `spec.replicas`, the only two whose owners are recorded. */
export function claim({ managedFields: before = [] }: ObjectMeta, { resource, manager, now, subresource }: Writer) {
  const { apiVersion } = resource
  const [part, fields] = subresource === 'status' ? ['f:status', {}] : ['f:spec', { 'f:replicas': {} }]
  const entry = {
    ...{ manager, operation: 'Update', apiVersion, fieldsType: 'FieldsV1', fieldsV1: { [part]: fields } },
    // The real server records no time for a write through the scale subresource.
    ...(subresource !== 'scale' && { time: timestamp(now) }),
    ...(subresource && { subresource }),
  }
  return [...before.filter(({ fieldsV1 }) => !Object.hasOwn(fieldsV1, part)), entry]
}

/** Five random characters, as the real server appends to names. Without vowels they form no words. */
export const nameSuffix = (): string =>
  [...randomBytes(5)].map((byte) => 'bcdfghjklmnpqrstvwxz2456789'[byte % 27]).join('')
