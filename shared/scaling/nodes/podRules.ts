import { describePod, type Pod, podRef } from '../cluster/pod.ts'
import { budgetsOf, type PodDisruptionBudget } from '../cluster/podDisruptionBudget.ts'
import type { Blocker, BlockerReason } from './blocker.ts'

/** The kubelet's own Pod, of which the API server has a picture only. */
export const isMirror = ({ annotations, controller }: Pod): boolean =>
  annotations['kubernetes.io/config.mirror'] !== undefined || controller?.kind === 'Node'

/** A Pod that is on every node, a DaemonSet's or the kubelet's own, and so keeps none. */
export const isOfEveryNode = (pod: Pod): boolean => isMirror(pod) || pod.controller?.kind === 'DaemonSet'

/** A Pod that should have ended longer ago than this. */
export const isPastGrace = ({ deletedAt }: Pod, now: Date, longestMs: number): boolean =>
  deletedAt !== undefined && now.getTime() - Date.parse(deletedAt) > longestMs

/** A Pod that has ended and is not started again. */
export const isTerminal = ({ phase, restartPolicy }: Pod): boolean =>
  phase === 'Failed' || (phase === 'Succeeded' && restartPolicy !== 'Always')

/** What holds a node because a Pod on it may not be evicted at the moment. */
export function lackOfBudget(pod: Pod, { budgets }: { budgets: PodDisruptionBudget[] }): Blocker | undefined {
  const short = budgetsOf(pod, budgets).find(({ disruptionsAllowed }) => disruptionsAllowed < 1)
  if (short === undefined) return undefined
  return held(pod, 'NotEnoughPdb', {
    because: `may not be evicted, as PodDisruptionBudget ${short.namespace}/${short.name} allows no disruption`,
    do: 'put its workload to zero, give it more replicas, or loosen the budget',
  })
}

/** One Pod that holds its node: why, and what to do. */
export function held(pod: Pod, reason: BlockerReason, why: { because: string; do: string }): Blocker {
  return { reason, message: `${describePod(pod)} ${why.because}: ${why.do}`, object: podRef(pod) }
}
