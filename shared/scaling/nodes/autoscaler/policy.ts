import { daemonSet, mirror, pdb, terminating } from '../commonPodRules.ts'
import type { Policy } from '../policy.ts'
import { nodeGroupMinSizeReached, notAutoscaled, scaleDownDisabledAnnotation } from './nodeRules.ts'
import {
  localStorage,
  longTerminating,
  noPlaceToMovePods,
  notSafeToEvict,
  replicated,
  safeToEvict,
  system,
  terminal,
} from './podRules.ts'

/**
 * The rules of the cluster autoscaler: of nodes in the order of cluster-autoscaler/core/scaledown/unneeded/nodes.go, of
 * Pods in that of cluster-autoscaler/simulator/drainability/rules/rules.go, in kubernetes/autoscaler.
 *
 * Three things differ. `customcontroller`, its third rule, looks up whether a Pod's controller is still there, and that
 * would need more rights than it is worth. `terminal` comes before `safetoevict`: both let a Pod pass, but only one
 * that has ended needs no other node. `pdb` counts for Pods that are safe to evict, too: the eviction itself asks the
 * budgets.
 */
export const autoscalerPolicy: Policy = {
  node: [scaleDownDisabledAnnotation, notAutoscaled, nodeGroupMinSizeReached],
  drain: [
    mirror,
    longTerminating,
    daemonSet,
    terminal,
    terminating,
    safeToEvict,
    replicated,
    system,
    notSafeToEvict,
    localStorage,
  ],
  evict: [pdb, noPlaceToMovePods],
}
