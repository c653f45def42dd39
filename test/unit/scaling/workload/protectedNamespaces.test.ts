import { expect, test } from '@jest/globals'
import { refuseProtectedNamespace } from '../../../../shared/scaling/workload/protectedNamespaces.ts'

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
  expect(() => refuseProtectedNamespace(namespace)).toThrow(`Namespace ${namespace} is protected`)
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
  expect(() => refuseProtectedNamespace(namespace)).not.toThrow()
})
