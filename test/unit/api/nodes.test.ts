import type { z } from '@hono/zod-openapi'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../../dev/cluster/index.ts'
import type { NodePoolsAnswer } from '../../../shared/api/contract/answers/nodePools.ts'
import type { ProjectAnswer, ProjectsAnswer } from '../../../shared/api/contract/answers/projects.ts'
import type { ApiOptions } from '../../../shared/api/index.ts'
import { type AgentPools, type Cluster, type ProjectSettings, ScalingError } from '../../../shared/scaling/index.ts'
import { Client } from '../dev/cluster/cluster.ts'
import { clusterAt } from '../kubernetes/clusterAt.ts'
import { apiOn } from './apiOn.ts'

const schedule = { scaleDown: [], scaleUp: [], timeZone: 'UTC' }
const projects: ProjectSettings[] = [
  { ...schedule, name: 'a', namespaces: ['project-a'], nodePool: 'projecta' },
  { ...schedule, name: 'b', namespaces: ['project-b'], nodeSelector: { project: 'b' } },
]
type Body = z.infer<typeof ProjectAnswer> & z.infer<typeof ProjectsAnswer> & z.infer<typeof NodePoolsAnswer>
const nodeA = 'aks-projecta-10000000-vmss000000'

let embedded: EmbeddedCluster
let client: ReturnType<typeof clusterAt>
beforeEach(async () => {
  embedded = await startCluster({ podDelayMs: 1, nodeDelayMs: 1e9 })
  client = clusterAt(embedded.url)
})
afterEach(async () => {
  await client.close()
  await embedded.stop()
})

type Changes = Partial<ApiOptions> & { cluster?: Partial<Cluster>; agentPools?: AgentPools }
const apiWith = ({ cluster, agentPools, ...options }: Changes = {}) =>
  apiOn({ ...client.cluster, ...cluster }, { projects, ...options }, agentPools).api
const get = async (path: string, changes: Changes = {}, headers: Record<string, string> = {}) => {
  const response = await apiWith(changes).request(`/api/v1/${path}`, { headers })
  return { status: response.status, body: (await response.json()) as Body }
}
const putToZero = (project: string) =>
  apiWith().request(`/api/v1/projects/${project}/scale-to-zero`, { method: 'POST', body: '{"reason":"test"}' })
const addPod = (namespace: string, name: string) =>
  new Client(embedded).send('POST', `/api/v1/namespaces/${namespace}/pods`, {
    body: { metadata: { name }, spec: { nodeName: nodeA, containers: [] } },
  })

const azure: AgentPools = {
  list: async () => ({
    pools: [
      {
        name: 'projecta',
        mode: 'User',
        count: 1,
        minCount: 1,
        maxCount: 3,
        autoscaling: true,
        provisioningState: 'Succeeded',
        powerState: 'Running',
        vmSize: 'Standard_D4s_v5',
      },
    ],
    autoscaler: { skipNodesWithLocalStorage: false, skipNodesWithSystemPods: true, scaleDownUnneededMinutes: 10 },
  }),
}

describe('the nodes of a project', () => {
  test('that is awake are listed, without a look at what holds them', async () => {
    client.calls.length = 0
    const { body } = await get('projects/a')
    expect(body.project.node_pool).toBe('projecta')
    expect(body.project.nodes).toEqual({
      should_be_asleep: false,
      pools: [{ name: 'projecta', mode: 'User', count: 1 }],
      nodes: [{ name: nodeA, ready: true, since: expect.any(String), blockers: [] }],
      warnings: [],
      azure: expect.stringContaining('no identity in Azure'),
    })
    // The calls are for namespaces, the five kinds, nodes, Karpenter's pools and the autoscaler's status.
    expect(client.calls).toHaveLength(1 + 5 + 3)
  })

  test('that sleeps are listed with what holds each', async () => {
    await putToZero('a')
    await addPod('project-a', 'debug')
    await addPod('project-b', 'stray')
    const { body } = await get('projects/a')
    const { should_be_asleep: shouldBeAsleep, nodes } = body.project.nodes
    expect(shouldBeAsleep).toBe(true)
    expect(nodes).toMatchObject([{ name: nodeA }])
    expect(nodes[0]?.blockers).toContainEqual({
      reason: 'NotReplicated',
      message: expect.stringMatching(/^Pod project-a\/debug has no controller.*: delete it when it is done/),
      object: { kind: 'Pod', namespace: 'project-a', name: 'debug' },
      command: 'kubectl delete pod debug -n project-a',
    })
    expect(nodes[0]).not.toHaveProperty('explanation')
  })

  test('are listed for all projects at once, with one LIST of nodes', async () => {
    const { body } = await get('projects')
    const named = body.projects.map((project) => [project.name, project.nodes.nodes.length])
    expect(named).toEqual([
      ['a', 1],
      ['b', 1],
    ])
  })

  test('are listed with a warning when their pool never reaches zero', async () => {
    const { body } = await get('projects/a', { agentPools: azure })
    expect(body.project.nodes).toMatchObject({
      azure: 'connected',
      pools: [
        {
          min: 1,
          max: 3,
          autoscaling: true,
          vm_size: 'Standard_D4s_v5',
          provisioning_state: 'Succeeded',
          power_state: 'Running',
        },
      ],
      warnings: [expect.stringContaining('Node pool projecta keeps at least 1 nodes')],
    })
  })

  test('of a misspelt pool come with a warning, which names the existing pools unless the key is limited to some projects', async () => {
    const keys = [
      { name: 'ops', key: 'key-of-operators' },
      { name: 'team-a', key: 'key-of-team-a', projects: ['a'] },
    ]
    const authentication = { keys, trustsAzureIdentity: false, anonymousActor: 'anonymous', reservedNames: [] }
    const misspelt = [{ ...schedule, name: 'a', namespaces: ['project-a'], nodePool: 'nope' }]
    const warnings = async (key: string) => {
      const changes = { authentication, projects: misspelt, agentPools: azure }
      const { body } = await get('projects/a', changes, { authorization: `Bearer ${key}` })
      return body.project.nodes.warnings
    }
    const fault = 'Project a names the node pool nope, which is not in this cluster'
    expect(await warnings('key-of-operators')).toEqual([`${fault}: it has projecta, projectb, system`])
    expect(await warnings('key-of-team-a')).toEqual([fault])
  })

  test('that cannot be read do not hide the rest of the project', async () => {
    const refusal = new ScalingError('cluster-refused', 'Kubernetes refused to list nodes: forbidden')
    const { status, body } = await get('projects/a', { cluster: { listNodes: () => Promise.reject(refusal) } })
    expect(status).toBe(200)
    expect(body.project).toMatchObject({ name: 'a', workloads: { active: 1 }, nodes: { unknown: refusal.message } })
  })
})

describe('the node pools', () => {
  test('are listed with their projects', async () => {
    const { body } = await get('node-pools')
    expect(body.node_pools.map((pool) => [pool.name, pool.project])).toEqual([
      ['projecta', 'a'],
      ['projectb', 'b'],
      ['system', undefined],
    ])
  })

  test('are only those of its projects for a key that is limited to some', async () => {
    const key = 'key-of-team-b'
    const keys = [{ name: 'team-b', key, projects: ['b'] }]
    const authentication = { keys, trustsAzureIdentity: false, anonymousActor: 'anonymous', reservedNames: [] }
    const { body } = await get('node-pools', { authentication }, { authorization: `Bearer ${key}` })
    expect(body.node_pools.map(({ name }) => name)).toEqual(['projectb'])
  })

  test('are listed without Azure when it fails, and with the reason', async () => {
    const list = () => Promise.reject(new ScalingError('cluster-unreachable', 'Azure does not answer'))
    const { status, body } = await get('node-pools', { agentPools: { list } })
    expect(status).toBe(200)
    expect(body).toMatchObject({ azure: 'Azure does not answer', node_pools: [{ name: 'projecta', count: 1 }, {}, {}] })
  })

  test('have a warning when projects share one', async () => {
    const both = projects.map((project) => ({ ...project, nodePool: 'projecta' }))
    const { body } = await get('node-pools', { projects: both })
    expect(body.node_pools[0]?.warnings).toEqual([expect.stringContaining('belongs to several projects, a, b')])
  })
})
