import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../../dev/cluster/index.ts'
import { historyName, leases, watchedAnnotation } from '../../../shared/scaling/index.ts'
import { clusterAt } from '../kubernetes/clusterAt.ts'
import { projectA, projectB } from '../scaling/projects.ts'
import { scalingOn } from '../scaling/scalingOn.ts'
import { apiOn } from './apiOn.ts'

const now = new Date('2026-11-23T12:00:00Z')
const night = (pool: string, size?: string) =>
  `${JSON.stringify({
    scaleDown: '2026-11-22T22:00:00Z',
    nodes: [{ pool, ...(size && { size }), count: 2 }],
    gone: '2026-11-22T22:30:00Z',
    woken: '2026-11-23T07:00:00Z',
    back: '2026-11-23T07:00:00Z',
  })}\n`
const keys = [
  { name: 'alice', key: 'of-alice-1' },
  { name: 'bob', key: 'of-bob-123', projects: ['b'] },
]
const nodePrices = {
  currency: 'JPY',
  kind: 'list price' as const,
  source: 'Azure, Japan East, 2026-11',
  perHour: { Standard_D4s_v5: 40 },
}

let embedded: EmbeddedCluster
let client: ReturnType<typeof clusterAt>
beforeEach(async () => {
  embedded = await startCluster({ controllers: false })
  client = clusterAt(embedded.url)
  await keep('project-a', night('projecta', 'Standard_D4s_v5'))
  await keep('project-b', night('projectb', 'Standard_NC4as_T4_v3'))
  await client.cluster.renewLease(leases.verifyScaledToZero, {
    holder: 'test',
    renewedAt: now.toISOString(),
    durationSeconds: 300,
    watched: '2026-11-01T00:00:00.000Z',
  })
})
afterEach(async () => {
  await client.close()
  await embedded.stop()
})

const keep = async (namespace: string, nights: string) => {
  const ref = { namespace, name: historyName }
  const resourceVersion = (await client.cluster.getConfigMap(ref))?.resourceVersion
  await client.cluster.applyConfigMap(ref, { data: { 'nights.jsonl': nights }, resourceVersion })
}

interface Answer {
  error?: string
  node_hours: number
  unknown_node_hours: number
  amount?: number
  prices?: object
  watched_since?: string
  projects: { project: string; node_hours: number; days: { day: string; node_pools: object[] }[] }[]
}
async function ask({ query = '', by = 'of-alice-1', projects = [projectA, projectB], prices = true } = {}) {
  const { api } = apiOn(client.cluster, {
    scaling: scalingOn(client.cluster, { now: () => now }),
    now: () => now,
    projects,
    authentication: { keys, trustsAzureIdentity: false, anonymousActor: 'anonymous', reservedNames: [] },
    ...(prices && { nodePrices }),
  })
  const response = await api.request(`/api/v1/savings${query}`, { headers: { authorization: `Bearer ${by}` } })
  return (await response.json()) as Answer
}

test('has hours by project, day and node pool, and an amount where a size has a price', async () => {
  const { projects, ...sums } = await ask()
  expect(sums).toMatchObject({
    node_hours: 34,
    unknown_node_hours: 0,
    amount: 680,
    watched_since: '2026-11-01T00:00:00.000Z',
  })
  expect(sums.prices).toEqual({
    currency: 'JPY',
    kind: 'list price',
    source: 'Azure, Japan East, 2026-11',
    note: expect.stringContaining('reserved'),
    without_price: ['Standard_NC4as_T4_v3'],
  })
  expect(projects[0]).toMatchObject({
    project: 'a',
    node_hours: 17,
    days: [
      {
        day: '2026-11-22',
        node_pools: [{ node_pool: 'projecta', vm_size: 'Standard_D4s_v5', node_hours: 3, amount: 120 }],
      },
      { day: '2026-11-23', node_pools: [{ node_hours: 14, amount: 560 }] },
    ],
  })
})

test('has no amount where nobody has configured prices, and none for a size without one', async () => {
  expect(JSON.stringify(await ask({ prices: false }))).not.toMatch(/amount|prices/)
  expect(JSON.stringify((await ask()).projects[1])).not.toContain('amount')
})

test('has for a caller who is limited to some projects these alone', async () => {
  const { node_hours, projects } = await ask({ by: 'of-bob-123' })
  expect([node_hours, projects.map(({ project }) => project)]).toEqual([17, ['b']])
})

test('is about the days that are asked for', async () => {
  expect((await ask({ query: '?days=1' })).node_hours).toBe(28)
})

test('without the Lease, or with nonsense on it, saves nothing, for nobody knows who looked', async () => {
  const path = '/apis/coordination.k8s.io/v1/namespaces/scale-system/leases/verify-scaled-to-zero'
  await fetch(embedded.url + path, {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: JSON.stringify({ metadata: { annotations: { [watchedAnnotation]: 'always' } } }),
  })
  expect(await ask()).toMatchObject({ node_hours: 0, unknown_node_hours: 36 })
  await fetch(embedded.url + path, { method: 'DELETE' })
  expect(await ask()).toMatchObject({ node_hours: 0, unknown_node_hours: 36 })
})

test('a history that somebody has filled with nonsense, or deleted, saves nothing', async () => {
  await keep(
    'project-a',
    `${'x'.repeat(5000)}\n{"scaleDown":"never"}\n${night('projecta').replace('"count":2', '"count":1e9')}`,
  )
  await fetch(`${embedded.url}/api/v1/namespaces/project-b/configmaps/${historyName}`, { method: 'DELETE' })
  expect(await ask()).toMatchObject({ node_hours: 0, unknown_node_hours: 0 })
})

test('of many projects takes one LIST of the histories and not a GET each', async () => {
  const more = Array.from({ length: 11 }, (_, index) => ({ ...projectB, name: `p${index}`, namespaces: ['default'] }))
  client.calls.length = 0
  expect((await ask({ projects: [projectA, projectB, ...more] })).node_hours).toBe(34)
  const asked = client.calls.map(({ verb, url = '' }) => `${verb} ${url.split('/').at(-1)}`)
  expect(asked.toSorted()).toEqual(['get verify-scaled-to-zero', 'list configmaps', 'list namespaces'])
})

test('is about one project alone where that is asked for', async () => {
  const { node_hours, projects } = await ask({ query: '?project=b' })
  expect([node_hours, projects.map(({ project }) => project)]).toEqual([17, ['b']])
  expect(await ask({ query: '?project=a', by: 'of-bob-123' })).toMatchObject({ error: 'project-not-found' })
})
