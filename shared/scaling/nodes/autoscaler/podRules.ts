import { isPastGrace, isTerminal, type Pod } from '../../cluster/pod.ts'
import { budgetsOf } from '../../cluster/podDisruptionBudget.ts'
import { held } from '../commonPodRules.ts'
import type { PodContext, Verdict } from '../policy.ts'
import { whyItStays } from '../whyItStays.ts'
import { autoscalerAnnotations } from './annotations.ts'

const { safeToEvict: safe, safeToEvictLocalVolumes: safeVolumes } = autoscalerAnnotations

/** How long the cluster autoscaler waits for a Pod that is past its grace period: utils/drain/drain.go. */
const longTerminatingMs = 30_000

/** The autoscaler no longer waits for such a Pod. */
export const longTerminating = (pod: Pod, { now }: Pick<PodContext, 'now'>): Verdict =>
  isPastGrace(pod, now, longTerminatingMs) ? 'holds-nothing' : undefined

/** A Pod that has ended and is not started again needs no other node. */
export const terminal = (pod: Pod): Verdict => (isTerminal(pod) ? 'holds-nothing' : undefined)

/** A person has said that the Pod may be evicted, whatever it is. */
export const safeToEvict = ({ annotations }: Pod): Verdict => (annotations[safe] === 'true' ? 'evictable' : undefined)

/** Nothing would create a bare Pod again. */
export function replicated(pod: Pod): Verdict {
  if (pod.controller !== undefined) return undefined
  return held(pod, 'NotReplicated', {
    because: 'has no controller that would create it again, so the cluster autoscaler does not evict it',
    do: `delete it when it is done, run it by a Job or a Deployment, or annotate it ${safe}: "true"`,
  })
}

/** A Pod of kube-system without a PodDisruptionBudget. */
export function system(pod: Pod, { budgets, profile }: Pick<PodContext, 'budgets' | 'profile'>): Verdict {
  if (!profile.skipNodesWithSystemPods) return undefined
  if (pod.namespace !== 'kube-system' || budgetsOf(pod, budgets).length > 0) return undefined
  return held(pod, 'UnmovableKubeSystemPod', {
    because: "is one of the cluster's own, and no PodDisruptionBudget says that it may be evicted",
    do: 'keep it on a system pool by its nodeSelector or by a taint on this pool, or give it a PodDisruptionBudget',
  })
}

/** A person has asked to keep the Pod where it is. */
export function notSafeToEvict(pod: Pod): Verdict {
  if (pod.annotations[safe] !== 'false') return undefined
  return held(pod, 'NotSafeToEvictAnnotation', {
    because: `is annotated ${safe}: "false"`,
    do: 'delete it when it is done, or remove the annotation',
  })
}

/** The Pod has volumes that go with the node, and nobody has declared all of them safe to lose. */
export function localStorage(pod: Pod, { profile }: Pick<PodContext, 'profile'>): Verdict {
  const declared = pod.annotations[safeVolumes]?.split(',').map((name) => name.trim()) ?? []
  const local = pod.localVolumes.filter((name) => !declared.includes(name))
  if (!profile.skipNodesWithLocalStorage || local.length === 0) return undefined
  return held(pod, 'LocalStorageRequested', {
    because: `keeps data on the node, in ${local.join(', ')}`,
    do: `delete it when it is done, or annotate it ${safeVolumes}: "${pod.localVolumes.join(',')}"`,
  })
}

/** The autoscaler would move the Pod, if it fits elsewhere: core/scaledown/planner simulates that, and we do not. */
export const noPlaceToMovePods = (pod: Pod, context: PodContext): Verdict =>
  whyItStays(pod, context, {
    reason: 'NoPlaceToMovePods',
    because: 'it has to fit on a node of another pool before this one goes',
  })
