import { createHash } from 'node:crypto'
import { type ConfigMap, fieldManager } from '../../scaling/index.ts'

/** The parts of a ConfigMap that we read. https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/config-map-v1/ */
export interface ConfigMapObject {
  metadata?: { resourceVersion?: string }
  data?: Record<string, unknown>
}

/** One that was listed with others. */
export interface ListedConfigMap {
  metadata: { name: string; namespace: string; resourceVersion?: string }
}

/** A ConfigMap as the domain sees it. */
export const configMapOf = ({ metadata, data = {} }: ConfigMapObject): ConfigMap => ({
  data: Object.fromEntries(
    Object.entries(data).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  ),
  resourceVersion: metadata?.resourceVersion,
})

/**
 * The field manager that creates a ConfigMap. A server-side apply has no way to say that the object must not be there yet,
 * but two managers that want different texts conflict, where one manager would overwrite what it has just written
 * elsewhere. https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts
 */
export function creatorOf(data: Record<string, string>): string {
  const digest = createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, 12)
  return `${fieldManager}-${digest}`
}
