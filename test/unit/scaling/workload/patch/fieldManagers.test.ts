import { expect, test } from '@jest/globals'
import type { FieldOwner } from '../../../../../shared/scaling/index.ts'
import { writerOf } from '../../../../../shared/scaling/workload/patch/fieldManagers.ts'

const owner = (manager: string, subresource?: string): FieldOwner => ({
  manager,
  operation: 'Update',
  subresource,
  at: undefined,
})

test.each([
  ['argocd-controller', 'machine', 'Argo CD'],
  ['argocd-application-controller', 'machine', 'Argo CD'],
  ['kustomize-controller', 'machine', 'Flux'],
  ['helm-controller', 'machine', "Flux' helm-controller"],
  ['helm', 'machine', 'Helm'],
  ['pulumi-kubernetes', 'machine', 'Pulumi'],
  ['pulumi-kubernetes-1a2b3c4d', 'machine', 'Pulumi'],
  ['pulumi-resource-kubernetes', 'machine', 'Pulumi'],
  ['Terraform', 'machine', 'Terraform'],
  ['HashiCorp', 'machine', 'Terraform'],
  ['terraform-provider-helm_v2.17.0_x5', 'machine', 'Terraform'],
  ['keda', 'autoscaler', 'KEDA'],
  ['keda-operator', 'autoscaler', 'KEDA'],
  ['strimzi-cluster-operator', 'machine', 'an operator'],
  ['manager', 'machine', 'an operator'],
  ['foo-controller-manager', 'machine', 'an operator'],
])('%s is a %s: %s', (manager, kind, tool) => {
  expect(writerOf(owner(manager))).toMatchObject({ kind, who: `${tool} ("${manager}")` })
})

test('a HorizontalPodAutoscaler is told by the subresource from the other controllers of Kubernetes', () => {
  expect(writerOf(owner('kube-controller-manager', 'scale')).kind).toBe('autoscaler')
})

test.each([
  'kubectl',
  'kubectl-client-side-apply',
  'kubectl-edit',
  'kubectl-patch',
  'node-fetch',
  'Go-http-client',
  'argocd',
])('%s is a person or a pipeline, which nobody can tell apart', (manager) => {
  expect(writerOf(owner(manager))).toMatchObject({ kind: 'unknown', who: `"${manager}", a person or a pipeline` })
})

test('a manager that calls itself something misleading is quoted and cut', () => {
  const { who } = writerOf(owner(`\u202eargocd-controller\n${'x'.repeat(120)}`))
  expect(who).toMatch(/^"\\u\{202e\}argocd-controller\\nx+…", a person or a pipeline$/)
  expect(who.length).toBeLessThan(150)
})

test('nobody is named where Kubernetes keeps no trace', () => {
  expect(writerOf(undefined)).toMatchObject({ kind: 'unknown', who: 'somebody of whom Kubernetes keeps no trace' })
})
