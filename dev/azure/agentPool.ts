import { readExample } from './examples.ts'

/** A node pool. A test may change every field; the number of nodes is counted in the cluster. */
export interface AgentPool {
  name: string
  mode: 'System' | 'User'
  vmSize: string
  /** The limits of the cluster autoscaler; without them the pool is not autoscaled. */
  autoscaling?: { minCount: number; maxCount: number } | undefined
  provisioningState?: string
  powerState?: 'Running' | 'Stopped'
}

/** The pools of the samples' cluster: the system pool, and one pool for each project. */
export const theAgentPools = (): AgentPool[] => [
  { name: 'system', mode: 'System', vmSize: 'Standard_D4s_v5' },
  { name: 'projecta', mode: 'User', vmSize: 'Standard_D4s_v5', autoscaling: { minCount: 0, maxCount: 5 } },
  { name: 'projectb', mode: 'User', vmSize: 'Standard_NC4as_T4_v3', autoscaling: { minCount: 0, maxCount: 2 } },
]

interface AgentPoolBody {
  id: string
  name: string
  type: string
  properties: object
}

// Two examples, because their fields differ: a pool without the autoscaler has no minCount and no maxCount.
const autoscaled = readExample<AgentPoolBody>('recorded-AgentPoolsGet-autoscaled-zero')
const [fixed] = readExample<{ value: [AgentPoolBody] }>('recorded-AgentPoolsList-system').value

/** The pool as ARM returns it; its id begins with its cluster's. */
export function agentPoolBody(pool: AgentPool, { clusterId, count }: { clusterId: string; count: number }) {
  const { name, mode, vmSize, autoscaling, provisioningState = 'Succeeded', powerState = 'Running' } = pool
  const example = autoscaling ? autoscaled : fixed
  return {
    ...example,
    // ARM itself writes the `resourcegroups` of this id in lower case.
    id: `${clusterId.replace('resourceGroups', 'resourcegroups')}/agentPools/${name}`,
    name,
    properties: {
      ...example.properties,
      ...{ mode, vmSize, count, provisioningState, powerState: { code: powerState } },
      ...autoscaling,
    },
  }
}
