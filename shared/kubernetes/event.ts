import type { WorkloadEvent } from '../scaling/index.ts'

// The API server refuses a longer message.
const longestMessage = 1024

/** The body of a core/v1 Event, named as client-go names its own: the object and the time in hexadecimal. */
export function eventOf({ workload, reason, message, at }: WorkloadEvent, component: string): object {
  const { kind, namespace, name } = workload.ref
  const time = at.toISOString().replace(/\.\d+Z$/, 'Z')
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { namespace, generateName: `${name.slice(0, 200)}.${at.getTime().toString(16)}.` },
    involvedObject: { apiVersion: 'apps/v1', kind, namespace, name, uid: workload.uid },
    type: 'Normal',
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
