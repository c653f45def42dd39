import type { NamespacedName } from './namespacedName.ts'

/** The texts of a ConfigMap, and the version in which they were read; undefined for one that is not there yet. */
export interface ConfigMap {
  data: Record<string, string>
  resourceVersion: string | undefined
}

/** "ConfigMap project-a/aks-scale-to-zero-history", for messages. */
export const describeConfigMap = ({ namespace, name }: NamespacedName): string => `ConfigMap ${namespace}/${name}`
