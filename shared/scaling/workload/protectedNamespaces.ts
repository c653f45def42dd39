import { ScalingError } from '../errors.ts'

/**
 * Namespaces of Kubernetes, of AKS with its add-ons and extensions, and of this service itself: scaling there would break
 * the cluster for everyone. The admission policy holds the same list, and no setting changes it.
 *
 * Those of AKS are the ones that its documentation names (https://learn.microsoft.com/azure/aks/managed-namespaces and
 * the pages of the add-ons), that its release notes exclude from Deployment Safeguards (https://github.com/Azure/AKS,
 * 2025-10-12), and that its own policy `aks-managed-protect-system-namespaces` protects on AKS Automatic.
 */
export const systemNamespaces = {
  names: [
    'acstor',
    'aks-command',
    'aks-periscope',
    'aks-static-egress-gateway',
    'app-routing-system',
    'applink-system',
    'azappconfig-system',
    'azureml',
    'azuresecuritylinuxagent',
    'calico-system',
    'dapr-system',
    'dataprotection-microsoft',
    'fleet-system',
    'flux-system',
    'gatekeeper-system',
    'istio-system',
    'sc-system',
    'scale-system',
    'tigera-operator',
    'tigera-system',
  ],
  prefixes: ['aks-istio-', 'azure-', 'kube-'],
} as const

/** Whether a namespace is one that is never scaled. */
export const refusesNamespace = (namespace: string): boolean =>
  systemNamespaces.names.some((name) => name === namespace) ||
  systemNamespaces.prefixes.some((prefix) => namespace.startsWith(prefix))

/** @throws ScalingError `namespace-protected` */
export function refuseProtectedNamespace(namespace: string): void {
  if (!refusesNamespace(namespace)) return
  throw new ScalingError(
    'namespace-protected',
    `Namespace ${namespace} is protected: its workloads keep the cluster running and are not scaled by this service`,
  )
}
