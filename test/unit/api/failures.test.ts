import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../../dev/cluster/index.ts'
import { logFieldsOf } from '../../../shared/api/index.ts'
import { type Cluster, type ProjectSettings, ScalingError } from '../../../shared/scaling/index.ts'
import { clusterAt } from '../kubernetes/clusterAt.ts'
import { apiOn } from './apiOn.ts'

const projects: ProjectSettings[] = [
  { name: 'a', namespaces: ['project-a'], scaleDown: [], scaleUp: [], timeZone: 'UTC' },
]
const webhook = new ScalingError('cluster-unreachable', 'failed calling webhook', {
  cause: new Error('the whole story'),
})

let embedded: EmbeddedCluster
let client: ReturnType<typeof clusterAt>
beforeAll(async () => {
  embedded = await startCluster()
  client = clusterAt(embedded.url)
})
afterAll(async () => {
  await client.close()
  await embedded.stop()
})

/** An API whose cluster has a broken webhook for CronJobs, which cannot even be listed, or as told. */
const broken = (cluster: Partial<Cluster> = {}) =>
  apiOn(
    {
      ...client.cluster,
      listWorkloads: async (query, options) => {
        if (query.kind === 'CronJob') throw webhook
        return client.cluster.listWorkloads(query, options)
      },
      ...cluster,
    },
    { projects },
  )

async function post(api: ReturnType<typeof apiOn>['api'], path: string, body: object = { reason: 'test' }) {
  const response = await api.request(`/api/v1/${path}`, { method: 'POST', body: JSON.stringify(body) })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

test('a dry run that fails says that it is one', async () => {
  const { api } = broken()
  const { body } = await post(api, 'projects/a/scale-to-zero?dry_run=true')
  expect(body).toMatchObject({ error: 'sweep-incomplete', dry_run: true })
  expect(body.message).toMatch(/^Dry run, so nothing was changed: Project a would not be wholly scaled to zero: /)
  expect(body.message).not.toContain('Repeat the request')
  const missing = await post(api, 'deployments/project-a/missing/restore?dry_run=true')
  expect(missing.body).toMatchObject({
    error: 'workload-not-found',
    dry_run: true,
    message: 'Dry run, so nothing was changed: Deployment project-a/missing not found',
  })
  const real = await post(api, 'deployments/project-a/missing/restore')
  expect(real.body).toMatchObject({ message: 'Deployment project-a/missing not found' })
  expect(real.body).not.toHaveProperty('dry_run')
})

test('a sweep that could not do all of it has the outcome of every workload, and the log has the causes', async () => {
  const { api, records } = broken()
  const { status, body } = await post(api, 'projects/a/scale-to-zero')
  expect(status).toBe(503)
  expect(body.workloads).toEqual(
    expect.arrayContaining([
      { kind: 'CronJob', namespace: 'project-a', name: '*', result: 'failed', why: 'failed calling webhook' },
      {
        kind: 'Deployment',
        namespace: 'project-a',
        name: 'sample-app-a',
        result: 'changed',
        previous_replicas: 2,
        target_replicas: 0,
      },
    ]),
  )
  expect(body.message).toMatch(/CronJob project-a\/\*: failed calling webhook$/)
  const [record] = records
  expect(record && logFieldsOf(record)).toMatchObject({ result: 'failed', cause: 'the whole story' })
})

test('a project whose failures are too many for a message has all of them among its workloads', async () => {
  const { api } = broken({
    listWorkloads: async (query, options) => {
      const [one] = await client.cluster.listWorkloads({ ...query, kind: 'Deployment' }, options)
      if (one === undefined || query.kind !== 'StatefulSet') return []
      return Array.from({ length: 30 }, (_, index) => ({
        ...one,
        ref: { ...one.ref, kind: 'StatefulSet' as const, name: `db-${index}` },
        desiredReplicas: 1,
      }))
    },
    patchWorkload: async () => {
      throw webhook
    },
  })
  const { body } = await post(api, 'projects/a/scale-to-zero')
  expect(body.workloads).toHaveLength(30)
  expect(body.message).toMatch(/; …$/)
})
