import { describe, expect, test } from '@jest/globals'
import type { Pod } from '../../../../shared/scaling/index.ts'
import type { Surroundings } from '../../../../shared/scaling/nodes/blocker.ts'
import { blockersOf } from '../../../../shared/scaling/nodes/blockersOf.ts'
import { workload } from '../workloads.ts'
import { budget, karpenterNode, karpenterPool, pod, surroundings } from './objects.ts'

const doNotDisrupt = 'karpenter.sh/do-not-disrupt'
const daemon = { controller: { kind: 'DaemonSet', name: 'x' } }
const whenEmpty = karpenterPool({ consolidationPolicy: 'WhenEmpty' })

function blockers(of: Partial<Pod>, changes: Partial<Surroundings> = {}, pool = karpenterPool()): string[] {
  const found = blockersOf({ node: karpenterNode(), pods: [pod(of)], pool }, surroundings(changes))
  return found.map(({ reason, message }) => `${reason}: ${message}`)
}

describe('a Pod on a node of Karpenter', () => {
  test.each<[string, Partial<Pod>, Partial<Surroundings>]>([
    ['of a DaemonSet', daemon, {}],
    ['that the kubelet created', { controller: { kind: 'Node', name: 'x' } }, { budgets: [budget()] }],
    ['that is done', { phase: 'Succeeded', annotations: { [doNotDisrupt]: 'true' } }, {}],
    ['that failed', { phase: 'Failed' }, {}],
    ['that is past its grace by more than a minute', { deletedAt: '2026-11-22T22:28:59Z' }, {}],
  ])('does not hold it: one %s', (_what, of, changes) => expect(blockers(of, changes, whenEmpty)).toEqual([]))

  test.each<[string, Partial<Pod>, Partial<Surroundings>, string]>([
    [
      'must not be disrupted',
      { annotations: { [doNotDisrupt]: 'true' } },
      {},
      `DoNotDisrupt: Pod project-a/x is annotated ${doNotDisrupt}: "true"`,
    ],
    [
      'must not be disrupted, though of a DaemonSet',
      { ...daemon, annotations: { [doNotDisrupt]: 'true' } },
      {},
      'DoNotDisrupt',
    ],
    [
      'must not be disrupted for a time that is not over',
      { annotations: { [doNotDisrupt]: '14h31m' } },
      {},
      'DoNotDisrupt',
    ],
    ['has a budget that allows nothing', {}, { budgets: [budget()] }, 'NotEnoughPdb'],
    [
      'has two budgets',
      {},
      { budgets: [budget({ disruptionsAllowed: 1 }), budget({ name: 'y', disruptionsAllowed: 1 })] },
      'NotEnoughPdb: Pod project-a/x may not be evicted, as two PodDisruptionBudgets select it, x and y',
    ],
    ['is ending within its grace', { deletedAt: '2026-11-22T22:30:20Z' }, {}, 'PodTerminating'],
    [
      'belongs to another project',
      { namespace: 'project-b' },
      {},
      'ForeignPod: Pod project-b/x belongs to project team-b',
    ],
    [
      'belongs to a workload that is awake',
      { controller: { kind: 'Deployment', name: 'sample-app-a' } },
      { workloads: [workload()] },
      'WorkloadAwake: Deployment project-a/sample-app-a',
    ],
    [
      'is bare',
      { controller: undefined },
      {},
      'NotEmpty: Pod project-a/x still runs, and Karpenter removes only empty nodes of this pool',
    ],
  ])('holds it when it %s', (_what, of, changes, said) => {
    expect(blockers(of, changes, whenEmpty)).toEqual([expect.stringContaining(said)])
  })

  test.each([
    ['has expired', '14h29m'],
    ['is not a duration', 'yes'],
  ])('may be disrupted when the annotation that protects it %s: %s', (_what, value) => {
    expect(blockers({ annotations: { [doNotDisrupt]: value } })).toEqual([expect.stringMatching(/^NoPlaceToMovePods:/)])
  })

  test('has to fit elsewhere when Karpenter moves Pods', () => {
    expect(blockers({ controller: undefined })).toEqual([expect.stringMatching(/^NoPlaceToMovePods:/)])
  })
})

describe('a node of Karpenter by itself', () => {
  test.each([
    ['must not be disrupted', { annotations: { [doNotDisrupt]: 'true' } }, {}, ['DoNotDisrupt']],
    ['is of a pool that never consolidates', {}, { consolidateAfter: 'Never' }, ['DisruptionDisabled']],
    ['is of a pool whose budget is zero', {}, { isFrozen: true }, ['DisruptionDisabled']],
    ['is of a pool with a fixed number of nodes', {}, { replicas: 2 }, ['DisruptionDisabled']],
    [
      'is of a pool with both',
      {},
      { consolidateAfter: 'Never', isFrozen: true },
      ['DisruptionDisabled', 'DisruptionDisabled'],
    ],
    ['is free to go', {}, {}, []],
    ['is being removed', { taints: [{ key: 'karpenter.sh/disrupted', effect: 'NoSchedule' }] }, { isFrozen: true }, []],
  ])('that %s', (_what, ofNode, ofPool, reasons) => {
    const info = { node: karpenterNode(ofNode), pods: [], pool: karpenterPool(ofPool) }
    expect(blockersOf(info, surroundings()).map(({ reason }) => reason)).toEqual(reasons)
  })
})
