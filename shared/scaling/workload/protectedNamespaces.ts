import { ScalingError } from '../errors.ts'

/** Namespaces of Kubernetes, of Azure and of this service itself: scaling there would break the cluster for everyone. */
const protectedNamespace = /^(kube-.*|scale-system|gatekeeper-system|azure-.*|calico-system|tigera-operator)$/

/** Whether a namespace is one that is never scaled. */
export const refusesNamespace = (namespace: string): boolean => protectedNamespace.test(namespace)

/** @throws ScalingError `namespace-protected` */
export function refuseProtectedNamespace(namespace: string): void {
  if (!refusesNamespace(namespace)) return
  throw new ScalingError(
    'namespace-protected',
    `Namespace ${namespace} is protected: its workloads keep the cluster running and are not scaled by this service`,
  )
}
