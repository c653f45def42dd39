import { describePod, isMirror, isOfDaemonSet, isOfEveryNode, type Pod, podRef } from '../cluster/pod.ts'
import { budgetsOf } from '../cluster/podDisruptionBudget.ts'
import type { Blocker, BlockerReason } from './blocker.ts'
import type { PodContext, Verdict } from './policy.ts'

// The rules about Pods that both autoscalers have.

/** The kubelet's own Pods go with the node. */
export const mirror = (pod: Pod): Verdict => (isMirror(pod) ? 'holds-nothing' : undefined)

/** Each node has its own Pods of a DaemonSet. */
export const daemonSet = (pod: Pod): Verdict => (isOfDaemonSet(pod) ? 'holds-nothing' : undefined)

/**
 * A Pod within its grace period. This rule is ours: the autoscalers go on to what the Pod is, but the useful thing to
 * know is that it is soon over.
 */
export function terminating(pod: Pod): Verdict {
  if (pod.deletedAt === undefined) return undefined
  if (isOfEveryNode(pod)) return 'holds-nothing'
  const message = `${describePod(pod)} is ending, which may take until ${pod.deletedAt}: wait for it`
  return { reason: 'PodTerminating', message, object: podRef(pod) }
}

/** PodDisruptionBudgets. Kubernetes evicts no Pod that has two of them, whatever they allow. */
export function pdb(pod: Pod, { budgets }: Pick<PodContext, 'budgets'>): Verdict {
  const own = budgetsOf(pod, budgets)
  const [first, second] = own
  if (first !== undefined && second !== undefined) {
    return held(pod, 'NotEnoughPdb', {
      because: `may not be evicted, as two PodDisruptionBudgets select it, ${first.name} and ${second.name}`,
      do: 'put its workload to zero, or remove one of them',
    })
  }
  if (first === undefined || first.disruptionsAllowed > 0) return undefined
  return held(pod, 'NotEnoughPdb', {
    because: `may not be evicted, as PodDisruptionBudget ${first.namespace}/${first.name} allows no disruption`,
    do: 'put its workload to zero, give it more replicas, or loosen the budget',
  })
}

/** One Pod that holds its node: the cause, and what to do. */
export function held(pod: Pod, reason: BlockerReason, why: { because: string; do: string }): Blocker {
  return { reason, message: `${describePod(pod)} ${why.because}: ${why.do}`, object: podRef(pod) }
}
