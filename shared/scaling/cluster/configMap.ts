/** Names one ConfigMap in a cluster. */
export interface ConfigMapRef {
  namespace: string
  name: string
}

/** The texts of a ConfigMap, and the version in which they were read; undefined for one that is not there yet. */
export interface ConfigMap {
  data: Record<string, string>
  resourceVersion: string | undefined
}

/** "ConfigMap project-a/aks-scale-to-zero-history", for messages. */
export const describeConfigMap = ({ namespace, name }: ConfigMapRef): string => `ConfigMap ${namespace}/${name}`
