import { type NodeGroup, stuckSince } from '../cluster/autoscalerStatus.ts'
import { isGoing } from '../cluster/node.ts'
import { isKarpenters, type NodeInfo } from './nodeInfo.ts'
import type { NodePools } from './nodePools.ts'

/** The explanation for a node that nothing holds and that is still there, as sentences. */
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
    sentences.push(
      `However, the autoscaler has written no status since ${stuck}, so it is stuck. AKS runs it: ask Azure support.`,
    )
  } else if (pool?.group !== undefined) sentences.push(...stateOf(pool.group))
  return sentences.join(' ')
}

function stateOf({ name, health, scaleUp, backoff, candidates }: NodeGroup): string[] {
  const sentences: string[] = []
  if (health !== 'Healthy') {
    sentences.push(`The autoscaler considers ${name} ${health}, and leaves it alone until its nodes are ready.`)
  }
  if (scaleUp === 'Backoff') {
    sentences.push(`At the moment it adds no nodes to ${name} either${backoff === undefined ? '' : ` (${backoff})`}.`)
  }
  sentences.push(
    candidates > 0
      ? `It considers ${candidates} nodes of ${name} for removal.`
      : `It considers no node of ${name} for removal yet; after it has added a node it waits 10 minutes.`,
  )
  return sentences
}
