import type { Pod } from '../cluster/pod.ts'
import type { Blocker, Surroundings } from './blocker.ts'
import type { NodeInfo } from './nodeInfo.ts'

/** How an autoscaler decides whether a node goes. The order of the rules is data, as in the autoscalers themselves. */
export interface Policy {
  /** Each may hold the node, by the node itself or its pool. */
  node: NodeRule[]
  /** The rules about one Pod, in turn until one decides: whether it may be evicted. */
  drain: PodRule[]
  /** The rules about a Pod that may be evicted, in turn until one decides: whether that succeeds and is enough. */
  evict: PodRule[]
}

export type NodeRule = (info: NodeInfo) => Blocker[]

export type PodRule = (pod: Pod, context: PodContext) => Verdict

/** Everything that a rule about a Pod may rest on, besides the Pod. */
export type PodContext = Surroundings & Pick<NodeInfo, 'pool'>

/**
 * The decision of a rule about a Pod: a blocker; that the Pod holds nothing; or, in `drain`, that it may be evicted.
 * Undefined leaves the decision to the next rule.
 */
export type Verdict = Blocker | 'holds-nothing' | 'evictable' | undefined

/** The blocker that a Pod is by a policy; undefined for one that holds nothing. */
export function blockerOf(pod: Pod, { drain, evict }: Policy, context: PodContext): Blocker | undefined {
  const drained = firstVerdict(drain, pod, context) ?? 'evictable'
  const verdict = drained === 'evictable' ? firstVerdict(evict, pod, context) : drained
  return typeof verdict === 'object' ? verdict : undefined
}

function firstVerdict(rules: PodRule[], pod: Pod, context: PodContext): Verdict {
  for (const rule of rules) {
    const verdict = rule(pod, context)
    if (verdict !== undefined) return verdict
  }
  return undefined
}
