import type { Pod } from '../cluster/pod.ts'
import { budgetsOf } from '../cluster/podDisruptionBudget.ts'
import type { Blocker, Surroundings } from './blocker.ts'
import { isKarpenters, type NodeInfo } from './nodeInfo.ts'
import { describeObstacle, obstaclesOf } from './obstacles.ts'
import { held, isOfEveryNode, isPastGrace, isTerminal, lackOfBudget } from './podRules.ts'
import { whyItStays } from './whyItStays.ts'

/** https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md */
const prefix = 'cluster-autoscaler.kubernetes.io/'
const scaleDownDisabled = `${prefix}scale-down-disabled`
const safeToEvict = `${prefix}safe-to-evict`
const safeToEvictLocalVolumes = `${prefix}safe-to-evict-local-volumes`

/** How long the cluster autoscaler waits for a Pod that is past its grace period. */
const longTerminatingMs = 30_000

/**
 * What holds a node by itself or by its pool. ScaleDownUnreadyDisabled, NotUnderutilized and the delays after other
 * scalings are the autoscaler's alone to know.
 */
export function autoscalerNodeBlockers({ node, pool }: NodeInfo): Blocker[] {
  const object = { kind: 'Node', name: node.name }
  const blockers: Blocker[] = []
  if (node.annotations[scaleDownDisabled] === 'true') {
    const message = `Node ${node.name} is annotated ${scaleDownDisabled}: "true": remove the annotation`
    blockers.push({ reason: 'ScaleDownDisabledAnnotation', message, object })
  }
  if (pool === undefined) return blockers
  const size = pool.nodes.filter((one) => !isKarpenters(one)).length
  for (const obstacle of obstaclesOf(pool)) {
    const message = describeObstacle(obstacle)
    if (obstacle.kind === 'not-autoscaled') blockers.push({ reason: 'NotAutoscaled', message, object })
    if (obstacle.kind === 'minimum' && size <= obstacle.nodes) {
      blockers.push({ reason: 'NodeGroupMinSizeReached', message, object })
    }
  }
  return blockers
}

/**
 * What holds a node because of one Pod, by the rules of the cluster autoscaler in their order. Its first rule, whether a
 * Pod's controller is still there, would need more rights than it is worth.
 * https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/simulator/drainability/rules/rules.go
 */
export function autoscalerPodBlocker(pod: Pod, _node: NodeInfo, surroundings: Surroundings): Blocker | undefined {
  if (isOfEveryNode(pod) || isTerminal(pod) || isPastGrace(pod, surroundings.now, longTerminatingMs)) return undefined
  const stays = whyItStays(pod, surroundings, elsewhere)
  // That it is soon over by itself is more useful to know than what the rules say of it until then.
  if (pod.deletedAt !== undefined) return stays
  const isSafe = pod.annotations[safeToEvict] === 'true'
  // Budgets count for a Pod that is safe to evict, too: the eviction itself asks them.
  return (isSafe ? undefined : unmovable(pod, surroundings)) ?? lackOfBudget(pod, surroundings) ?? stays
}

const elsewhere = {
  reason: 'NoPlaceToMovePods',
  because: 'it has to fit on a node of another pool before this one goes',
} as const

function unmovable(pod: Pod, { budgets, profile }: Surroundings): Blocker | undefined {
  const { namespace, annotations, controller } = pod
  if (controller === undefined) {
    return held(pod, 'NotReplicated', {
      because: 'has no controller that would make it anew, so the cluster autoscaler does not evict it',
      do: `delete it when it is done, run it by a Job or a Deployment, or annotate it ${safeToEvict}: "true"`,
    })
  }
  if (namespace === 'kube-system' && profile.skipNodesWithSystemPods && budgetsOf(pod, budgets).length === 0) {
    return held(pod, 'UnmovableKubeSystemPod', {
      because: "is one of the cluster's own, and no PodDisruptionBudget says that it may be evicted",
      do: 'keep it on a system pool by its nodeSelector or by a taint on this pool, or give it a PodDisruptionBudget',
    })
  }
  if (annotations[safeToEvict] === 'false') {
    return held(pod, 'NotSafeToEvictAnnotation', {
      because: `is annotated ${safeToEvict}: "false"`,
      do: 'delete it when it is done, or remove the annotation',
    })
  }
  const local = localVolumesOf(pod)
  if (profile.skipNodesWithLocalStorage && local.length > 0) {
    return held(pod, 'LocalStorageRequested', {
      because: `keeps data on the node, in ${local.join(', ')}`,
      do: `delete it when it is done, or annotate it ${safeToEvictLocalVolumes}: "${pod.localVolumes.join(',')}"`,
    })
  }
  return undefined
}

/** Those that nobody has declared safe to lose. */
function localVolumesOf({ localVolumes, annotations }: Pod): string[] {
  const safe = annotations[safeToEvictLocalVolumes]?.split(',').map((name) => name.trim()) ?? []
  return localVolumes.filter((name) => !safe.includes(name))
}
