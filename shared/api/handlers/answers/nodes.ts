import type { z } from '@hono/zod-openapi'
import {
  type ClusterNode,
  countPods,
  factsOf,
  liftingCommand,
  type NodeInfo,
  type NodePool,
  type NodePoolStatus,
  type ProjectNodes,
} from '../../../scaling/index.ts'
import type { NodePoolBody, ProjectNodesBody } from '../../contract/answers/nodePools.ts'

/** Whether the answer has what Azure knows: `connected`, or the reason why not. */
export const azureWord = (withoutAzure: string | undefined): string => withoutAzure ?? 'connected'

/** A node pool for the API's readers. */
export const nodePoolBody = ({ pool, nodes, projects, warnings }: NodePoolStatus): z.infer<typeof NodePoolBody> => ({
  ...factsBody(pool),
  project: projects[0]?.name,
  nodes: nodes.map(nodeInfoBody),
  warnings,
})

/** The nodes of a project for the API's readers. */
export function projectNodesBody(found: ProjectNodes): z.infer<typeof ProjectNodesBody> {
  const { shouldBeAsleep, pools, nodes, warnings, misnamed, unknown, guess, withoutAzure } = found
  return {
    should_be_asleep: shouldBeAsleep,
    pools: pools.map(factsBody),
    nodes: nodes.map(({ node, blockers, explanation }) => ({
      ...nodeBody(node),
      blockers: blockers.map((blocker) => ({ ...blocker, command: liftingCommand(blocker) })),
      explanation,
    })),
    warnings: misnamed === undefined ? warnings : [...warnings, misnamed],
    guess,
    ...(unknown === undefined ? { azure: azureWord(withoutAzure) } : { unknown }),
  }
}

function nodeInfoBody(info: NodeInfo) {
  const { pods, daemonPods } = countPods(info)
  return { ...nodeBody(info.node), pods, daemon_pods: daemonPods }
}

const nodeBody = ({ name, ready, readySince }: ClusterNode) => ({ name, ready, since: readySince })

function factsBody(pool: NodePool) {
  const { name, mode, count, min, max, autoscaling, vmSize, provisioningState, powerState } = factsOf(pool)
  return {
    name,
    mode,
    count,
    min,
    max,
    autoscaling,
    vm_size: vmSize,
    provisioning_state: provisioningState,
    power_state: powerState,
  }
}
