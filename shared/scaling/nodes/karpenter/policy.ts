import { daemonSet, mirror, pdb, terminating } from '../commonPodRules.ts'
import type { Policy } from '../policy.ts'
import { disruptionDisabled, doNotDisruptNode } from './nodeRules.ts'
import { doNotDisrupt, needsPlace, stuckTerminating, terminal } from './podRules.ts'

/**
 * The rules of Karpenter, in the order of pkg/controllers/state/statenode.go and pkg/utils/pod/scheduling.go in
 * kubernetes-sigs/karpenter, v1.14.1. Unlike the cluster autoscaler it heeds do-not-disrupt and budgets of the Pods of
 * DaemonSets, too: they hold nothing only after these.
 */
export const karpenterPolicy: Policy = {
  node: [doNotDisruptNode, disruptionDisabled],
  drain: [terminal, stuckTerminating, terminating, doNotDisrupt, mirror],
  evict: [pdb, daemonSet, needsPlace],
}
