import { describe, expect, test } from '@jest/globals'
import { type Cluster, factsOf, type Scaling, ScalingError } from '../../../../shared/scaling/index.ts'
import { explanationOf } from '../../../../shared/scaling/nodes/explanation.ts'
import { readNodePools } from '../../../../shared/scaling/nodes/nodePools.ts'
import { misnamed } from '../../../../shared/scaling/nodes/ownership.ts'
import { nodesOf, whyUnknown } from '../../../../shared/scaling/project/ownNodes.ts'
import { agentPool, group, karpenterNode, karpenterPool, node, now, pool, project, surroundings } from './objects.ts'

const autoscaler = { updatedAt: now.toISOString(), groups: [group()] }
describe('the node pools of a cluster', () => {
  const cluster = (karpenter = [] as unknown[], status = undefined as unknown) =>
    ({ listKarpenterNodePools: async () => karpenter, getAutoscalerStatus: async () => status }) as unknown as Cluster
  const scaling = (found: Cluster, port?: Scaling['agentPools']) => ({ cluster: found, agentPools: port }) as Scaling
  const ofAzure = { list: async () => ({ pools: [agentPool()], autoscaler: surroundings().profile }) }

  test('are those of Azure, of Karpenter and of the nodes, each with its nodes', async () => {
    const nodes = [
      node(),
      node({ name: 'b', labels: { 'kubernetes.azure.com/agentpool': 'system' } }),
      karpenterNode({ name: 'c', labels: { 'karpenter.sh/nodepool': 'spot' } }),
      node({ name: 'virtual-node', labels: {} }),
    ]
    const { karpenter } = karpenterPool()
    const found = await readNodePools(scaling(cluster([{ ...karpenter, name: 'spot' }]), ofAzure), nodes, {})
    expect(found.withoutAzure).toBeUndefined()
    expect(found.pools.map(({ name, nodes: own }) => [name, own.map((one) => one.name)])).toEqual([
      ['projecta', [node().name]],
      ['spot', ['c']],
      ['system', ['b']],
    ])
    expect(found.pools.map((one) => [one.azure?.vmSize, one.karpenter?.name])).toEqual([
      ['Standard_D4s_v5', undefined],
      [undefined, 'spot'],
      [undefined, undefined],
    ])
  })

  test('are those that Kubernetes knows when Azure is missing, with the reason', async () => {
    const withoutIdentity = await readNodePools(scaling(cluster([], autoscaler)), [node()], {})
    expect(withoutIdentity.withoutAzure).toContain('no identity in Azure')
    expect(withoutIdentity.pools.map(factsOf)).toMatchObject([
      { name: 'projecta', count: 1, min: 0, max: 3, autoscaling: true },
    ])
    const atZero = await readNodePools(scaling(cluster([], autoscaler)), [], {})
    expect(atZero.pools.map(factsOf)).toMatchObject([{ name: 'projecta', count: 0, max: 3 }])
    const list = () => Promise.reject(new ScalingError('cluster-refused', 'Azure says no'))
    const refused = await readNodePools(scaling(cluster(), { list }), [node()], {})
    expect(refused.withoutAzure).toBe('Azure says no')
    expect(refused.pools.map(({ name }) => name)).toEqual(['projecta'])
  })
})

describe('the facts about a pool', () => {
  const labels = {
    'kubernetes.azure.com/agentpool': 'projecta',
    'kubernetes.azure.com/mode': 'system',
    'node.kubernetes.io/instance-type': 'Standard_D8s_v5',
  }
  test('come from Azure rather than from the nodes', () => {
    expect(factsOf(pool({ nodes: [node({ labels })] }))).toMatchObject({ mode: 'User', vmSize: 'Standard_D4s_v5' })
  })
  test('come from the labels of its nodes when Azure is missing', () => {
    const known = factsOf(pool({ azure: undefined, nodes: [node({ labels })] }))
    expect(known).toMatchObject({ mode: 'System', vmSize: 'Standard_D8s_v5', count: 1, autoscaling: undefined })
  })
})

describe('the nodes of a project', () => {
  const labels = { project: 'a', 'kubernetes.azure.com/agentpool': 'other' }
  const all = [node(), node({ name: 'b', labels }), karpenterNode({ name: 'c' })]
  test.each([
    ['of the pool that it names', { nodePool: 'projecta' }, [node().name, 'c']],
    ['with the labels that it names', { nodePool: undefined, nodeSelector: { project: 'a' } }, ['b']],
    ['unknown when it names neither', { nodePool: undefined }, []],
    ['none rather than all when its selector is empty', { nodePool: undefined, nodeSelector: {} }, []],
  ])('are %s', (_what, of, names) => expect(nodesOf(project(of), all).map(({ name }) => name)).toEqual(names))

  test('are said to be unknown when it names neither pool nor labels', () => {
    expect(whyUnknown(project({ nodePool: undefined }))).toContain('names no nodePool and no nodeSelector')
    expect(whyUnknown(project())).toBeUndefined()
  })

  test('have a wrong pool name when there is no such pool, which nobody can know without Azure', () => {
    const known = { pools: [pool({ name: 'system' })], profile: surroundings().profile, autoscaler: undefined }
    const said = 'Project project-a names the node pool projecta, which is not in this cluster: it has system'
    expect(misnamed(project(), { ...known, withoutAzure: undefined }, {})).toBe(said)
    expect(misnamed(project(), { ...known, withoutAzure: 'no rights' }, {})).toBeUndefined()
  })
})

describe('a node that nothing holds', () => {
  const explain = (
    of: Parameters<typeof explanationOf>[0],
    status: Parameters<typeof explanationOf>[1]['autoscaler'],
  ) => explanationOf(of, { autoscaler: status, profile: surroundings().profile, now })
  const nodeInfo = (changes: Parameters<typeof pool>[0] = {}, ofNode: Parameters<typeof node>[0] = {}) => ({
    node: node(ofNode),
    pods: [],
    pool: pool(changes),
  })
  const goes = 'the cluster autoscaler removes it once it has been unneeded for 10 minutes.'

  test.each([
    ['must be unneeded for some time', nodeInfo(), undefined, goes],
    [
      'is no candidate yet',
      nodeInfo({ group: group() }),
      autoscaler,
      'considers no node of aks-projecta-10000000-vmss for removal yet',
    ],
    ['is a candidate', nodeInfo({ group: group({ candidates: 1 }) }), autoscaler, 'considers 1 nodes of aks-projecta'],
    [
      'is of an unhealthy group',
      nodeInfo({ group: group({ health: 'Unhealthy' }) }),
      autoscaler,
      'considers aks-projecta-10000000-vmss Unhealthy',
    ],
    [
      'is of a group in backoff',
      nodeInfo({ group: group({ scaleUp: 'Backoff', backoff: 'Quota: x' }) }),
      autoscaler,
      '(Quota: x)',
    ],
    [
      'waits for a stuck autoscaler',
      nodeInfo(),
      { ...autoscaler, updatedAt: '2026-11-22T22:00:00.000Z' },
      'written no status since 2026-11-22T22:00:00.000Z, so it is stuck',
    ],
    ['is not ready', nodeInfo({}, { ready: false }), undefined, 'it is not ready'],
    [
      'is being removed',
      nodeInfo({}, { taints: [{ key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule' }] }),
      undefined,
      'It is being removed.',
    ],
    [
      'belongs to Karpenter',
      { node: karpenterNode(), pods: [], pool: karpenterPool() },
      undefined,
      'Karpenter removes it 30s after its last Pod',
    ],
  ])('%s', (_what, of, status, said) => expect(explain(of, status)).toContain(said))
})
