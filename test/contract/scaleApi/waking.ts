import { describe, expect, test } from '@jest/globals'
import { waitFor } from '../../waitFor.ts'
import { createNamespace } from '../namespace.ts'
import { isoTime } from './fields.ts'
import type { TestedApi } from './testedApi.ts'

interface Waking {
  stage: string
  pods: { stage: string }[]
}

export function describeWaking(tested: TestedApi): void {
  const { call, pathOf, post, sleep, status, wait, deployRunning } = tested

  describe('a Deployment that should wake', () => {
    const progress = (stages: string[]) => ({
      stage: expect.stringMatching(new RegExp(`^(${stages.join('|')})$`)),
      since: isoTime,
    })

    /** A Deployment that fits on no node, and its status once the controllers and the scheduler have looked at it. */
    const deployStuck = async () => {
      const deployment = await tested.kubernetes.deploy({ runs: false })
      const found = await waitFor({
        what: 'the scheduler has looked at both Pods',
        look: async () => (await status(deployment)).body.deployment,
        until: ({ status: state, waking }) =>
          state === 'scaling' &&
          (waking as Waking | undefined)?.pods.length === 2 &&
          (waking as Waking).pods.every(({ stage }) => stage === 'waiting-for-node'),
      })
      return { deployment, found }
    }

    test('has a stage, and so has each of its Pods', async () => {
      const { deployment, found } = await deployStuck()
      // The scheduler and the autoscaler both name the property that the Pod needs of a node.
      const why = expect.stringMatching(/node affinity|incompatible/)
      const stuck = { stage: 'waiting-for-node', since: isoTime, why }
      expect(found).toMatchObject({
        waking: { ...stuck, pods: Array(2).fill({ ...stuck, name: expect.stringContaining(deployment) }) },
      })
      await sleep(deployment)
      expect((await status(deployment)).body.deployment).not.toHaveProperty('waking')
    })

    test('is listed in its project, too', async () => {
      const project = await createNamespace(tested.subject.kubeconfig, {
        labels: { 'aks-scale-to-zero/managed': 'true' },
      })
      const name = await project.deploy({ runs: false })
      const set = await project.deployStatefulSet(1)
      await project.deploy({ replicas: 0 })
      await project.deployCronJob(false)
      const waking = await waitFor({
        what: 'both are waiting for a node',
        look: async () => {
          const { body } = await call(`/api/v1/projects/${project.namespace}`)
          return (body.project as { waking: (Waking & { kind: string; name: string })[] }).waking
        },
        until: (found) => found.length === 2 && found.every(({ stage }) => stage === 'waiting-for-node'),
      })
      const stuck = { ...progress(['waiting-for-node']), why: expect.any(String) }
      const at = (kind: string, one: string) => ({ ...stuck, kind, namespace: project.namespace, name: one })
      const podOf = (one: string) => ({ ...stuck, name: expect.stringContaining(one) })
      expect(waking).toHaveLength(2)
      expect(waking).toEqual(
        expect.arrayContaining([
          { ...at('Deployment', name), pods: [podOf(name), podOf(name)] },
          { ...at('StatefulSet', set), pods: [podOf(set)] },
        ]),
      )
      const all = (await call('/api/v1/projects')).body.projects as { name: string; waking: object[] }[]
      const listed = all.find((one) => one.name === project.namespace)?.waking
      expect(listed).toEqual(expect.arrayContaining([at('Deployment', name), at('StatefulSet', set)]))
      await project.remove()
    })

    test('is waited for until it is ready', async () => {
      const deployment = await deployRunning()
      await sleep(deployment)
      const waiting = wait(deployment)
      await post(deployment, 'restore', { reason: 'morning' })
      const { status: code, body } = await waiting
      expect({ code, body }).toMatchObject({
        code: 200,
        body: { ready: true, deployment: { status: 'active', current_replicas: 2 } },
      })
      expect(body.deployment).not.toHaveProperty('waking')
    })

    test('is not waited for when it is ready already', async () => {
      const deployment = await deployRunning()
      // The wait could last longer than this test may take.
      expect((await wait(deployment, 220)).body).toMatchObject({ ready: true })
    })

    test.each([
      ['cannot start', false, { status: 'scaling', waking: { stage: 'waiting-for-node' } }],
      ['sleeps', true, { status: 'inactive' }],
    ])('is reported as not ready when the time is over and it %s', async (_what, sleeps, expected) => {
      const { deployment } = await deployStuck()
      if (sleeps) await sleep(deployment)
      const startedAt = performance.now()
      // A tenth of it is for the last look, which must succeed on a busy machine, too.
      const { status: code, body } = await wait(deployment, 6)
      expect({ code, body }).toMatchObject({ code: 200, body: { ready: false, deployment: expected } })
      expect(performance.now() - startedAt).toBeGreaterThan(5000)
    })

    test('is not found when it is deleted meanwhile', async () => {
      const deployment = await tested.kubernetes.deploy({ runs: false })
      const waiting = wait(deployment)
      await wait(deployment, 1)
      await tested.kubernetes.delete(deployment)
      const answer = await waiting
      expect(answer).toMatchObject({ status: 404, body: { error: 'workload-not-found' } })
    })

    test('can be waited for by a hundred requests, and all of them are answered', async () => {
      const deployment = await tested.kubernetes.deploy()
      await sleep(deployment)
      const waiters = Array.from({ length: 100 }, () => wait(deployment))
      await post(deployment, 'restore', { reason: 'morning' })
      const answers = await Promise.all(waiters)
      expect(answers.map(({ body }) => body.ready)).toEqual(Array(100).fill(true))
    })

    test('does not delay other requests while it is waited for', async () => {
      const stuck = await tested.kubernetes.deploy({ runs: false })
      const waiters = Array.from({ length: 100 }, () => wait(stuck, 3))
      expect((await status(stuck)).status).toBe(200)
      expect((await sleep(stuck)).body.result).toBe('changed')
      for (const { body } of await Promise.all(waiters)) expect(body).toMatchObject({ ready: false })
    })

    test('is not waited for when it does not exist', async () => {
      expect(await wait('missing')).toMatchObject({ status: 404, body: { error: 'workload-not-found' } })
    })

    test.each([
      ['wait=active', 'wait'],
      ['wait=', 'wait'],
      ['timeout=60', 'timeout'],
      ...['0', '221', '-1', '1.5', '1e2', '', 'soon'].map((timeout) => [`wait=ready&timeout=${timeout}`, 'timeout']),
      ['wait=ready&wait=ready', 'wait'],
      ['wait=ready&until=morning', 'until'],
    ])('cannot be waited for with %s', async (query, path) => {
      const answer = await call(`${pathOf('any', 'status')}?${query}`)
      expect(answer).toMatchObject({ status: 400, body: { error: 'invalid-request', details: [{ path }] } })
    })
  })
}
