import { ScalingError } from '../../errors.ts'

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

/**
 * Namespaces that serve every project of a cluster, by the names that the installation guides of their products give them:
 * they run admission webhooks, autoscaling, ingress or what deploys everything else. While a webhook sleeps, the API
 * server refuses what others do; while an autoscaler sleeps, nothing wakes. They are protected unless a setting takes one
 * away.
 */
export const sharedNamespaces = [
  // Admission webhooks.
  'azureserviceoperator-system',
  'capsule-system',
  'cattle-system',
  'cert-manager',
  'cnpg-system',
  'consul',
  'cosign-system',
  'external-secrets',
  'knative-eventing',
  'knative-serving',
  'kubevirt',
  'kubewarden',
  'kuma-system',
  'kyverno',
  'linkerd',
  'metallb-system',
  'opa',
  'opentelemetry-operator-system',
  'tekton-pipelines',
  'vault',
  // Autoscaling.
  'cluster-autoscaler',
  'karpenter',
  'keda',
  'vertical-pod-autoscaler',
  // Deployment of everything else.
  'argo-rollouts',
  'argocd',
  'crossplane-system',
  // Ingress and DNS.
  'emissary',
  'emissary-system',
  'envoy-gateway-system',
  'external-dns',
  'gloo-system',
  'haproxy-controller',
  'ingress-nginx',
  'kgateway-system',
  'kong',
  'nginx-gateway',
  'nginx-ingress',
  'projectcontour',
  'traefik',
] as const

/** The setting that changes which namespaces are protected. */
const setting = 'PROTECTED_NAMESPACES'

/** The names that a setting adds to the protected namespaces, and those of `sharedNamespaces` that it takes away. */
export interface Protection {
  added: string[]
  removed: string[]
}

/** A sentence that says why a namespace is never scaled, and what to do if it must be; undefined for any other. */
export function whyProtected(namespace: string, { added, removed }: Protection): string | undefined {
  if (isSystemNamespace(namespace)) {
    return `Namespace ${namespace} is protected: its workloads keep the cluster running and are not scaled by this service`
  }
  if (added.includes(namespace)) {
    return `Namespace ${namespace} is protected by ${setting}: take it out of there if this service must scale its workloads`
  }
  if (!isSharedNamespace(namespace) || removed.includes(namespace)) return undefined
  return (
    `Namespace ${namespace} is protected, as what usually runs in a namespace of this name serves the whole cluster: ` +
    `add -${namespace} to ${setting} if this service must scale its workloads`
  )
}

/** @throws ScalingError `namespace-protected` */
export function refuseProtectedNamespace(namespace: string, protection: Protection): void {
  const why = whyProtected(namespace, protection)
  if (why !== undefined) throw new ScalingError('namespace-protected', why)
}

/** The names of the setting that cannot be taken away, each as a sentence. */
export const faultsOfProtection = ({ removed }: Protection): string[] =>
  removed.flatMap((name) => {
    if (isSystemNamespace(name)) return `${name} belongs to the system, and no setting takes its protection away`
    return isSharedNamespace(name) ? [] : `${name} is not protected by default, so it cannot be taken away`
  })

const isSystemNamespace = (namespace: string): boolean =>
  systemNamespaces.names.some((name) => name === namespace) ||
  systemNamespaces.prefixes.some((prefix) => namespace.startsWith(prefix))

const isSharedNamespace = (namespace: string): boolean => sharedNamespaces.some((name) => name === namespace)
