import { describe, expect, test } from '@jest/globals'
import type { ClusterNode, NodePool, Pod } from '../../../../shared/scaling/index.ts'
import * as nodeRules from '../../../../shared/scaling/nodes/autoscaler/nodeRules.ts'
import * as podRules from '../../../../shared/scaling/nodes/autoscaler/podRules.ts'
import { autoscalerPolicy } from '../../../../shared/scaling/nodes/autoscaler/policy.ts'
import * as common from '../../../../shared/scaling/nodes/commonPodRules.ts'
import * as karpenterNodeRules from '../../../../shared/scaling/nodes/karpenter/nodeRules.ts'
import * as karpenterPodRules from '../../../../shared/scaling/nodes/karpenter/podRules.ts'
import { karpenterPolicy } from '../../../../shared/scaling/nodes/karpenter/policy.ts'
import type { NodeRule, PodContext, PodRule, Policy } from '../../../../shared/scaling/nodes/policy.ts'
import { agentPool, budget, karpenterPool, node, pod, pool, surroundings } from './objects.ts'

const { profile } = surroundings()
const skipsLocalStorage = { profile: { ...profile, skipNodesWithLocalStorage: true } }
const bySystemPods = { profile: { ...profile, skipNodesWithSystemPods: false } }
const safe = 'cluster-autoscaler.kubernetes.io/safe-to-evict'
const disabled = 'cluster-autoscaler.kubernetes.io/scale-down-disabled'
const doNotDisrupt = 'karpenter.sh/do-not-disrupt'
const of = (kind: string): Partial<Pod> => ({ controller: { kind, name: 'x' } })
const seconds = (since: string): Partial<Pod> => ({ deletedAt: `2026-11-22T22:${since}Z` })

/** A rule, a Pod that it decides about, its verdict, and a Pod that it leaves to the next rule. It is 22:30:00. */
type PodRow = [PodRule, Partial<Pod>, string, Partial<Pod>, Partial<PodContext>?]
/** A rule, a node and pool that it has a blocker for, the reason, and a node and pool that it has none for. */
type NodeRow = [NodeRule, Partial<ClusterNode>, NodePool, string, Partial<ClusterNode>, NodePool]

const nothing = 'holds-nothing'

const ofAutoscaler: PodRow[] = [
  [common.mirror, of('Node'), nothing, of('DaemonSet')],
  [podRules.longTerminating, seconds('29:29'), nothing, seconds('29:30')],
  [common.daemonSet, of('DaemonSet'), nothing, of('Node')],
  [podRules.terminal, { phase: 'Failed' }, nothing, { phase: 'Succeeded' }],
  [common.terminating, seconds('30:20'), 'PodTerminating', {}],
  [podRules.safeToEvict, { annotations: { [safe]: 'true' } }, 'evictable', { annotations: { [safe]: 'false' } }],
  [podRules.replicated, { controller: undefined }, 'NotReplicated', {}],
  [podRules.system, { namespace: 'kube-system' }, 'UnmovableKubeSystemPod', {}],
  [
    podRules.notSafeToEvict,
    { annotations: { [safe]: 'false' } },
    'NotSafeToEvictAnnotation',
    { annotations: { [safe]: 'true' } },
  ],
  [podRules.localStorage, { localVolumes: ['data'] }, 'LocalStorageRequested', {}, skipsLocalStorage],
  [common.pdb, {}, 'NotEnoughPdb', { namespace: 'project-b' }, { budgets: [budget()] }],
]
const atKarpenter: PodRow[] = [
  [karpenterPodRules.terminal, { phase: 'Succeeded' }, nothing, { phase: 'Unknown' }],
  [karpenterPodRules.stuckTerminating, seconds('28:59'), nothing, seconds('29:00')],
  [common.terminating, { ...of('DaemonSet'), ...seconds('30:20') }, nothing, of('DaemonSet')],
  [
    karpenterPodRules.doNotDisrupt,
    { annotations: { [doNotDisrupt]: '14h31m' } },
    'DoNotDisrupt',
    { annotations: { [doNotDisrupt]: '14h29m' } },
  ],
  [common.mirror, { annotations: { 'kubernetes.io/config.mirror': 'x' } }, nothing, {}],
  [
    common.pdb,
    {},
    'NotEnoughPdb',
    { namespace: 'project-b' },
    { budgets: [budget({ disruptionsAllowed: 1 }), budget({ name: 'y', disruptionsAllowed: 1 })] },
  ],
  [common.daemonSet, of('DaemonSet'), nothing, of('StatefulSet')],
]
/** The last rule decides about every Pod that is left. */
const last: [PodRule, NodePool, string][] = [
  [podRules.noPlaceToMovePods, pool(), 'NoPlaceToMovePods'],
  [karpenterPodRules.needsPlace, karpenterPool(), 'NoPlaceToMovePods'],
  [karpenterPodRules.needsPlace, karpenterPool({ consolidationPolicy: 'WhenEmpty' }), 'NotEmpty'],
]

const withMinimum = (minCount: number) => pool({ azure: agentPool({ minCount }) })
const withoutAutoscaler = pool({ azure: agentPool({ autoscaling: false, minCount: 1 }) })
const nodesOfAutoscaler: NodeRow[] = [
  [
    nodeRules.scaleDownDisabledAnnotation,
    { annotations: { [disabled]: 'true' } },
    pool(),
    'ScaleDownDisabledAnnotation',
    { annotations: { [disabled]: 'false' } },
    pool(),
  ],
  [nodeRules.notAutoscaled, {}, withoutAutoscaler, 'NotAutoscaled', {}, withMinimum(1)],
  [nodeRules.nodeGroupMinSizeReached, {}, withMinimum(1), 'NodeGroupMinSizeReached', {}, withoutAutoscaler],
]
const nodesOfKarpenter: NodeRow[] = [
  [
    karpenterNodeRules.doNotDisruptNode,
    { annotations: { [doNotDisrupt]: 'true' } },
    karpenterPool(),
    'DoNotDisrupt',
    { annotations: { [doNotDisrupt]: 'false' } },
    karpenterPool(),
  ],
  [
    karpenterNodeRules.disruptionDisabled,
    {},
    karpenterPool({ isFrozen: true }),
    'DisruptionDisabled',
    {},
    withMinimum(1),
  ],
]

/** The verdict of a rule as the tables have it: a blocker is given by its reason. */
function decide(rule: PodRule, changes: Partial<Pod>, context: Partial<PodContext> = {}): string | undefined {
  const verdict = rule(pod(changes), { ...surroundings(), pool: pool(), ...context })
  return typeof verdict === 'object' ? verdict.reason : verdict
}

describe.each<[string, Policy, PodRow[], NodeRow[]]>([
  ['the cluster autoscaler', autoscalerPolicy, ofAutoscaler, nodesOfAutoscaler],
  ['Karpenter', karpenterPolicy, atKarpenter, nodesOfKarpenter],
])('the policy of %s', (_whose, policy, podRows, nodeRows) => {
  test.each(podRows.map((row) => [row[0].name, row] as const))(
    'has the rule %s',
    (_name, [rule, decided, verdict, other, context]) => {
      expect(decide(rule, decided, context)).toBe(verdict)
      expect(decide(rule, other, context)).toBeUndefined()
    },
  )

  test.each(nodeRows.map((row) => [row[0].name, row] as const))(
    'has the rule %s of a node',
    (_name, [rule, held, heldBy, reason, free, freeIn]) => {
      const found = (changes: Partial<ClusterNode>, own: NodePool) =>
        rule({ node: node(changes), pods: [], pool: own }).map((blocker) => blocker.reason)
      expect(found(held, heldBy)).toEqual([reason])
      expect(found(free, freeIn)).toEqual([])
    },
  )

  test('is tested rule by rule, in its order', () => {
    const ends = new Set(last.map(([rule]) => rule))
    const inTurn = [...policy.drain, ...policy.evict].filter((rule) => !ends.has(rule))
    expect(podRows.map(([rule]) => rule)).toEqual(inTurn)
    expect(nodeRows.map(([rule]) => rule)).toEqual(policy.node)
  })
})

test.each(last)('the last rule decides about every Pod that is left: %#', (rule, own, reason) => {
  expect(decide(rule, of('Job'), { pool: own })).toBe(reason)
  expect([autoscalerPolicy.evict.at(-1), karpenterPolicy.evict.at(-1)]).toContain(rule)
})

test.each<[string, PodRule, Partial<Pod>, Partial<PodContext>]>([
  ['system Pods', podRules.system, { namespace: 'kube-system' }, bySystemPods],
  ['local storage', podRules.localStorage, { localVolumes: ['data'] }, {}],
])('the autoscaler profile turns off the rule about %s', (_what, rule, of, context) => {
  expect(decide(rule, of, context)).toBeUndefined()
})
