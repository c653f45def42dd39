import type { Pod } from '../cluster/pod.ts'
import { budgetsOf } from '../cluster/podDisruptionBudget.ts'
import type { Blocker, Surroundings } from './blocker.ts'
import type { NodeInfo } from './nodeInfo.ts'
import { describeObstacle, isKarpenterObstacle, obstaclesOf } from './obstacles.ts'
import { held, isMirror, isOfEveryNode, isPastGrace, isTerminal, lackOfBudget } from './podRules.ts'
import { whyItStays } from './whyItStays.ts'

/** https://karpenter.sh/docs/concepts/disruption/#pod-level-controls */
const doNotDisrupt = 'karpenter.sh/do-not-disrupt'

/** How long Karpenter waits for a Pod that is past its grace period. */
const stuckTerminatingMs = 60_000

/** What holds a node of Karpenter's by itself or by its pool. */
export function karpenterNodeBlockers({ node, pool }: NodeInfo): Blocker[] {
  const blockers: Blocker[] = []
  if (node.annotations[doNotDisrupt] === 'true') {
    const message = `Node ${node.name} is annotated ${doNotDisrupt}: "true": remove the annotation`
    blockers.push({ reason: 'DoNotDisrupt', message, object: { kind: 'Node', name: node.name } })
  }
  const obstacles = pool === undefined ? [] : obstaclesOf(pool).filter(isKarpenterObstacle)
  const disabled = obstacles.map((obstacle): Blocker => {
    const object = { kind: 'NodePool', name: obstacle.pool }
    return { reason: 'DisruptionDisabled', message: describeObstacle(obstacle), object }
  })
  return [...blockers, ...disabled]
}

/**
 * What holds a node of Karpenter's because of one Pod. Unlike the cluster autoscaler, Karpenter heeds do-not-disrupt and
 * budgets of the Pods of DaemonSets, too.
 * https://github.com/kubernetes-sigs/karpenter/blob/v1.14.1/pkg/controllers/state/statenode.go
 */
export function karpenterPodBlocker(pod: Pod, { pool }: NodeInfo, surroundings: Surroundings): Blocker | undefined {
  const { now } = surroundings
  const ended = pod.phase === 'Succeeded' || isTerminal(pod)
  if (ended || isPastGrace(pod, now, stuckTerminatingMs)) return undefined
  if (pod.deletedAt === undefined) {
    const protection = protectionOf(pod, now) ?? (isMirror(pod) ? undefined : lackOfAnyBudget(pod, surroundings))
    if (protection !== undefined) return protection
  }
  if (isOfEveryNode(pod)) return undefined
  const onlyEmpty = pool?.karpenter?.consolidationPolicy === 'WhenEmpty'
  return whyItStays(pod, surroundings, onlyEmpty ? notEmpty : noPlace)
}

const notEmpty = {
  reason: 'NotEmpty',
  because: 'Karpenter removes only empty nodes of this pool (consolidationPolicy WhenEmpty)',
} as const
const noPlace = {
  reason: 'NoPlaceToMovePods',
  because: 'it has to fit on another node, at a lower cost, before this one goes',
} as const

function protectionOf(pod: Pod, now: Date): Blocker | undefined {
  const value = pod.annotations[doNotDisrupt]
  if (value === undefined) return undefined
  const lastsMs = value === 'true' ? Number.POSITIVE_INFINITY : durationMs(value)
  if (Date.parse(pod.createdAt) + lastsMs <= now.getTime()) return undefined
  return held(pod, 'DoNotDisrupt', {
    because: `is annotated ${doNotDisrupt}: "${value}"`,
    do: 'delete it when it is done, or remove the annotation',
  })
}

/** Of `1h30m`, as Go writes it; zero for what is no duration, which Karpenter takes for no annotation. */
function durationMs(text: string): number {
  if (!/^(\d+(\.\d+)?[hms])+$/.test(text)) return 0
  const unitMs = { h: 3_600_000, m: 60_000, s: 1000 }
  const parts = [...text.matchAll(/([\d.]+)([hms])/g)]
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * unitMs[unit as keyof typeof unitMs], 0)
}

/** Kubernetes evicts no Pod that has two budgets, whatever they allow. */
function lackOfAnyBudget(pod: Pod, surroundings: Surroundings): Blocker | undefined {
  const [first, second] = budgetsOf(pod, surroundings.budgets)
  if (first === undefined || second === undefined) return lackOfBudget(pod, surroundings)
  return held(pod, 'NotEnoughPdb', {
    because: `may not be evicted, as two PodDisruptionBudgets select it, ${first.name} and ${second.name}`,
    do: 'put its workload to zero, or remove one of them',
  })
}
