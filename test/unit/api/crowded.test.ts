import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../../dev/cluster/index.ts'
import { type Cluster, type ProjectSettings, ScalingError } from '../../../shared/scaling/index.ts'
import { clusterAt } from '../kubernetes/clusterAt.ts'
import { apiOn } from './apiOn.ts'

const schedule = { scaleDown: [], scaleUp: [], timeZone: 'UTC' }
const projects: ProjectSettings[] = [
  { ...schedule, name: 'a', namespaces: ['project-a'], nodePool: 'projecta' },
  { ...schedule, name: 'b', namespaces: ['project-b'] },
]
const tooLarge = new ScalingError('listing-too-large', 'The objects of project-a are too many')

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

interface ProjectBody {
  name: string
  faults: string[]
  workloads: { active: number }
  nodes: { warnings: string[] }
}

async function readProjects(cluster: Partial<Cluster>) {
  const { api } = apiOn({ ...client.cluster, ...cluster }, { projects })
  const { projects: found } = (await (await api.request('/api/v1/projects')).json()) as { projects: ProjectBody[] }
  return Object.fromEntries(found.map((project) => [project.name, project]))
}

test('a project with more workloads than can be read is told so, and the others are as they are', async () => {
  const { a, b } = await readProjects({
    async listWorkloads(query, options) {
      if (query.kind !== 'Deployment') return client.cluster.listWorkloads(query, options)
      options?.onTooLarge?.('project-a', tooLarge)
      const listed = await client.cluster.listWorkloads(query, options)
      return listed.filter(({ ref }) => ref.namespace !== 'project-a')
    },
  })
  expect(a).toMatchObject({ faults: [tooLarge.message], workloads: { active: 0 } })
  expect(b).toMatchObject({ faults: [], workloads: { active: 1 } })
})

test('budgets that are too many to be read are told to their own project only', async () => {
  const { api } = apiOn(client.cluster, { projects })
  await api.request('/api/v1/projects/a/scale-to-zero', { method: 'POST', body: '{"reason":"test"}' })
  const { a, b } = await readProjects({
    async listPodDisruptionBudgets(options) {
      options?.onTooLarge?.('project-a', tooLarge)
      return []
    },
  })
  expect(a?.nodes.warnings).toContain(tooLarge.message)
  expect(b?.nodes.warnings).not.toContain(tooLarge.message)
})
