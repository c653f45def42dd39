import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { CoreV1Api, KubeConfig, type V1Deployment, type V1Pod, type V1PodSpec } from '@kubernetes/client-node'
import { load } from 'js-yaml'
import { readSnapshots, variantsOf } from '../../dev/infra/bicep/snapshots.ts'
import { type PoolNodes, poolNodesOf } from '../../dev/infra/rules/projects.ts'
import { agentPoolLabel } from '../../shared/scaling/index.ts'
import { waitFor } from '../waitFor.ts'
import { readTarget } from './target.ts'
import { describeWithIdentity } from './withIdentity.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string) => readFileSync(root + path, 'utf8')
const pools = variantsOf(readSnapshots(root)).map((variant) => ({ ...variant, nodes: poolNodesOf(variant) }))
const poolsOf = (wanted: string): PoolNodes[] => pools.find(({ name }) => name === wanted)?.nodes ?? []

const machines = JSON.parse(read('dev/lab/instance-types.json')) as {
  name: string
  resources: Record<string, string>
}[]

const config = new KubeConfig()
config.loadFromFile(readTarget().kubeconfig)
const core = config.makeApiClient(CoreV1Api)

// Only these nodes have it, so that no other node takes a Pod of this test.
const ofThisTest = 'e2e-node-pool'
const nodeName = (pool: string) => `e2e-${pool}`

/** A node such as AKS adds to the pool. */
async function addNode({ name, vmSize, labels, taints }: PoolNodes): Promise<void> {
  const capacity = machines.find((machine) => machine.name === vmSize)?.resources
  if (capacity === undefined) throw new Error(`dev/lab/instance-types.json has no ${vmSize}`)
  await core.createNode({
    body: {
      metadata: { name: nodeName(name), labels: { ...labels, [agentPoolLabel]: name, [ofThisTest]: name } },
      spec: { taints },
      status: { capacity, allocatable: capacity },
    },
  })
  await waitFor({
    what: `the node ${nodeName(name)} has no taints but those of its pool`,
    look: async () => (await core.readNode({ name: nodeName(name) })).spec?.taints,
    until: (seen) => seen?.every(({ key }) => taints.some((taint) => taint.key === key)) === true,
  })
}

async function createPod(namespace: string, pool: string, spec: V1PodSpec): Promise<V1Pod> {
  const metadata = { generateName: `e2e-${pool}-`, namespace }
  const nodeSelector = { ...spec.nodeSelector, [ofThisTest]: pool }
  return await core.createNamespacedPod({ namespace, body: { metadata, spec: { ...spec, nodeSelector } } })
}

/** What the real scheduler has decided about a Pod. The Pod is then deleted. */
async function decided({ metadata }: V1Pod): Promise<{ node: string | undefined; message: string | undefined }> {
  const { name = '', namespace = '' } = metadata ?? {}
  const { spec, status } = await waitFor({
    what: `the scheduler has decided about ${name}`,
    look: () => core.readNamespacedPod({ name, namespace }),
    until: ({ status: seen }) => seen?.conditions?.some(({ type }) => type === 'PodScheduled') === true,
  })
  await core.deleteNamespacedPod({ name, namespace, gracePeriodSeconds: 0 })
  const { message } = status?.conditions?.find(({ type }) => type === 'PodScheduled') ?? {}
  return { node: spec?.nodeName, message }
}

test('every kind of deployment makes the same nodes', () => {
  expect(poolsOf('default-gpu').map(({ name }) => name)).toEqual(['projecta', 'projectb'])
  expect(poolsOf('private-gpu')).toEqual(poolsOf('default-gpu'))
  expect(poolsOf('default')).toEqual(poolsOf('default-gpu').slice(0, 1))
})

// On a cluster that somebody has, nodes cannot be made up.
describeWithIdentity('the nodes of the pools in the templates', () => {
  beforeAll(async () => {
    for (const pool of poolsOf('default-gpu')) await addNode(pool)
  }, 60_000)
  afterAll(async () => {
    for (const { name } of poolsOf('default-gpu')) await core.deleteNode({ name: nodeName(name) })
  }, 60_000)

  test.each([
    ['app-a', 'projecta'],
    ['app-b', 'projectb'],
  ])('take the sample %s on %s', async (sample, pool) => {
    const deployment = load(read(`samples/${sample}/deployment.yaml`)) as V1Deployment
    const { spec } = deployment.spec?.template ?? {}
    if (!spec) throw new Error(`${sample} has no Pod`)
    expect(await decided(await createPod('default', pool, spec))).toMatchObject({ node: nodeName(pool) })
  })

  test.each(['projecta', 'projectb'])('refuse on %s a Pod of kube-system without tolerations', async (pool) => {
    const spec = { containers: [{ name: 'app', image: 'registry.k8s.io/pause:3.10' }] }
    const { node, message } = await decided(await createPod('kube-system', pool, spec))
    expect({ node, message }).toEqual({ node: undefined, message: expect.stringContaining('untolerated taint') })
  })
})
