/** The object that an Event is about. One without a namespace belongs to the whole cluster. */
export interface ObjectRef {
  apiVersion: string
  kind: string
  namespace?: string
  name: string
  uid: string
}

/** A Kubernetes Event, as `kubectl describe` shows it. */
export interface ClusterEvent {
  about: ObjectRef
  type: 'Normal' | 'Warning'
  /** CamelCase, machine-readable. */
  reason: string
  message: string
  at: Date
}
