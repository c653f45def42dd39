import { randomBytes, randomUUID } from 'node:crypto'
import { type Condition, type KubeObject, type ObjectMeta, type OwnerReference, timestamp } from './objects.ts'
import { apiVersionOf, events, type Resource } from './resources.ts'
import type { Store } from './store.ts'

/** What the controllers work with. */
export interface World {
  store: Store
  now: () => Date
  podDelayMs: number
  nodeDelayMs: number
  /** Runs `act` after `ms` (0: now). Answers false, and does nothing, while the same key still waits. */
  after: (key: string, ms: number, act: () => void) => boolean
  cancel: (key: string) => void
}

/** The metadata of an object that a controller makes. */
export function newMetadata(world: Pick<World, 'now'>, given: Partial<ObjectMeta> & { name: string }): ObjectMeta {
  return { uid: randomUUID(), resourceVersion: '', creationTimestamp: timestamp(world.now()), generation: 1, ...given }
}

/** Five characters as the real controllers append to names: no vowels, so no words. */
export const nameSuffix = (): string =>
  [...randomBytes(5)].map((byte) => 'bcdfghjklmnpqrstvwxz2456789'[byte % 27]).join('')

/** The reference by which what `owner` makes follows it when it is deleted. */
export function ownedBy(resource: Resource, { metadata: { name, uid } }: KubeObject): OwnerReference {
  return {
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    name,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  }
}

/** Replaces `type` among `conditions`; the transition time moves only with the status, the list only on a change. */
export function withCondition(
  conditions: readonly Condition[],
  {
    at,
    hasUpdateTime,
    ...wanted
  }: Omit<Condition, 'lastTransitionTime' | 'lastUpdateTime'> & {
    at: Date
    hasUpdateTime?: boolean
  },
): Condition[] {
  const before = conditions.find(({ type }) => type === wanted.type)
  if (before && before.status === wanted.status && before.reason === wanted.reason) return [...conditions]
  const time = timestamp(at)
  const lastTransitionTime = before?.status === wanted.status ? before.lastTransitionTime : time
  const condition: Condition = { ...wanted, ...(hasUpdateTime && { lastUpdateTime: time }), lastTransitionTime }
  return [...conditions.filter(({ type }) => type !== wanted.type), condition]
}

/** Writes an Event about `object`, as the controller `component`. */
export function recordEvent(
  { store, now }: World,
  { apiVersion, kind, metadata: { namespace, name, uid } }: KubeObject,
  what: { component: string; reason: string; message: string; type?: 'Normal' | 'Warning' },
): void {
  const { component, reason, message, type = 'Normal' } = what
  const time = timestamp(now())
  store.put(events, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: `${name}.${randomBytes(8).toString('hex')}`,
      namespace: namespace ?? 'default',
      uid: randomUUID(),
      resourceVersion: '',
      creationTimestamp: time,
    },
    involvedObject: { apiVersion, kind, name, uid, ...(namespace && { namespace }) },
    ...{ type, reason, message, count: 1, firstTimestamp: time, lastTimestamp: time },
    ...{ source: { component }, reportingComponent: component, reportingInstance: '', eventTime: null },
  })
}
