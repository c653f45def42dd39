import { expect, test } from '@jest/globals'
import {
  faultsOfProtection,
  refuseProtectedNamespace,
  whyProtected,
} from '../../../../../shared/scaling/workload/refusals/protectedNamespaces.ts'

const unchanged = { added: [], removed: [] }

test.each([
  'kube-system',
  'kube-public',
  'scale-system',
  'gatekeeper-system',
  'azure-arc',
  'calico-system',
  'tigera-operator',
  'tigera-system',
  'app-routing-system',
  'aks-istio-ingress',
  'aks-command',
  'dapr-system',
  'flux-system',
])('%s is protected', (namespace) => {
  expect(() => refuseProtectedNamespace(namespace, unchanged)).toThrow(`Namespace ${namespace} is protected`)
})

test.each([
  'default',
  'project-a',
  'kubeflow',
  'my-kube-system',
  'azure',
  'scale-system-2',
  'aks-store',
  'my-flux-system',
])('%s is not protected', (namespace) => {
  expect(() => refuseProtectedNamespace(namespace, unchanged)).not.toThrow()
})

test.each(['cert-manager', 'keda', 'kyverno', 'karpenter', 'argocd', 'ingress-nginx'])(
  '%s is protected until the setting takes it away, and the answer says how',
  (namespace) => {
    expect(whyProtected(namespace, unchanged)).toContain(`add -${namespace} to PROTECTED_NAMESPACES`)
    expect(whyProtected(namespace, { added: [], removed: [namespace] })).toBeUndefined()
  },
)

test('a namespace that the setting adds is protected, and the answer names the setting', () => {
  const added = { added: ['payments'], removed: [] }
  expect(whyProtected('payments', added)).toBe(
    'Namespace payments is protected by PROTECTED_NAMESPACES: take it out of there if this service must scale its workloads',
  )
  expect(whyProtected('payments-2', added)).toBeUndefined()
})

test('the protection of the system cannot be taken away, and that of others only where there is one', () => {
  const removed = ['kube-system', 'aks-istio-egress', 'kedda', 'keda']
  expect(whyProtected('kube-system', { added: [], removed })).toContain('is protected')
  expect(faultsOfProtection({ added: [], removed })).toEqual([
    'kube-system belongs to the system, and no setting takes its protection away',
    'aks-istio-egress belongs to the system, and no setting takes its protection away',
    'kedda is not protected by default, so it cannot be taken away',
  ])
})
