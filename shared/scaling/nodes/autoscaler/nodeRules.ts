import type { Blocker, BlockerReason } from '../blocker.ts'
import { isKarpenters, type NodeInfo } from '../nodeInfo.ts'
import { describeObstacle, type Obstacle, obstaclesOf } from '../obstacles.ts'
import { autoscalerAnnotations } from './annotations.ts'

// Only the autoscaler itself knows ScaleDownUnreadyDisabled, NotUnderutilized and its delays after other scalings.

/** A person has asked to keep the node. */
export function scaleDownDisabledAnnotation({ node }: NodeInfo): Blocker[] {
  const key = autoscalerAnnotations.scaleDownDisabled
  if (node.annotations[key] !== 'true') return []
  const message = `Node ${node.name} is annotated ${key}: "true": remove the annotation`
  return [{ reason: 'ScaleDownDisabledAnnotation', message, object: { kind: 'Node', name: node.name } }]
}

/** The node's pool has no autoscaler. */
export const notAutoscaled = (info: NodeInfo): Blocker[] =>
  byObstacle(info, 'NotAutoscaled', ({ kind }) => kind === 'not-autoscaled')

/** The pool has no more nodes than its minimum. Nodes of Karpenter's with the same pool name do not count. */
export const nodeGroupMinSizeReached = (info: NodeInfo): Blocker[] =>
  byObstacle(info, 'NodeGroupMinSizeReached', (obstacle) => {
    const size = info.pool?.nodes.filter((node) => !isKarpenters(node)).length ?? 0
    return obstacle.kind === 'minimum' && size <= obstacle.nodes
  })

function byObstacle(
  { node, pool }: NodeInfo,
  reason: BlockerReason,
  holds: (obstacle: Obstacle) => boolean,
): Blocker[] {
  const obstacles = pool === undefined ? [] : obstaclesOf(pool).filter(holds)
  const object = { kind: 'Node', name: node.name }
  return obstacles.map((obstacle) => ({ reason, message: describeObstacle(obstacle), object }))
}
