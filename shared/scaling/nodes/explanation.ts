import { type NodeGroup, stuckSince } from '../cluster/autoscalerStatus.ts'
import { isGoing } from '../cluster/node.ts'
import { isKarpenters, type NodeInfo } from './nodeInfo.ts'
import type { NodePools } from './nodePools.ts'

/** Why a node that nothing holds is still there, as sentences. */
export function explanationOf(
  { node, pool }: NodeInfo,
  { autoscaler, profile, now }: Pick<NodePools, 'autoscaler' | 'profile'> & { now: Date },
): string {
  if (isGoing(node)) return 'It is being removed.'
  if (isKarpenters(node)) {
    const { consolidateAfter } = pool?.karpenter ?? {}
    const after = consolidateAfter === undefined ? 'soon' : consolidateAfter
    return `Nothing holds it: Karpenter removes it ${after} after its last Pod is gone.`
  }
  const sentences = [
    node.ready
      ? `Nothing holds it: the cluster autoscaler removes it once it has been unneeded for ${profile.scaleDownUnneededMinutes} minutes.`
      : 'Nothing holds it, but it is not ready: the cluster autoscaler removes such a node after 20 minutes by default.',
  ]
  const stuck = autoscaler && stuckSince(autoscaler, now)
  if (stuck !== undefined) {
    sentences.push(`But the autoscaler has said nothing since ${stuck}, so it is stuck: AKS runs it, ask its support.`)
  } else if (pool?.group !== undefined) sentences.push(...stateOf(pool.group))
  return sentences.join(' ')
}

function stateOf({ name, health, scaleUp, backoff, candidates }: NodeGroup): string[] {
  const sentences: string[] = []
  if (health !== 'Healthy') {
    sentences.push(`The autoscaler takes ${name} for ${health}, and leaves it alone until its nodes are ready.`)
  }
  if (scaleUp === 'Backoff') {
    sentences.push(
      `It does not add nodes to ${name} either at the moment${backoff === undefined ? '' : ` (${backoff})`}.`,
    )
  }
  sentences.push(
    candidates > 0
      ? `It has ${candidates} nodes of ${name} in view for removal.`
      : `It has no node of ${name} in view for removal yet; after it has added a node it waits 10 minutes.`,
  )
  return sentences
}
