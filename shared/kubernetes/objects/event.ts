import type { ClusterEvent } from '../../scaling/index.ts'

// The API server refuses a longer message.
const longestMessage = 1024

/** The body of a core/v1 Event. An Event about an object of the whole cluster is in the namespace `default`. */
export function eventOf({ about, type, reason, message, at }: ClusterEvent, component: string) {
  const time = at.toISOString().replace(/\.\d+Z$/, 'Z')
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      namespace: about.namespace ?? 'default',
      // client-go names Events in this way: the object, and the time in hexadecimal.
      generateName: `${about.name.slice(0, 200)}.${at.getTime().toString(16)}.`,
    },
    involvedObject: about,
    type,
    reason,
    message: message.slice(0, longestMessage),
    source: { component },
    reportingComponent: component,
    reportingInstance: component,
    action: reason,
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  }
}
