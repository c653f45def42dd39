import { expect, test } from '@jest/globals'
import {
  type Cluster,
  type Project,
  ScalingError,
  scaleToZero,
  workloadsOfProject,
} from '../../../../shared/scaling/index.ts'
import { embeddedForAll } from '../../kubernetes/embeddedFor.ts'
import { scalingOn } from '../scalingOn.ts'

const at = embeddedForAll()

const projectOf = (...namespaces: string[]) => ({ namespaces: namespaces.map((name) => ({ name })) }) as Project
const read = (project: Project, cluster: Partial<Cluster> = {}) =>
  workloadsOfProject(scalingOn({ ...at.client.cluster, ...cluster }), project, {})

test('the workloads of all namespaces of a project come in the order of names, and no others', async () => {
  const names = async (project: Project) => (await read(project)).workloads.map(({ workload }) => workload.ref.name)
  const [a, b] = [await names(projectOf('project-a')), await names(projectOf('project-b'))]
  expect(a.length).toBeGreaterThan(0)
  expect(b.length).toBeGreaterThan(0)
  expect(await names(projectOf('project-b', 'project-a'))).toEqual([...a, ...b].sort())
})

test('a sleeper has its record, and others have none', async () => {
  const ref = { kind: 'Deployment' as const, namespace: 'project-a', name: 'sample-app-a' }
  const request = { ref, reason: 'night', actor: 'alice', now: new Date(), scope: 'project' as const }
  await scaleToZero(scalingOn(at.client.cluster), { ...request, scheduledScaleUp: undefined })
  const { workloads } = await read(projectOf('project-a', 'project-b'))
  const told = Object.fromEntries(workloads.map(({ workload, status }) => [workload.ref.name, status]))
  expect(told['sample-app-a']).toMatchObject({ state: 'inactive', record: { reason: 'night', scaledBy: 'alice' } })
  expect(told['sample-app-b']?.record).toBeUndefined()
})

test('a list that is too large is told, and the other ones are there', async () => {
  const error = new ScalingError('listing-too-large', 'The objects of project-a are too many')
  const { workloads, unread } = await read(projectOf('project-a', 'project-b'), {
    async listWorkloads(query, options) {
      if (query.namespace !== 'project-a' || query.kind !== 'Deployment')
        return at.client.cluster.listWorkloads(query, options)
      options?.onTooLarge?.('project-a', error)
      return []
    },
  })
  expect(unread).toEqual([error.message])
  expect(workloads.map(({ workload }) => workload.ref.namespace)).toEqual(['project-b'])
})
