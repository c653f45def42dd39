import type { ObservedEvent } from '../../scaling/index.ts'

/**
 * The parts of a core/v1 Event that we read. Components that write through events.k8s.io leave the older fields empty.
 */
export interface EventObject {
  metadata: { name: string; namespace: string; creationTimestamp: string }
  involvedObject: { kind: string; namespace?: string; name: string; uid?: string }
  type?: string
  reason?: string
  message?: string
  source?: { component?: string }
  reportingComponent?: string
  lastTimestamp?: string | null
  eventTime?: string | null
  series?: { lastObservedTime?: string }
}

/** An Event as the domain sees it. */
export const observedEventOf = (event: EventObject): ObservedEvent => {
  const { kind, namespace, name, uid } = event.involvedObject
  return {
    about: { kind, namespace, name, uid },
    type: event.type === 'Warning' ? 'Warning' : 'Normal',
    reason: event.reason ?? '',
    message: event.message ?? '',
    at: event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp,
    source: event.source?.component || event.reportingComponent || '',
  }
}
