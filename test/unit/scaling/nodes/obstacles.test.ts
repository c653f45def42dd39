import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { NodePool } from '../../../../shared/scaling/index.ts'
import type { BlockerReason } from '../../../../shared/scaling/nodes/blocker.ts'
import { blockersOf } from '../../../../shared/scaling/nodes/blockersOf.ts'
import { whyNeverZero } from '../../../../shared/scaling/nodes/obstacles.ts'
import { agentPool, group, karpenterNode, karpenterPool, node, pool, surroundings } from './objects.ts'

const azure = (changes: Partial<NonNullable<NodePool['azure']>>) => pool({ azure: agentPool(changes) })
const { karpenter } = karpenterPool()

describe('a pool that never reaches zero', () => {
  test.each([
    ['is a system pool', azure({ mode: 'System' }), 'is a system pool'],
    ['has no autoscaler', azure({ autoscaling: false }), 'has no autoscaler, so nothing removes its nodes'],
    ['has a minimum', azure({ minCount: 2 }), 'keeps at least 2 nodes'],
    ['has a minimum, but no autoscaler that keeps it', azure({ minCount: 2, autoscaling: false }), 'has no autoscaler'],
    [
      'has a minimum according to the autoscaler',
      pool({ azure: undefined, group: group({ minSize: 1 }) }),
      'keeps at least 1',
    ],
    ['never consolidates', karpenterPool({ consolidateAfter: 'Never' }), 'its consolidateAfter is Never'],
    ['has a budget of zero', karpenterPool({ isFrozen: true }), 'one of its disruption budgets allows 0'],
    [
      'has a fixed number of nodes',
      karpenterPool({ replicas: 3, consolidateAfter: 'Never' }),
      'keeps 3 nodes whatever runs',
    ],
  ])('is reported when it %s', (_what, of, said) => {
    expect(whyNeverZero(of)).toEqual([expect.stringContaining(said)])
  })

  test('is reported with all of its reasons', () => {
    expect(whyNeverZero(karpenterPool({ consolidateAfter: 'Never', isFrozen: true }))).toHaveLength(2)
    expect(whyNeverZero(azure({ mode: 'System', minCount: 1 }))).toHaveLength(2)
  })

  test('is named as in the system that has the setting', () => {
    const renamed = pool({ azure: undefined, karpenter: karpenter && { ...karpenter, name: 'spot', isFrozen: true } })
    expect(whyNeverZero(renamed)).toEqual([expect.stringMatching(/^NodePool spot /)])
  })

  test.each([
    ['may go to zero', pool()],
    ['follows its Pods', karpenterPool()],
    ['is unknown to Azure and to Karpenter', pool({ azure: undefined })],
  ])('is not one that %s', (_what, of) => expect(whyNeverZero(of)).toEqual([]))
})

describe("a Karpenter NodePool with an agent pool's name", () => {
  const blockers = (of: NodePool, on = node()) =>
    blockersOf({ node: on, pods: [], pool: of }, surroundings()).map(({ reason }) => reason)

  test("does not hide the agent pool's obstacles, nor hold its nodes", () => {
    const mixed = pool({ azure: agentPool({ autoscaling: false }), karpenter, nodes: [node(), karpenterNode()] })
    expect(whyNeverZero(mixed)).toEqual([expect.stringContaining('has no autoscaler')])
    expect(blockers(mixed)).toEqual(['NotAutoscaled'])
    expect(blockers(mixed, karpenterNode())).toEqual([])
  })

  test('says nothing about an agent pool that nobody knows', () => {
    const nodes = [node(), karpenterNode()]
    const mixed = pool({ azure: undefined, karpenter: karpenter && { ...karpenter, replicas: 2 }, nodes })
    expect(blockers(mixed)).toEqual([])
    expect(blockers(mixed, karpenterNode())).toEqual(['DisruptionDisabled'])
  })

  test("does not count its nodes for the agent pool's minimum", () => {
    const mixed = pool({ azure: agentPool({ minCount: 1 }), karpenter, nodes: [node(), karpenterNode()] })
    expect(blockers(mixed)).toEqual(['NodeGroupMinSizeReached'])
  })
})

const maybe = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined })
const least = maybe(fc.integer({ min: 0, max: 3 }))

const anyNode = fc
  .record({
    of: fc.constantFrom('kubernetes.azure.com/agentpool', 'karpenter.sh/nodepool'),
    mode: maybe(fc.constantFrom('system', 'user')),
  })
  .map(({ of, mode }) =>
    node({ labels: { [of]: 'projecta', ...(mode !== undefined && { 'kubernetes.azure.com/mode': mode }) } }),
  )

const anyPool: fc.Arbitrary<NodePool> = fc.record({
  name: fc.constant('projecta'),
  azure: maybe(
    fc
      .record({ mode: fc.constantFrom(undefined, 'System', 'User'), minCount: least, autoscaling: fc.boolean() })
      .map(agentPool),
  ),
  karpenter: maybe(
    fc
      .record({ consolidateAfter: fc.constantFrom('Never', '30s'), replicas: least, isFrozen: fc.boolean() })
      .map((changes) => karpenterPool(changes).karpenter),
  ).map((found) => found ?? undefined),
  group: maybe(least.map((minSize = 0) => group({ minSize }))),
  nodes: fc.array(anyNode, { maxLength: 4 }),
})

/** The blockers that a node has because of its pool, each with the warning that must come with it. */
const causedByPool: Partial<Record<BlockerReason, RegExp>> = {
  NotAutoscaled: /^Node pool .* has no autoscaler/,
  NodeGroupMinSizeReached: /^Node pool .* keeps at least (\d+) nodes/,
  DisruptionDisabled: /^NodePool /,
}

test('the warnings of any pool and the blockers of its nodes agree', () => {
  fc.assert(
    fc.property(anyPool, (of) => {
      const warnings = whyNeverZero(of)
      const isKarpenters = ({ labels }: NodePool['nodes'][number]) => 'karpenter.sh/nodepool' in labels
      const size = of.nodes.filter((one) => !isKarpenters(one)).length
      for (const one of of.nodes) {
        const found = blockersOf({ node: one, pods: [], pool: of }, surroundings())
        const expected = Object.entries(causedByPool).flatMap(([reason, pattern]) =>
          warnings.flatMap((message) => {
            const [, minimum] = pattern.exec(message) ?? ['no match', undefined]
            const isHere = pattern.test(message) && (reason === 'DisruptionDisabled') === isKarpenters(one)
            return isHere && (minimum === undefined || size <= Number(minimum)) ? [{ reason, message }] : []
          }),
        )
        expect(found.map(({ reason, message }) => ({ reason, message }))).toEqual(expected)
      }
      // No node has a blocker for this one: see obstaclesOf.
      const others = warnings.filter((message) => !Object.values(causedByPool).some((pattern) => pattern.test(message)))
      for (const message of others) expect(message).toContain('is a system pool')
    }),
    { numRuns: 1000 },
  )
})
