import { afterEach, describe, expect, test } from '@jest/globals'
import { type ClusterOptions, type EmbeddedCluster, startCluster } from '../../../../dev/cluster/index.ts'
import { budgetOf } from '../../../../shared/kubernetes/objects/podDisruptionBudget.ts'
import { Client } from '../../dev/cluster/cluster.ts'
import { clusterAt } from '../clusterAt.ts'

const started: { embedded: EmbeddedCluster; client: ReturnType<typeof clusterAt> }[] = []
afterEach(async () => {
  for (const { embedded, client } of started.splice(0)) {
    await client.close()
    await embedded.stop()
  }
})

async function start(options: ClusterOptions = {}) {
  const embedded = await startCluster({ podDelayMs: 1, ...options })
  const client = clusterAt(embedded.url)
  started.push({ embedded, client })
  const create = (path: string, body: object) => new Client(embedded).send('POST', path, { body })
  return { cluster: client.cluster, create }
}

test('the server selects the Pods of one node', async () => {
  const { cluster } = await start()
  const pods = await cluster.listPods({ nodeName: 'aks-projectb-10000000-vmss000000' })
  expect(pods.map(({ namespace }) => namespace)).toEqual(['project-b'])
})

describe('PodDisruptionBudgets', () => {
  test('are listed with what they select', async () => {
    const { cluster, create } = await start()
    const matchLabels = { app: 'x' }
    await create('/apis/policy/v1/namespaces/project-a/poddisruptionbudgets', {
      metadata: { name: 'x' },
      spec: { selector: { matchLabels } },
    })
    expect(await cluster.listPodDisruptionBudgets()).toEqual([
      { namespace: 'project-a', name: 'x', selector: { matchLabels }, disruptionsAllowed: 0 },
    ])
  })

  test('allow as many disruptions as their controller says, and none before it says so', () => {
    const metadata = { namespace: 'project-a', name: 'x' }
    expect(budgetOf({ metadata, status: { disruptionsAllowed: 2 } })).toMatchObject({ disruptionsAllowed: 2 })
    expect(budgetOf({ metadata, spec: { selector: null } })).toMatchObject({ disruptionsAllowed: 0 })
  })
})

describe("Karpenter's NodePools", () => {
  const pool = (name: string, spec: object) => ({ metadata: { name }, spec })
  const path = '/apis/karpenter.sh/v1/nodepools'

  test('are an empty list where Karpenter is not installed', async () => {
    expect(await (await start()).cluster.listKarpenterNodePools()).toEqual([])
  })

  test.each([
    [{}, { consolidationPolicy: 'WhenEmptyOrUnderutilized', consolidateAfter: '0s', isFrozen: false }],
    [
      { disruption: { consolidationPolicy: 'WhenEmpty', consolidateAfter: 'Never' } },
      { consolidationPolicy: 'WhenEmpty', consolidateAfter: 'Never' },
    ],
    [{ replicas: 2 }, { replicas: 2 }],
    [{ disruption: { budgets: [{ nodes: '10%' }] } }, { isFrozen: false }],
    [{ disruption: { budgets: [{ nodes: '10%' }, { nodes: '0' }] } }, { isFrozen: true }],
    [{ disruption: { budgets: [{ nodes: '0%', reasons: ['Empty'] }] } }, { isFrozen: true }],
    [{ disruption: { budgets: [{ nodes: '0', reasons: ['Drifted'] }] } }, { isFrozen: false }],
    [{ disruption: { budgets: [{ nodes: '0', schedule: '0 9 * * *', duration: '8h' }] } }, { isFrozen: false }],
  ])('with %j are read as %j', async (spec, read) => {
    const { cluster, create } = await start({ karpenter: true })
    await create(path, pool('projecta', spec))
    expect(await cluster.listKarpenterNodePools()).toMatchObject([{ name: 'projecta', ...read }])
  })
})

describe('the status of the cluster autoscaler', () => {
  test('is undefined where there is none', async () => {
    expect(await (await start()).cluster.getAutoscalerStatus()).toBeUndefined()
  })

  test('is read from its ConfigMap', async () => {
    const { cluster, create } = await start()
    const status = 'nodeGroups:\n- name: x\n  health: {status: Healthy}\n  scaleUp: {}\n  scaleDown: {candidates: 1}\n'
    await create('/api/v1/namespaces/kube-system/configmaps', {
      metadata: { name: 'cluster-autoscaler-status' },
      data: { status },
    })
    expect(await cluster.getAutoscalerStatus()).toMatchObject({ groups: [{ name: 'x', candidates: 1 }] })
  })
})
