import { createHash } from 'node:crypto'
import type { KubeObject, ObjectMeta } from './objects.ts'

/** A Deployment or a ReplicaSet. */
export interface Replicated extends KubeObject {
  spec: { replicas: number; selector: object; template: Template }
}

interface Template {
  metadata?: Partial<ObjectMeta>
  spec: object
}

/** Says on a ReplicaSet and its Pods which template they are of. */
export const hashLabel = 'pod-template-hash'

/** The same for the same template. */
export const hashOf = (template: Template): string =>
  createHash('sha256')
    .update(JSON.stringify(template))
    .digest('hex')
    .slice(0, 10)
    .replace(/[013ae]/g, 'x')

/** The uid of what made `object`; undefined for what a person made. */
export const ownerUid = ({ metadata }: KubeObject): string | undefined => metadata.ownerReferences?.[0]?.uid

/** A count of zero is absent, as `omitempty` leaves it out. */
export const withoutZeros = (counts: Record<string, number>) =>
  Object.fromEntries(Object.entries(counts).filter(([, number]) => number !== 0))
