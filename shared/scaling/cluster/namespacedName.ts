/** Names one object of a kind in a cluster, as `types.NamespacedName` of Kubernetes does. */
export interface NamespacedName {
  namespace: string
  name: string
}
