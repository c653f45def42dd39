import type { ObjectRef } from './event.ts'

/** A namespace. A project's schedule is written on it, and what was done is remembered on it. */
export interface Namespace {
  name: string
  uid: string
  /** Changes with every write. */
  resourceVersion: string
  /** ISO 8601. Only the API server writes it. */
  createdAt: string
  annotations: Record<string, string>
  labels: Record<string, string>
}

/** A namespace as Kubernetes refers to it. */
export const namespaceRefOf = ({ name, uid }: Namespace): ObjectRef => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  name,
  uid,
})
