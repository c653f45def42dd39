import { newMetadata, type Pod, timestamp } from './objects.ts'
import { events } from './resources.ts'
import type { Store } from './store.ts'

/** The words of an Event about a Pod. */
export interface Told {
  type?: 'Warning'
  reason: string
  message: string
  source: 'default-scheduler' | 'cluster-autoscaler' | 'kubelet'
}

/** Writes an Event about a Pod. */
export type Tell = (pod: Pod, told: Told) => void

/** The real server deletes Events after an hour; here the oldest go. */
const eventLimit = 500

/** Writes Events into the store, and keeps their number within the limit. */
export function createRecorder(store: Store, now: () => Date): Tell {
  const written: Parameters<typeof store.remove>[1][] = []
  let made = 0
  return ({ metadata: { name, namespace = '', uid } }, { type = 'Normal', reason, message, source }) => {
    const time = timestamp(now())
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: newMetadata({ name: `${name}.${(++made).toString(16).padStart(16, '0')}`, namespace }, now()),
      involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid },
      ...{ type, reason, message, source: { component: source }, reportingComponent: source },
      ...{ firstTimestamp: time, lastTimestamp: time, count: 1 },
    }
    written.push(store.put(events, event))
    const [oldest] = written
    if (written.length > eventLimit && oldest) {
      written.shift()
      store.remove(events, oldest)
    }
  }
}
