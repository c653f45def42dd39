import { readFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import type { V1Deployment } from '@kubernetes/client-node'
import { waitFor } from '../waitFor.ts'
import { createNamespace, type TestNamespace } from './namespace.ts'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

/** The API in one of its hosts, on one cluster. */
export interface Subject {
  url: string
  /** The headers that let a request in. */
  headers: Record<string, string>
  /** The actor that such a request is recorded with. */
  actor: string
  /** The guard that refuses a request without a key: the Functions host, with an empty body, or the API. */
  guard: 'host' | 'api'
  /** Whether the host has an identity in Azure; Azure then has the node pools of the samples. */
  azure: boolean
  /** An administrator's kubeconfig, as text. */
  kubeconfig: string
  stop(): Promise<unknown>
}

type Body = Record<string, unknown> & {
  message: string
  result?: string
  deployment: Record<string, unknown>
  details?: { path: string; message: string }[]
}

interface Waking {
  stage: string
  pods: { stage: string }[]
}

// Controllers are slow on a busy machine; every wait below ends as soon as its condition holds.
jest.setTimeout(120_000)

/** The names of the annotations that this product has put on a Deployment. */
const ourAnnotations = ({ metadata }: Pick<V1Deployment, 'metadata'>): string[] =>
  Object.keys(metadata?.annotations ?? {}).filter((key) => key.startsWith('aks-scale-to-zero/'))

const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
/** The trace that waking leaves until the workload sleeps again. */
const trace = { 'aks-scale-to-zero/woken-at': isoTime, 'aks-scale-to-zero/woken-by': expect.any(String) }
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()

/**
 * Tests the promises of the API. Every subject, embedded or real, must keep all of them.
 * @param start brings the subject up; called once
 */
export function describeScaleApi(name: string, start: () => Promise<Subject>): void {
  describe(name, () => {
    let subject: Subject
    let kubernetes: TestNamespace
    beforeAll(async () => {
      subject = await start()
      kubernetes = await createNamespace(subject.kubeconfig)
    }, 120_000)
    afterAll(async () => {
      await kubernetes?.remove()
      await subject?.stop()
    }, 60_000)

    const call = async (path: string, init: RequestInit = {}) => {
      const response = await fetch(subject.url + path, {
        ...init,
        headers: { ...subject.headers, ...(init.headers as Record<string, string>) },
      })
      const text = await response.text()
      return { status: response.status, headers: response.headers, text, body: parse(text) }
    }
    const pathOf = (deployment: string, action: string) =>
      `/api/v1/deployments/${kubernetes.namespace}/${deployment}/${action}`
    const post = (deployment: string, action: string, body: unknown) =>
      call(pathOf(deployment, action), { method: 'POST', body: JSON.stringify(body) })
    const sleep = (deployment: string, more: object = {}) =>
      post(deployment, 'scale-to-zero', { reason: 'nightly', ...more })
    const status = (deployment: string) => call(pathOf(deployment, 'status'))
    const wait = (deployment: string, timeout = 60) =>
      call(`${pathOf(deployment, 'status')}?wait=ready&timeout=${timeout}`)
    const statusWhen = (deployment: string, state: string) =>
      waitFor({
        what: `${deployment} is ${state}`,
        look: async () => (await status(deployment)).body.deployment,
        until: (found) => found.status === state,
      })
    const deployRunning = async (replicas = 2, annotations: Record<string, string> = {}) => {
      const deployment = await kubernetes.deploy({ replicas, annotations })
      await statusWhen(deployment, 'active')
      return deployment
    }

    describe('the service', () => {
      test('is healthy', async () => {
        const { status, body } = await call('/health', { headers: {} })
        expect({ status, body }).toEqual({ status: 200, body: { status: 'healthy', version, time: isoTime } })
      })

      test('is ready when it reaches Kubernetes', async () => {
        const { status, body } = await call('/ready')
        expect({ status, body }).toEqual({
          status: 200,
          body: { status: 'ready', kubernetes: 'connected', time: isoTime },
        })
      })

      test('describes itself, to programs and to people', async () => {
        expect((await call('/openapi.json')).body).toMatchObject({ openapi: '3.1.0' })
        const page = await call('/docs')
        expect(page.text).toContain('docs/swagger-ui-bundle.js')
        expect(page.headers.get('x-request-id')).toMatch(/./)
      })

      test.each([
        ['of a route', '/health'],
        ['with the OpenAPI document', '/openapi.json'],
        ['with an error', '/no/such/path'],
      ])('ends the answer %s with a line break, so that the next prompt is on its own line', async (_what, path) => {
        const { text, headers } = await call(path)
        expect(text).toMatch(/^\{.*\}\n$/)
        expect(Number(headers.get('content-length') ?? Buffer.byteLength(text))).toBe(Buffer.byteLength(text))
        expect((await call(path, { method: 'HEAD' })).text).toBe('')
      })

      test.each([
        ['of a probe', '/health'],
        ['with data', '/api/v1/projects'],
        ['with the OpenAPI document', '/openapi.json'],
        ['that is a page', '/docs'],
        ['with an error', '/api/v1/projects/<b>'],
        ['for no route', '/<script>alert(1)</script>'],
      ])(
        'tells a browser with the answer %s to guess no type, to frame nothing and to name no address',
        async (_what, path) => {
          const { headers } = await call(path)
          expect(headers.get('content-type')).toMatch(path === '/docs' ? /^text\/html/ : /^application\/json/)
          expect(headers.get('x-content-type-options')).toBe('nosniff')
          expect(headers.get('referrer-policy')).toBe('no-referrer')
          expect(headers.get('content-security-policy')).toMatch(/^default-src 'none';.* frame-ancestors 'none'/)
          expect(headers.get('content-security-policy')).not.toMatch(/unsafe|\*|:\/\//)
        },
      )

      test.each([
        ['a valid one is kept', 'trace-7_a', true],
        ['one that is too long is replaced', 'x'.repeat(1000), false],
        ['a hostile one is replaced', '{"a":"b"}', false],
      ])('gives each request an id: %s', async (_what, id, kept) => {
        const { headers } = await call('/health', { headers: { 'x-request-id': id } })
        expect(headers.get('x-request-id') === id).toBe(kept)
        expect(headers.get('x-request-id')).toMatch(/^[\w=-]{1,128}$/)
      })
    })

    describe('the status', () => {
      test('of a running Deployment has its replicas', async () => {
        const deployment = await deployRunning()
        const { body, status: code } = await status(deployment)
        expect(code).toBe(200)
        expect(body).toEqual({
          status: 'success',
          message: 'Deployment status retrieved successfully',
          deployment: {
            name: deployment,
            namespace: kubernetes.namespace,
            deployment,
            current_replicas: 2,
            desired_replicas: 2,
            available_replicas: 2,
            status: 'active',
            last_scale_time: isoTime,
          },
          timestamp: isoTime,
        })
      })

      test('of a sleeping Deployment has its former replicas and the reason', async () => {
        const deployment = await deployRunning()
        const wakeAt = inHours(8)
        const before = Date.now()
        await sleep(deployment, { scheduled_scale_up: wakeAt })
        const found = (await status(deployment)).body.deployment
        expect(found).toMatchObject({
          desired_replicas: 0,
          status: 'inactive',
          original_replicas: 2,
          scaling_reason: 'nightly',
          scaled_by: subject.actor,
          scheduled_scale_up: wakeAt,
        })
        expect(Date.parse(found.last_scale_time as string)).toBeGreaterThanOrEqual(before)
      })

      test('of a Deployment without a node is scaling', async () => {
        const deployment = await kubernetes.deploy({ runs: false })
        await waitFor({
          what: 'the controller has seen it',
          look: () => status(deployment),
          until: ({ body }) => body.deployment.status === 'scaling',
        })
      })

      test('has the time at which the replicas last changed, also when somebody else changed them', async () => {
        const deployment = await deployRunning()
        const made = (await status(deployment)).body.deployment.last_scale_time as string
        await waitFor({
          what: 'the second in which it was made is over',
          look: async () => Date.now() - Date.parse(made),
          until: (age) => age > 1500,
        })
        // Kubernetes keeps whole seconds.
        const before = Math.floor(Date.now() / 1000) * 1000
        await kubernetes.scaleByHand(deployment, 1)
        const found = await statusWhen(deployment, 'active')
        expect(Date.parse(found.last_scale_time as string)).toBeGreaterThanOrEqual(before)
      })
    })

    describe('a Deployment that should wake', () => {
      const progress = (stages: string[]) => ({
        stage: expect.stringMatching(new RegExp(`^(${stages.join('|')})$`)),
        since: isoTime,
      })

      /** A Deployment that fits on no node, and its status once the controllers and the scheduler have looked at it. */
      const deployStuck = async () => {
        const deployment = await kubernetes.deploy({ runs: false })
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
        const project = await createNamespace(subject.kubeconfig, { labels: { 'aks-scale-to-zero/managed': 'true' } })
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
        const deployment = await kubernetes.deploy({ runs: false })
        const waiting = wait(deployment)
        await wait(deployment, 1)
        await kubernetes.delete(deployment)
        const answer = await waiting
        expect(answer).toMatchObject({ status: 404, body: { error: 'workload-not-found' } })
      })

      test('can be waited for by a hundred requests, and all of them are answered', async () => {
        const deployment = await kubernetes.deploy()
        await sleep(deployment)
        const waiters = Array.from({ length: 100 }, () => wait(deployment))
        await post(deployment, 'restore', { reason: 'morning' })
        const answers = await Promise.all(waiters)
        expect(answers.map(({ body }) => body.ready)).toEqual(Array(100).fill(true))
      })

      test('does not delay other requests while it is waited for', async () => {
        const stuck = await kubernetes.deploy({ runs: false })
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

    describe('scale to zero', () => {
      test('sets zero replicas and returns the former number', async () => {
        const deployment = await deployRunning(3)
        const { status: code, body } = await sleep(deployment)
        expect(code).toBe(200)
        expect(body).toEqual({
          status: 'success',
          message: 'Deployment scaled to zero',
          result: 'changed',
          deployment: {
            name: deployment,
            namespace: kubernetes.namespace,
            previous_replicas: 3,
            current_replicas: 0,
            target_replicas: 0,
            target_status: 'scaled-to-zero',
            scaling_reason: 'nightly',
          },
          timestamp: isoTime,
        })
        expect(await kubernetes.read(deployment)).toMatchObject({
          spec: { replicas: 0 },
          metadata: {
            labels: {
              app: deployment,
              'aks-scale-to-zero/asleep': 'true',
              'aks-scale-to-zero/original-replicas': '3',
              'aks-scale-to-zero/scaled-at': expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d_\d\d_\d\d\.\d{3}Z$/),
              'aks-scale-to-zero/scope': 'workload',
            },
            annotations: {
              'aks-scale-to-zero/original-replicas': '3',
              'aks-scale-to-zero/reason': 'nightly',
              'aks-scale-to-zero/scaled-at': isoTime,
              'aks-scale-to-zero/scaled-by': subject.actor,
              'aks-scale-to-zero/scope': 'workload',
            },
          },
        })
      })

      test('keeps the wake-up time in UTC and returns it', async () => {
        const deployment = await kubernetes.deploy()
        const { body } = await sleep(deployment, { scheduled_scale_up: `${inHours(20).slice(0, 19)}+09:00` })
        const kept = new Date(`${inHours(20).slice(0, 19)}+09:00`).toISOString().slice(0, 15)
        expect(body.deployment.scheduled_scale_up).toContain(kept)
        const { metadata } = await kubernetes.read(deployment)
        expect(metadata?.annotations?.['aks-scale-to-zero/scheduled-scale-up']).toBe(body.deployment.scheduled_scale_up)
      })

      test('a second time writes nothing and returns the same numbers', async () => {
        const deployment = await deployRunning()
        const first = await sleep(deployment)
        // A controller writes the status more than once.
        let version: string | undefined
        await waitFor({
          what: 'the controllers are done with it',
          look: () => kubernetes.read(deployment),
          until({ status: found, metadata }) {
            const isSettled = metadata?.resourceVersion === version
            version = metadata?.resourceVersion
            return isSettled && found?.observedGeneration === metadata?.generation && (found?.replicas ?? 0) === 0
          },
        })
        const before = await kubernetes.read(deployment)
        const second = await sleep(deployment)
        expect(second).toMatchObject({
          status: 200,
          body: { result: 'already', message: 'Nothing to do: Deployment is scaled to zero already' },
        })
        expect(second.body.deployment).toEqual(first.body.deployment)
        expect((await kubernetes.read(deployment)).metadata?.resourceVersion).toBe(before.metadata?.resourceVersion)
      })

      test('with another reason updates the reason, and keeps the count', async () => {
        const deployment = await kubernetes.deploy()
        await sleep(deployment)
        const { body } = await sleep(deployment, { reason: 'holidays' })
        expect(body).toMatchObject({ result: 'record-updated', deployment: { previous_replicas: 2 } })
        expect((await status(deployment)).body.deployment).toMatchObject({
          original_replicas: 2,
          scaling_reason: 'holidays',
        })
      })

      test('twenty times at once changes the Deployment once', async () => {
        const deployment = await kubernetes.deploy()
        const answers = await Promise.all(Array.from({ length: 20 }, () => sleep(deployment)))
        expect(answers.map((answer) => answer.status)).toEqual(Array(20).fill(200))
        expect(answers.filter(({ body }) => body.result === 'changed')).toHaveLength(1)
        expect((await status(deployment)).body.deployment).toMatchObject({ original_replicas: 2 })
      })

      test('does not take over a Deployment that somebody else had at zero', async () => {
        const deployment = await kubernetes.deploy({ replicas: 0 })
        const { status: code, body } = await sleep(deployment)
        expect(code).toBe(200)
        expect(body).toMatchObject({
          result: 'at-zero-before',
          message: expect.stringMatching(/^Nothing to do: /),
          deployment: { previous_replicas: 0, target_replicas: 0 },
        })
        const { metadata } = await kubernetes.read(deployment)
        expect(metadata?.labels).toEqual({ app: deployment })
        expect(ourAnnotations({ metadata })).toEqual([])
      })

      test('leaves every other Deployment alone', async () => {
        const [deployment, bystander] = [await kubernetes.deploy(), await deployRunning()]
        const before = await kubernetes.read(bystander)
        await sleep(deployment)
        const after = await kubernetes.read(bystander)
        expect(after.metadata?.generation).toBe(before.metadata?.generation)
        expect([after.spec, after.metadata?.annotations]).toEqual([before.spec, before.metadata?.annotations])
      })

      test('writes an Event that says who did it and why', async () => {
        const deployment = await kubernetes.deploy()
        await sleep(deployment)
        await waitFor({
          what: 'the Event is there',
          look: async () => (await kubernetes.events(deployment)).find(({ reason }) => reason === 'ScaledToZero'),
          until: (event) => event?.message === `Scaled from 2 to 0 replicas by ${subject.actor}: nightly`,
        })
      })
    })

    describe('restore', () => {
      test('brings back exactly the former state', async () => {
        const deployment = await deployRunning(3, { theirs: 'a ~ b/c' })
        const before = await kubernetes.read(deployment)
        await sleep(deployment, { scheduled_scale_up: inHours(1) })
        await statusWhen(deployment, 'inactive')
        const { status: code, body } = await post(deployment, 'restore', { reason: 'morning' })
        expect(code).toBe(200)
        expect(body).toMatchObject({
          message: 'Deployment scaled to 3 replicas',
          result: 'changed',
          deployment: {
            previous_replicas: 0,
            target_replicas: 3,
            target_status: 'scaling-up',
            scaling_reason: 'morning',
          },
        })
        const after = await kubernetes.read(deployment)
        expect(after.spec).toEqual(before.spec)
        expect(after.metadata?.annotations).toEqual({ ...before.metadata?.annotations, ...trace })
        expect(after.metadata?.labels).toEqual(before.metadata?.labels)
        expect(await statusWhen(deployment, 'active')).not.toHaveProperty('original_replicas')
      })

      test('uses the labels when the annotations are those of an earlier revision', async () => {
        const deployment = await kubernetes.deploy({ replicas: 3 })
        await sleep(deployment)
        await kubernetes.annotate(deployment, {
          'aks-scale-to-zero/original-replicas': '1',
          'aks-scale-to-zero/scaled-at': '2026-01-01T00:00:00.000Z',
        })
        const { body } = await post(deployment, 'restore', { reason: 'morning' })
        expect(body).toMatchObject({ result: 'changed', deployment: { target_replicas: 3 } })
        const { metadata } = await kubernetes.read(deployment)
        expect(ourAnnotations({ metadata })).toEqual(Object.keys(trace))
        expect(metadata?.labels).toEqual({ app: deployment })
      })

      test('a second time does nothing', async () => {
        const deployment = await kubernetes.deploy()
        await sleep(deployment)
        await post(deployment, 'restore', { reason: 'morning' })
        const { status: code, body } = await post(deployment, 'restore', { reason: 'morning' })
        expect(code).toBe(200)
        expect(body).toMatchObject({
          result: 'already',
          message: 'Nothing to do: Deployment has 2 replicas already',
          deployment: { target_replicas: 2 },
        })
      })

      test.each([1, 5])('keeps the %i replicas that somebody gave the Deployment meanwhile', async (replicas) => {
        const deployment = await kubernetes.deploy()
        await sleep(deployment)
        await kubernetes.scaleByHand(deployment, replicas)
        const { body } = await post(deployment, 'restore', { reason: 'morning' })
        expect(body).toMatchObject({
          result: 'woken-meanwhile',
          message: expect.stringMatching(/^Nothing woken: /),
          deployment: { target_replicas: replicas },
        })
        const { spec, metadata } = await kubernetes.read(deployment)
        expect(spec?.replicas).toBe(replicas)
        expect(ourAnnotations({ metadata })).toEqual([])
        expect(metadata?.labels).toEqual({ app: deployment })
      })

      test('does not wake a Deployment that somebody else put to zero', async () => {
        const deployment = await kubernetes.deploy({ replicas: 2 })
        await kubernetes.scaleByHand(deployment, 0)
        const { status: code, body } = await post(deployment, 'restore', { reason: 'morning' })
        expect(code).toBe(409)
        expect(body).toMatchObject({ error: 'nothing-to-restore', message: expect.stringContaining('use scale-up') })
        expect((await kubernetes.read(deployment)).spec?.replicas).toBe(0)
      })
    })

    describe('scale up', () => {
      test('sets the replicas, and removes the record', async () => {
        const deployment = await deployRunning()
        await sleep(deployment)
        await waitFor({
          what: 'its Pods are gone',
          look: async () => (await status(deployment)).body.deployment.current_replicas,
          until: (current) => current === 0,
        })
        const { status: code, body } = await post(deployment, 'scale-up', { replicas: 4, reason: 'demo' })
        expect(code).toBe(200)
        expect(body).toMatchObject({
          message: 'Deployment scaled to 4 replicas',
          result: 'changed',
          deployment: { previous_replicas: 0, current_replicas: 0, target_replicas: 4, target_status: 'scaling-up' },
        })
        const active = await statusWhen(deployment, 'active')
        expect(active).toMatchObject({ current_replicas: 4 })
        expect(active).not.toHaveProperty('original_replicas')
      })

      test('a second time does nothing', async () => {
        const deployment = await deployRunning()
        const { body } = await post(deployment, 'scale-up', { replicas: 2, reason: 'demo' })
        expect(body).toMatchObject({
          result: 'already',
          deployment: { previous_replicas: 2, current_replicas: 2, target_status: 'active' },
        })
      })

      test('wakes a Deployment that somebody else had at zero: the request names the number', async () => {
        const deployment = await kubernetes.deploy({ replicas: 0 })
        expect((await post(deployment, 'scale-up', { replicas: 1, reason: 'demo' })).body.result).toBe('changed')
        expect((await kubernetes.read(deployment)).spec?.replicas).toBe(1)
      })
    })

    describe('a dry run', () => {
      test.each(['scale-to-zero', 'scale-up'])('of %s says what would change, and changes nothing', async (action) => {
        const deployment = await kubernetes.deploy({ runs: false })
        const before = await kubernetes.read(deployment)
        const replicas = action === 'scale-up' ? { replicas: 9 } : {}
        const answer = await call(`${pathOf(deployment, action)}?dry_run=true`, {
          method: 'POST',
          body: JSON.stringify({ reason: 'what if', ...replicas }),
        })
        expect(answer).toMatchObject({
          status: 200,
          body: { result: 'changed', dry_run: true, deployment: { target_replicas: replicas.replicas ?? 0 } },
        })
        const after = await kubernetes.read(deployment)
        expect(after.spec).toEqual(before.spec)
        expect(ourAnnotations(after)).toEqual([])
      })

      test.each([
        ['another value', 'dry_run=yes'],
        ['two values', 'dry_run=true&dry_run=false'],
        ['a value and an empty one', 'dry_run=true&dry_run='],
      ])('cannot be asked for with %s', async (_what, query) => {
        const deployment = await kubernetes.deploy({ runs: false })
        const answer = await call(`${pathOf(deployment, 'scale-to-zero')}?${query}`, {
          method: 'POST',
          body: '{"reason":"x"}',
        })
        expect(answer).toMatchObject({ status: 400, body: { details: [{ path: 'dry_run' }] } })
      })
    })

    describe('a project', () => {
      let project: TestNamespace
      beforeAll(async () => {
        project = await createNamespace(subject.kubeconfig, {
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
        expect(all.map(({ name }) => name)).not.toContain(kubernetes.namespace)
      })

      test('has its nodes guessed by what all its workloads select, where its namespace names none', async () => {
        const guessed = await createNamespace(subject.kubeconfig, { labels: { 'aks-scale-to-zero/managed': 'true' } })
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
        for (const name of ['missing', kubernetes.namespace]) {
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

    describe('a project that departs from its schedule', () => {
      let project: TestNamespace
      let deployment: string
      beforeAll(async () => {
        project = await createNamespace(subject.kubeconfig, {
          labels: { 'aks-scale-to-zero/managed': 'true' },
          annotations: { 'aks-scale-to-zero/scale-down': '0 22 * * *', 'aks-scale-to-zero/scale-up': '0 7 * * *' },
        })
        deployment = await project.deploy({ replicas: 2 })
      })
      afterAll(() => project?.remove())

      const ask = (action: string, body: object = {}, query = '') =>
        call(`/api/v1/projects/${project.namespace}/${action}${query}`, {
          method: 'POST',
          body: JSON.stringify({ reason: 'release', ...body }),
        })
      const replicas = async () => (await project.read(deployment)).spec?.replicas
      type Shown = { action: string; at: string; acts: boolean; because: string }
      const transitions = async (): Promise<Shown[]> => {
        const { status, body } = await call(`/api/v1/projects/${project.namespace}/calendar?days=2`)
        expect(status).toBe(200)
        return (body.calendar as { transitions: Shown[] }).transitions
      }
      const exceptions = async () => {
        const { body } = await call(`/api/v1/projects/${project.namespace}`)
        return (body.project as { exceptions: object[] }).exceptions
      }

      test('has a calendar of two transitions a day, each with its line', async () => {
        const shown = await transitions()
        expect(shown.map(({ acts, because }) => `${acts} ${because}`).toSorted()).toEqual([
          'true 0 22 * * *',
          'true 0 22 * * *',
          'true 0 7 * * *',
          'true 0 7 * * *',
        ])
      })

      test('is not woken on the public holidays of its country, each told by its name', async () => {
        const annotations = { 'aks-scale-to-zero/scale-up': '0 7 * * *', 'aks-scale-to-zero/holidays': 'JP' }
        const labels = { 'aks-scale-to-zero/managed': 'true' }
        const japan = await createNamespace(subject.kubeconfig, { labels, annotations })
        try {
          const { body } = await call(`/api/v1/projects/${japan.namespace}/calendar?days=92`)
          const { transitions: shown } = body.calendar as { transitions: Shown[] }
          const holidays = shown.filter(({ because }) => because.startsWith('holiday: '))
          // In Japan no 92 days are without one.
          expect(holidays.length).toBeGreaterThan(0)
          expect(new Set(holidays.map(({ action, acts }) => `${action} ${acts}`))).toEqual(new Set(['scale-up false']))
          const known = { country: 'JP', known_until: expect.any(Number), source: 'date-holidays, CC BY-SA 3.0' }
          expect(body.holidays).toEqual(known)
          const { body: status } = await call(`/api/v1/projects/${japan.namespace}`)
          expect(status.project).toMatchObject({
            holidays: known,
            exceptions: [{ exception: 'holidays', value: 'JP', of: 'project' }],
          })
        } finally {
          await japan.remove()
        }
      })

      test('has a history of who did what, and why, the newest first', async () => {
        const path = `/api/v1/projects/${project.namespace}/history?days=1`
        const asked = (reason: string) => ({ method: 'POST', body: JSON.stringify({ reason }) })
        await call(`/api/v1/projects/${project.namespace}/scale-to-zero`, asked('a break'))
        await call(`/api/v1/projects/${project.namespace}/restore`, asked('back'))
        const history = await waitFor({
          what: 'both sweeps are kept',
          // A time in which no timer ran is an entry too, where the subject has timers that just began.
          look: async () =>
            ((await call(path)).body.history as { what: string }[]).filter(({ what }) => what !== 'unwatched'),
          until: (entries) => entries.length >= 2,
        })
        const swept = { by: subject.actor, results: { changed: 1 }, failures: [] }
        expect(history).toEqual([
          { ...swept, what: 'scale-up', at: expect.any(String), reason: 'back' },
          { ...swept, what: 'scale-down', at: expect.any(String), reason: 'a break' },
        ])
      })

      test('has saved nothing that nobody saw, and the answer says since when somebody looks', async () => {
        const { status, body } = await call('/api/v1/savings?days=2')
        expect(status).toBe(200)
        expect(body).toMatchObject({ status: 'success', days: 2, node_hours: 0, unwatched: expect.any(Array) })
        expect(body.projects as object[]).toContainEqual(
          expect.objectContaining({ project: project.namespace, node_hours: 0, days: [] }),
        )
        expect((await call('/api/v1/savings?days=93')).status).toBe(400)
      })

      test('is kept asleep, and then awake, each as asked for last, with who and why', async () => {
        const until = inHours(30)
        const asleep = await ask('keep-asleep', { until })
        expect([asleep.status, await replicas()]).toEqual([200, 0])
        const awake = await ask('keep-awake', { until })
        expect([awake.status, await replicas()]).toEqual([200, 2])
        expect(await exceptions()).toEqual([
          { exception: 'awake-until', value: until, of: 'project', by: subject.actor, reason: 'release' },
        ])
        expect((await transitions()).filter(({ acts, because }) => !acts && because === 'awake-until')).not.toEqual([])
        expect((await ask('keep-awake', { until })).body.workloads).toEqual([])
      })

      test('skips its next wake-up once, however often that is asked for', async () => {
        const { transition } = (await ask('skip')).body as unknown as { transition: Shown }
        expect((await ask('skip')).body.transition).toEqual(transition)
        expect((await transitions()).filter(({ because }) => because === 'skip').map(({ at }) => at)).toEqual([
          transition.at,
        ])
      })

      test('follows its schedule again', async () => {
        const { body } = await ask('follow-schedule')
        expect(body.taken_back).toEqual(['aks-scale-to-zero/awake-until', 'aks-scale-to-zero/skip'])
        expect((await ask('follow-schedule')).body.taken_back).toEqual([])
        expect(await exceptions()).toEqual([])
      })

      test('gets another schedule, which a dry run shows before', async () => {
        const lines = { scale_up: '0 6 * * *', time_zone: 'Asia/Tokyo' }
        const { body } = await ask('schedule', lines, '?dry_run=true')
        expect(body).toMatchObject({
          dry_run: true,
          schedule: { scale_down: ['0 22 * * *'], scale_up: ['0 6 * * *'], time_zone: 'Asia/Tokyo' },
        })
        expect((await transitions()).map(({ because }) => because)).toContain('0 7 * * *')
        expect((await ask('schedule', lines)).status).toBe(200)
        expect((await transitions()).map(({ because }) => because)).toContain('0 6 * * *')
        expect((await ask('schedule', { scale_down: 'at night' })).status).toBe(400)
      })

      test('is suspended with all others, of which a dry run changes nothing', async () => {
        const suspend = (action: string) =>
          call(`/api/v1/${action}?dry_run=true`, { method: 'POST', body: JSON.stringify({ reason: 'incident' }) })
        expect((await suspend('suspend')).body).toMatchObject({ status: 'success', dry_run: true })
        expect((await suspend('resume')).body).toMatchObject({ status: 'success', dry_run: true })
        expect((await call('/api/v1/suspend', { method: 'POST', body: '{}' })).status).toBe(400)
        expect(await exceptions()).toEqual([])
      })
    })

    describe('the node pools', () => {
      type Pool = { name: string; mode?: string; count: number; nodes: { name: string; pods: number }[] }
      const nodePools = async () => {
        const answer = await call('/api/v1/node-pools')
        expect(answer.status).toBe(200)
        return answer.body as Body & { azure: string; node_pools: Pool[] }
      }

      test('are listed with their nodes and the number of Pods on each', async () => {
        await deployRunning()
        const { status: said, node_pools: pools, timestamp } = await nodePools()
        expect({ said, timestamp }).toEqual({ said: 'success', timestamp: isoTime })
        const system = pools.find(({ name }) => name === 'system')
        expect(system).toMatchObject({ mode: 'System', count: system?.nodes.length, warnings: [] })
        expect(system).not.toHaveProperty('project')
        const node = { name: expect.stringContaining('aks-system-'), ready: true, since: isoTime }
        const counts = { pods: expect.any(Number), daemon_pods: 0 }
        expect(system?.nodes).toEqual(system?.nodes.map(() => ({ ...node, ...counts })))
        const pods = system?.nodes.reduce((sum, one) => sum + one.pods, 0)
        expect(pods).toBeGreaterThanOrEqual(2)
      })

      test('are listed with the facts from Azure, or with the reason why these are missing', async () => {
        const { azure, node_pools: pools } = await nodePools()
        const projecta = pools.find(({ name }) => name === 'projecta')
        if (subject.azure) {
          expect(azure).toBe('connected')
          const states = { provisioning_state: 'Succeeded', power_state: 'Running' }
          expect(projecta).toMatchObject({ mode: 'User', min: 0, max: 5, autoscaling: true, ...states })
        } else {
          expect(azure).toContain('no identity in Azure')
          expect(projecta).not.toHaveProperty('provisioning_state')
        }
      })

      test('accept no unknown parameter', async () => {
        expect(await call('/api/v1/node-pools?pool=x')).toMatchObject({ status: 400 })
      })
    })

    describe('in a storm', () => {
      const writers = Array.from({ length: 20 }, (_, writer) => writer)

      test('of 20 writers that annotate it, a Deployment is put to zero and no write is lost', async () => {
        const deployment = await kubernetes.deploy()
        const storm = writers.map(async (writer) => {
          for (let round = 1; round <= 5; round++) {
            await kubernetes.annotate(deployment, { [`writer-${writer}`]: String(round) })
          }
        })
        const { status: code, body } = await sleep(deployment)
        await Promise.all(storm)
        expect({ code, result: body.result }).toEqual({ code: 200, result: 'changed' })
        const { metadata, spec } = await kubernetes.read(deployment)
        expect(spec?.replicas).toBe(0)
        expect(metadata?.annotations).toMatchObject({
          'aks-scale-to-zero/original-replicas': '2',
          ...Object.fromEntries(writers.map((writer) => [`writer-${writer}`, '5'])),
        })
      })

      test('of 20 writers that scale it, the recorded number is the first of the night that the Deployment had', async () => {
        const deployment = await kubernetes.deploy({ runs: false })
        const storm = writers.map(async (writer) => {
          for (let round = 0; round < 5; round++) await kubernetes.scaleByHand(deployment, 10 + writer)
        })
        const answers = [await sleep(deployment)]
        await Promise.all(storm)
        // During the storm the request may be refused, or its effect undone; after the storm it succeeds.
        answers.push(await sleep(deployment))
        for (const { status: code, body } of answers) {
          if (code === 409) expect(body.error).toBe('workload-changed')
          else expect(code).toBe(200)
        }
        expect(answers.at(-1)?.status).toBe(200)
        // The first count of a night stays, so it is what the first or the second request found.
        const found = answers.flatMap(({ body }) =>
          body.deployment ? [body.deployment.previous_replicas as number] : [],
        )
        await post(deployment, 'restore', { reason: 'morning' })
        const { spec } = await kubernetes.read(deployment)
        expect(found).toContain(spec?.replicas)
        expect([2, ...writers.map((writer) => 10 + writer)]).toContain(spec?.replicas)
      })
    })

    describe('an invalid request', () => {
      const error = (code: string) => ({
        status: 'error',
        message: expect.any(String),
        error: code,
        timestamp: isoTime,
        request_id: expect.any(String),
      })

      test.each([
        ['no reason', 'scale-to-zero', {}, 'reason'],
        ['an empty reason', 'scale-to-zero', { reason: '  ' }, 'reason'],
        ['a reason that is too long', 'scale-to-zero', { reason: 'x'.repeat(501) }, 'reason'],
        ['a reason that is not text', 'scale-to-zero', { reason: 7 }, 'reason'],
        ['NUL in the reason', 'scale-to-zero', { reason: 'a\0b' }, 'reason'],
        ['half a character in the reason', 'scale-to-zero', { reason: 'a\ud800b' }, 'reason'],
        [
          'a wake-up time in the past',
          'scale-to-zero',
          { reason: 'x', scheduled_scale_up: inHours(-1) },
          'scheduled_scale_up',
        ],
        [
          'a wake-up time in two years',
          'scale-to-zero',
          { reason: 'x', scheduled_scale_up: inHours(17_520) },
          'scheduled_scale_up',
        ],
        [
          'a wake-up time without an offset',
          'scale-to-zero',
          { reason: 'x', scheduled_scale_up: '2027-01-01T00:00:00' },
          'scheduled_scale_up',
        ],
        [
          'a wake-up time that is not a time',
          'scale-to-zero',
          { reason: 'x', scheduled_scale_up: 'tomorw' },
          'scheduled_scale_up',
        ],
        [
          'a day that does not exist',
          'scale-to-zero',
          { reason: 'x', scheduled_scale_up: '2027-02-30T00:00:00Z' },
          'scheduled_scale_up',
        ],
        ['no replicas', 'scale-up', { reason: 'x' }, 'replicas'],
        ['zero replicas', 'scale-up', { reason: 'x', replicas: 0 }, 'replicas'],
        ['negative replicas', 'scale-up', { reason: 'x', replicas: -1 }, 'replicas'],
        ['huge replicas', 'scale-up', { reason: 'x', replicas: 1e21 }, 'replicas'],
        ['half a replica', 'scale-up', { reason: 'x', replicas: 1.5 }, 'replicas'],
        ['replicas as text', 'scale-up', { reason: 'x', replicas: '2' }, 'replicas'],
        ['an unknown field', 'restore', { reason: 'x', replicas: 2 }, 'replicas'],
        ['a field that every object has', 'restore', { reason: 'x', constructor: 1 }, 'constructor'],
        ['a list', 'restore', [{ reason: 'x' }], 'body'],
      ])('with %s is 400, and the answer names the field', async (_what, action, body, path) => {
        const deployment = await kubernetes.deploy({ replicas: 1, runs: false })
        const answer = await post(deployment, action, body)
        expect(answer.status).toBe(400)
        expect(answer.body).toEqual({ ...error('invalid-request'), details: [{ path, message: expect.any(String) }] })
        expect((await kubernetes.read(deployment)).spec?.replicas).toBe(1)
      })

      test('gets all its faults at once, those of the path, the query and the body', async () => {
        const deployment = await kubernetes.deploy({ replicas: 1, runs: false })
        const faultsOf = async (path: string, body: string) =>
          (await call(path, { method: 'POST', body })).body.details?.map((fault) => fault.path)
        const path = pathOf(deployment, 'scale-up')
        const body = '{"reason":"","replicas":-1,"force":true}'
        expect(await faultsOf(path, body)).toEqual(['replicas', 'reason', 'force'])
        expect(await faultsOf(`${path}?what_if=1`, body)).toEqual(['what_if', 'replicas', 'reason', 'force'])
        expect(await faultsOf(path.replace(deployment, 'No_Name'), '{')).toEqual(['name', 'body'])
      })

      test.each([
        ['text that is not JSON', 'reason=nightly'],
        ['incomplete JSON', '{"reason":'],
        ['bytes that are not UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d])],
        ['a key given twice', '{"reason":"a","reason":"b"}'],
        ['a key given twice, once with an escape', '{"reason":"a","re\\u0061son":"b"}'],
        ['null', 'null'],
      ])('with %s as its body is 400', async (_what, body) => {
        const deployment = await kubernetes.deploy({ replicas: 1, runs: false })
        const answer = await call(pathOf(deployment, 'scale-to-zero'), { method: 'POST', body })
        expect({ status: answer.status, body: answer.body }).toMatchObject({
          status: 400,
          body: error('invalid-request'),
        })
        expect((await kubernetes.read(deployment)).spec?.replicas).toBe(1)
      })

      test('with an unknown option is 400, rather than carried out without it', async () => {
        const deployment = await kubernetes.deploy({ replicas: 1, runs: false })
        const answer = await call(`${pathOf(deployment, 'scale-to-zero')}?what_if=true`, {
          method: 'POST',
          body: '{"reason":"x"}',
        })
        expect(answer).toMatchObject({ status: 400, body: { details: [{ path: 'what_if' }] } })
        expect((await kubernetes.read(deployment)).spec?.replicas).toBe(1)
      })

      test('with a body of 1 MiB is 413', async () => {
        const answer = await post('any', 'scale-to-zero', { reason: 'x'.repeat(1024 * 1024) })
        expect(answer).toMatchObject({ status: 413, body: error('body-too-large') })
      })

      test.each([
        ['a path upwards', '..', 404],
        ['an encoded path upwards', '%2e%2e%2Fkube-system', 400],
        ['an encoded slash', 'a%2Fb', 400],
        ['half an encoding', 'a%', 400],
        ['NUL', 'a%00b', 400],
        ['letters of another script', '%E3%83%97', 400],
        ['upper case', 'App', 400],
        ['a name that is too long', 'a'.repeat(254), 400],
      ])('for a Deployment named with %s, %s, is %i', async (_what, deployment, code) => {
        expect(await raw(`/api/v1/deployments/${kubernetes.namespace}/${deployment}/status`)).toBe(code)
      })

      test('without a key is 401', async () => {
        const response = await fetch(subject.url + pathOf('any', 'status'))
        expect(response.status).toBe(401)
        const body = await response.text()
        if (subject.guard === 'host') expect(body).toBe('')
        else expect(JSON.parse(body)).toEqual(error('unauthorized'))
      })

      test('with a wrong key is 401', async () => {
        const headers = Object.fromEntries(Object.entries(subject.headers).map(([name, value]) => [name, `${value}x`]))
        expect((await fetch(subject.url + pathOf('any', 'status'), { headers })).status).toBe(401)
      })

      test.each(['kube-system', 'scale-system', 'azure-arc'])('for the namespace %s is 403', async (namespace) => {
        const path = `/api/v1/deployments/${namespace}/any/scale-to-zero`
        const answer = await call(path, { method: 'POST', body: '{"reason":"x"}' })
        expect(answer).toMatchObject({ status: 403, body: error('namespace-protected') })
      })

      test('for the namespace keda is 403, and the answer says which setting allows it', async () => {
        const answer = await call('/api/v1/deployments/keda/keda-operator/restore', { method: 'POST', body: '{}' })
        expect(answer).toMatchObject({ status: 403, body: { error: 'namespace-protected' } })
        expect(answer.body.message).toContain('add -keda to PROTECTED_NAMESPACES')
      })

      test.each<[string, Record<string, string>, number]>([
        ['a page of another site', { origin: 'https://evil.example' }, 403],
        ['a page of another site, in the words of the browser', { 'sec-fetch-site': 'cross-site' }, 403],
        ['a page of this service', { 'sec-fetch-site': 'same-origin' }, 404],
        ['a program', {}, 404],
      ])(
        'that would change something with its key, and comes from %s, is judged by that',
        async (_what, headers, code) => {
          const answer = await call(pathOf('missing', 'restore'), { method: 'POST', body: '{"reason":"x"}', headers })
          expect(answer.status).toBe(code)
          if (code === 403) expect(answer.body).toEqual(error('foreign-origin'))
        },
      )

      test('that comes from a page of this service is served, by the host of the request', async () => {
        const init = { method: 'POST', body: '{"reason":"x"}', headers: { origin: new URL(subject.url).origin } }
        expect((await call(pathOf('missing', 'restore'), init)).status).toBe(404)
      })

      test.each(['scale-to-zero', 'scale-up', 'restore', 'status'])(
        'for %s of a missing Deployment is 404',
        async (action) => {
          const replicas = action === 'scale-up' ? { replicas: 2 } : {}
          const init = action === 'status' ? {} : { method: 'POST', body: JSON.stringify({ reason: 'x', ...replicas }) }
          const answer = await call(pathOf('missing', action), init)
          expect(answer.status).toBe(404)
          expect(answer.body).toEqual({
            ...error('workload-not-found'),
            message: `Deployment ${kubernetes.namespace}/missing not found`,
          })
        },
      )

      test.each([
        ['without a body, as in the operations guide', undefined],
        ['with a body that is not JSON', '{'],
      ])('for a missing Deployment is 404 even %s', async (_what, body) => {
        const answer = await call(pathOf('missing', 'scale-to-zero'), { method: 'POST', body })
        expect(answer).toMatchObject({ status: 404, body: error('workload-not-found') })
      })

      test('for an unknown path is 404', async () => {
        expect(await call('/api/v2/deployments')).toMatchObject({ status: 404, body: error('no-such-route') })
      })

      test.each([
        ['PUT', 'scale-to-zero', 'POST'],
        ['GET', 'restore', 'POST'],
        ['DELETE', 'status', 'GET, HEAD'],
      ])('with %s for %s is 405', async (method, action, allowed) => {
        const answer = await call(pathOf('any', action), { method })
        expect(answer).toMatchObject({ status: 405, body: error('method-not-allowed') })
        expect(answer.headers.get('allow')).toBe(allowed)
      })
    })

    describe('a valid request', () => {
      test.each([
        ['without a content type', undefined],
        ['that calls itself a form, as curl -d does', 'application/x-www-form-urlencoded'],
        ['that calls itself text', 'text/plain;charset=UTF-8'],
        ['with a charset', 'application/json; charset=utf-8'],
      ])('may have a body %s', async (_what, type) => {
        const deployment = await kubernetes.deploy({ replicas: 1, runs: false })
        const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type }
        const body = new TextEncoder().encode('{"replicas":2,"reason":"夜間 🌙 \\"停止\\""}')
        const answer = await call(pathOf(deployment, 'scale-up'), { method: 'POST', headers, body })
        expect(answer).toMatchObject({ status: 200, body: { deployment: { scaling_reason: '夜間 🌙 "停止"' } } })
      })

      test('may have a body in chunks; where the Functions host does not pass these on, the answer says so', async () => {
        const deployment = await kubernetes.deploy({ replicas: 1, runs: false })
        const body = new Blob(['{"reason":"nightly"}']).stream()
        const init = { method: 'POST', body, duplex: 'half' } as RequestInit
        const answer = await call(pathOf(deployment, 'scale-to-zero'), init)
        if (subject.guard === 'api') expect(answer).toMatchObject({ status: 200, body: { result: 'changed' } })
        else {
          const message = expect.stringContaining('send it with a Content-Length')
          expect(answer).toMatchObject({ status: 400, body: { details: [{ path: 'body', message }] } })
        }
      })

      test('may give a reason of 500 characters of any script', async () => {
        const deployment = await kubernetes.deploy({ replicas: 1, runs: false })
        const reason = '🌙'.repeat(500)
        expect((await sleep(deployment, { reason })).status).toBe(200)
        expect((await status(deployment)).body.deployment.scaling_reason).toBe(reason)
      })
    })

    /** The status code of a request whose path is sent as it is; `fetch` would normalize it. */
    const raw = (path: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const { hostname, port } = new URL(subject.url)
        httpRequest({ hostname, port, path, headers: subject.headers }, (response) => {
          response.resume().on('end', () => resolve(response.statusCode))
        })
          .on('error', reject)
          .end()
      })
  })
}

function parse(text: string): Body {
  try {
    return JSON.parse(text)
  } catch {
    return {} as Body
  }
}
