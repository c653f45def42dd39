import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createNamespace, type TestNamespace } from '../namespace.ts'
import { isoTime } from './fields.ts'
import type { Body, TestedApi } from './testedApi.ts'

export function describeProjects(tested: TestedApi): void {
  const { call } = tested

  describe('a project', () => {
    let project: TestNamespace
    beforeAll(async () => {
      project = await createNamespace(tested.subject.kubeconfig, {
        labels: { 'aks-scale-to-zero/managed': 'true' },
        annotations: {
          'aks-scale-to-zero/scale-down': '0 22 * * *',
          'aks-scale-to-zero/scale-up': '0 7 * * MON-FRI',
          'aks-scale-to-zero/time-zone': 'Asia/Tokyo',
        },
      })
    })
    afterAll(() => project?.remove())

    const sweep = (action: string, query = '') =>
      call(`/api/v1/projects/${project.namespace}/${action}${query}`, {
        method: 'POST',
        body: JSON.stringify({ reason: 'holidays' }),
      })
    type Swept = { kind: string; name: string; result: string; why?: string }
    const outcomes = (body: Body) =>
      Object.fromEntries((body.workloads as Swept[]).map(({ name, result, why }) => [name, why ?? result]))

    test('shows its schedule, its next transitions and the states of its workloads', async () => {
      const answer = await call(`/api/v1/projects/${project.namespace}`)
      expect(answer.status).toBe(200)
      expect(answer.body).toEqual({
        status: 'success',
        project: {
          name: project.namespace,
          may: 'change',
          namespaces: [project.namespace],
          nodes: {
            should_be_asleep: false,
            pools: [],
            nodes: [],
            warnings: [],
            unknown: `Project ${project.namespace} has no annotation aks-scale-to-zero/node-pool or aks-scale-to-zero/node-selector that can be used, so its nodes are not known`,
          },
          schedule: {
            ...{ scale_down: ['0 22 * * *'], scale_up: ['0 7 * * MON-FRI'], time_zone: 'Asia/Tokyo' },
            from: 'namespace',
          },
          state: 'awake',
          next: { action: 'scale-down', at: expect.stringContaining('T13:00:00'), because: '0 22 * * *' },
          intervals: expect.arrayContaining([expect.objectContaining({ state: 'asleep' })]),
          last_transitions: {},
          next_transitions: {
            scale_down: expect.stringContaining('T13:00:00'),
            scale_up: expect.stringContaining('T22:00:00'),
          },
          workloads: { active: 0, scaling: 0, asleep: 0, inactive: 0 },
          waking: [],
          left_out: [],
          exceptions: [],
          faults: [],
        },
        timestamp: isoTime,
      })
      const all = (await call('/api/v1/projects')).body.projects as { name: string }[]
      expect(all.map(({ name }) => name)).toContain(project.namespace)
      expect(all.map(({ name }) => name)).not.toContain(tested.kubernetes.namespace)
    })

    test('has its nodes guessed by what all its workloads select, where its namespace names none', async () => {
      const guessed = await createNamespace(tested.subject.kubeconfig, {
        labels: { 'aks-scale-to-zero/managed': 'true' },
      })
      try {
        await guessed.deploy({ replicas: 0, on: { 'example.com/team': 'a' } })
        const { body } = await call(`/api/v1/projects/${guessed.namespace}`)
        expect(body.project).toMatchObject({
          nodes: { nodes: [], guess: expect.stringContaining('by the nodeSelector example.com/team=a') },
        })
      } finally {
        await guessed.remove()
      }
    })

    test('sleeps and wakes as a whole, each workload as it was', async () => {
      const deployment = await project.deploy({ replicas: 3, runs: false })
      const set = await project.deployStatefulSet(2)
      const job = await project.deployCronJob(false)
      const suspended = await project.deployCronJob(true)
      const stopped = await project.deploy({ replicas: 0 })
      const excluded = await project.deploy({ runs: false, annotations: { 'aks-scale-to-zero/exclude': 'true' } })
      const operated = await project.deploy({ runs: false, owner: 'my-kafka' })
      const byName = await project.deploy({ runs: false })
      await call(`/api/v1/deployments/${project.namespace}/${byName}/scale-to-zero`, {
        method: 'POST',
        body: '{"reason":"by name"}',
      })

      expect(outcomes((await sweep('scale-to-zero', '?dry_run=true')).body)).toMatchObject({
        [deployment]: 'changed',
      })
      expect((await project.read(deployment)).spec?.replicas).toBe(3)

      const slept = await sweep('scale-to-zero')
      expect(slept.status).toBe(200)
      expect(outcomes(slept.body)).toEqual({
        [deployment]: 'changed',
        [set]: 'changed',
        [job]: 'changed',
        [suspended]: 'at-zero-before',
        [stopped]: 'at-zero-before',
        [excluded]: 'aks-scale-to-zero/exclude is "true"',
        [operated]: 'managed by Kafka my-kafka',
        [byName]: 'already',
      })
      expect((await project.read(deployment)).spec?.replicas).toBe(0)
      expect((await project.readStatefulSet(set)).spec?.replicas).toBe(0)
      expect((await project.readCronJob(job)).spec?.suspend).toBe(true)
      expect((await project.read(excluded)).spec?.replicas).toBe(2)
      expect((await call(`/api/v1/projects/${project.namespace}`)).body.project).toMatchObject({
        workloads: { asleep: 4, inactive: 2 },
      })

      const again = (await sweep('scale-to-zero')).body
      expect(outcomes(again)).toMatchObject({ [deployment]: 'already', [set]: 'already' })
      expect(again.message).toBe('Nothing to do: 6 are at zero already, 2 are left out')

      const woken = await sweep('restore')
      expect(outcomes(woken.body)).toEqual({
        [deployment]: 'changed',
        [set]: 'changed',
        [job]: 'changed',
        [byName]: 'put to zero by name, so it wakes by name',
      })
      expect((await project.read(deployment)).spec?.replicas).toBe(3)
      expect((await project.readStatefulSet(set)).spec?.replicas).toBe(2)
      expect((await project.readCronJob(job)).spec?.suspend).toBe(false)
      expect((await project.readCronJob(suspended)).spec?.suspend).toBe(true)
      expect((await project.read(byName)).spec?.replicas).toBe(0)
      const byNamePath = `/api/v1/deployments/${project.namespace}/${byName}/restore`
      expect((await sweep('restore')).body).toMatchObject({
        status: 'success',
        message: `Nothing woken: 1 workload sleeps by name; wake it by name with POST ${byNamePath}`,
        workloads: [{ name: byName, result: 'skipped' }],
      })
      await call(byNamePath, { method: 'POST', body: '{"reason":"by name"}' })
      expect((await sweep('restore')).body).toMatchObject({
        message: `Nothing woken: no workload of project ${project.namespace} was put to zero by this service`,
        workloads: [],
      })
    })

    test.each([
      ['GET', ''],
      ['POST', '/scale-to-zero'],
      ['POST', '/restore'],
    ])('that does not exist is 404 (%s %s)', async (method, action) => {
      const init = method === 'POST' ? { method, body: '{"reason":"x"}' } : {}
      // A namespace without the label is not a project, although it exists.
      for (const name of ['missing', tested.kubernetes.namespace]) {
        const answer = await call(`/api/v1/projects/${name}${action}`, init)
        expect(answer).toMatchObject({
          status: 404,
          body: { error: 'project-not-found', message: `Project ${name} not found` },
        })
      }
    })

    test('is not swept without a reason', async () => {
      const answer = await call(`/api/v1/projects/${project.namespace}/scale-to-zero`, { method: 'POST', body: '{}' })
      expect(answer).toMatchObject({ status: 400, body: { details: [{ path: 'reason' }] } })
    })
  })
}
