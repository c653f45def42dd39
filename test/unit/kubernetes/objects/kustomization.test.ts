import { expect, test } from '@jest/globals'
import { kustomizationOf } from '../../../../shared/kubernetes/objects/kustomization.ts'
import { inventoryIdOf } from '../../../../shared/scaling/index.ts'

// As kustomize-controller 1.9.6 writes it.
const entries = [
  { id: 'project-a_web_apps_Deployment', v: 'v1' },
  { id: 'project-a_web__Service', v: 'v1' },
  { id: 'project-a_report_batch_CronJob', v: 'v1' },
  { id: 'project-a_web_keda.sh_ScaledObject', v: 'v1alpha1' },
  {},
]

test('a Kustomization tells which of our kinds it has found in Git, and whether it prunes', () => {
  const { prunes, inventory } = kustomizationOf({ spec: { prune: true }, status: { inventory: { entries } } })
  expect(prunes).toBe(true)
  expect([...(inventory ?? [])]).toEqual([
    inventoryIdOf({ kind: 'Deployment', namespace: 'project-a', name: 'web' }),
    inventoryIdOf({ kind: 'CronJob', namespace: 'project-a', name: 'report' }),
    inventoryIdOf({ kind: 'ScaledObject', namespace: 'project-a', name: 'web' }),
  ])
})

test.each([
  ['has applied nothing yet', { status: {} }],
  ['has not even a status', {}],
  ['applies to another cluster', { spec: { kubeConfig: {} }, status: { inventory: { entries } } }],
])('a Kustomization that %s tells nothing of Git', (_what, object) => {
  expect(kustomizationOf(object)).toEqual({ prunes: false, inventory: undefined })
})

test('a Kustomization that has found nothing in Git says so', () => {
  expect(kustomizationOf({ status: { inventory: {} } }).inventory).toEqual(new Set())
})
