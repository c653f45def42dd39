import { factsOf } from './nodePoolFacts.ts'
import type { NodePool } from './nodePools.ts'

/**
 * One reason why a pool never reaches zero nodes, whatever its Pods do. `pool` is the name in Azure, or for the last
 * three the name of Karpenter's NodePool.
 */
export type Obstacle =
  | { kind: 'system-pool'; pool: string }
  | { kind: 'not-autoscaled'; pool: string }
  | { kind: 'minimum'; pool: string; nodes: number }
  | { kind: 'static-capacity'; pool: string; nodes: number }
  | { kind: 'never-consolidates'; pool: string }
  | { kind: 'zero-budget'; pool: string }

/** The obstacles that Karpenter's own settings are, so that they hold Karpenter's nodes and no others. */
export const isKarpenterObstacle = ({ kind }: Obstacle): boolean =>
  kind === 'static-capacity' || kind === 'never-consolidates' || kind === 'zero-budget'

/**
 * The obstacles of a pool, as far as its settings are known; empty for one that can reach zero. The warnings about a
 * pool and the blockers of its nodes both follow from them:
 * - `not-autoscaled` holds each node of an agent pool, as `NotAutoscaled`;
 * - `minimum` holds each node of an agent pool that has no more nodes than it, as `NodeGroupMinSizeReached`;
 * - those of Karpenter hold each of Karpenter's nodes, as `DisruptionDisabled`;
 * - `system-pool` holds no single node, so no node names it: the autoscaler does remove nodes of a system pool, and the
 *   pool's minimum, which AKS keeps at 1 or more, holds the last ones.
 *
 * Karpenter's NodePool and an agent pool can have the same name. Each then has its own obstacles, for its own nodes.
 */
export const obstaclesOf = (pool: NodePool): Obstacle[] => [
  ...(factsOf(pool).mode === 'System' ? [{ kind: 'system-pool', pool: pool.name } as const] : []),
  ...agentPoolObstacles(pool),
  ...karpenterObstacles(pool),
]

/** An agent pool has either no autoscaler or a minimum: without an autoscaler the minimum is not in force. */
function agentPoolObstacles({ name: pool, azure, group }: NodePool): Obstacle[] {
  if (azure?.autoscaling === false) return [{ kind: 'not-autoscaled', pool }]
  const nodes = azure?.minCount ?? group?.minSize ?? 0
  return nodes > 0 ? [{ kind: 'minimum', pool, nodes }] : []
}

/** A static NodePool keeps its nodes by number, so Karpenter does not consolidate it. */
function karpenterObstacles({ karpenter }: NodePool): Obstacle[] {
  if (karpenter === undefined) return []
  const { name: pool, replicas: nodes = 0, consolidateAfter, isFrozen } = karpenter
  if (nodes > 0) return [{ kind: 'static-capacity', pool, nodes }]
  return [
    ...(consolidateAfter === 'Never' ? [{ kind: 'never-consolidates', pool } as const] : []),
    ...(isFrozen ? [{ kind: 'zero-budget', pool } as const] : []),
  ]
}

/** An obstacle as a sentence that says what to do. */
export function describeObstacle(obstacle: Obstacle): string {
  const { kind, pool } = obstacle
  const update = `az aks nodepool update --name ${pool}`
  switch (kind) {
    case 'system-pool':
      return `Node pool ${pool} is a system pool, which AKS never lets go to zero: give the project a user pool`
    case 'not-autoscaled':
      return `Node pool ${pool} has no autoscaler, so nothing removes its nodes: ${update} --enable-cluster-autoscaler --min-count 0 --max-count <n>`
    case 'minimum':
      return `Node pool ${pool} keeps at least ${obstacle.nodes} nodes: ${update} --update-cluster-autoscaler --min-count 0 --max-count <n>`
    case 'static-capacity':
      return `NodePool ${pool} keeps ${obstacle.nodes} nodes whatever runs: remove its spec.replicas`
    case 'never-consolidates':
      return `NodePool ${pool} removes no node, as its consolidateAfter is Never: set a time, e.g. 30s`
    case 'zero-budget':
      return `NodePool ${pool} removes no node, as one of its disruption budgets allows 0: raise the budget`
  }
}

/** Why a pool never reaches zero nodes, each as a sentence with what to do; empty when it can. */
export const whyNeverZero = (pool: NodePool): string[] => obstaclesOf(pool).map(describeObstacle)
