import type { Blocker } from '../blocker.ts'
import type { NodeInfo } from '../nodeInfo.ts'
import { describeObstacle, isKarpenterObstacle, obstaclesOf } from '../obstacles.ts'
import { doNotDisruptAnnotation } from './podRules.ts'

/** A person has asked to keep the node. */
export function doNotDisruptNode({ node }: NodeInfo): Blocker[] {
  if (node.annotations[doNotDisruptAnnotation] !== 'true') return []
  const message = `Node ${node.name} is annotated ${doNotDisruptAnnotation}: "true": remove the annotation`
  return [{ reason: 'DoNotDisrupt', message, object: { kind: 'Node', name: node.name } }]
}

/** The node's NodePool removes no node. */
export function disruptionDisabled({ pool }: NodeInfo): Blocker[] {
  const obstacles = pool === undefined ? [] : obstaclesOf(pool).filter(isKarpenterObstacle)
  return obstacles.map((obstacle) => ({
    reason: 'DisruptionDisabled',
    message: describeObstacle(obstacle),
    object: { kind: 'NodePool', name: obstacle.pool },
  }))
}
