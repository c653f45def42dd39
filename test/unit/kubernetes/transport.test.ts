import type { ServerResponse } from 'node:http'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import type { Access, FailedAccess } from '../../../shared/kubernetes/index.ts'
import { objectRefOf, ScalingError, type WorkloadRef } from '../../../shared/scaling/index.ts'
import { clusterAt } from './clusterAt.ts'
import { type Answer, failure, json, reset, scriptedServer, silence, trickle } from './scriptedServer.ts'

const ref: WorkloadRef = { kind: 'Deployment', namespace: 'project-a', name: 'sample-app-a' }

const deployment = json(200, {
  metadata: { name: 'sample-app-a', namespace: 'project-a', uid: 'u', creationTimestamp: '2026-11-01T00:00:00Z' },
  spec: { replicas: 2 },
})

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function serverThat(...answers: Answer[]) {
  const server = await scriptedServer(answers)
  // A slow machine must answer in time, and a test must not wait long for an answer that never comes.
  const timeoutMs = answers.includes(silence) || answers.includes(trickle) ? 300 : 10_000
  const client = clusterAt(server.url, { timeoutMs, random: () => 0 })
  closing.push(client.close, server.stop)
  return { ...client, server }
}

describe('connections', () => {
  test('a thousand calls at once open no more sockets than the pool has', async () => {
    const { cluster, server } = await serverThat(deployment)
    await Promise.all(Array.from({ length: 1000 }, () => cluster.getWorkload(ref)))
    expect(server.requests).toHaveLength(1000)
    expect(server.sockets()).toBeLessThanOrEqual(8)
  })

  test('calls one after the other reuse the open socket', async () => {
    const { cluster, server } = await serverThat(deployment)
    for (let call = 0; call < 20; call++) await cluster.getWorkload(ref)
    // There may be two, because a socket is free only a moment after its answer.
    expect(server.sockets()).toBeLessThanOrEqual(2)
  })

  test('calls follow a server to another address', async () => {
    const old = await scriptedServer([deployment])
    const rebuilt = await scriptedServer([deployment])
    let server = old.url
    const client = clusterAt('', {
      connection: { access: async () => ({ server, tls: {}, authorization: undefined }) },
    })
    closing.push(client.close, old.stop, rebuilt.stop)
    await client.cluster.getWorkload(ref)
    server = `${rebuilt.url}/behind/a/proxy/`
    await client.cluster.getWorkload(ref)
    expect(rebuilt.requests[0]?.url).toBe('/behind/a/proxy/apis/apps/v1/namespaces/project-a/deployments/sample-app-a')
  })
})

describe('each attempt of a call is reported', () => {
  test('with its method and its address without the query, and with its status', async () => {
    const { cluster, calls, server } = await serverThat(failure(503), deployment)
    await cluster.getWorkload(ref)
    const url = `${server.url}/apis/apps/v1/namespaces/project-a/deployments/sample-app-a`
    expect(calls).toMatchObject([
      { verb: 'get', method: 'GET', code: '503', url },
      { verb: 'get', method: 'GET', code: '200', url },
    ])
  })

  test('and without an address when there were no credentials', async () => {
    const access = () => Promise.reject(new Error('no token'))
    const { cluster, calls, close } = clusterAt('', { connection: { access } })
    closing.push(close)
    await expect(cluster.getWorkload(ref)).rejects.toThrow()
    expect(calls).toMatchObject([{ code: 'credentials', url: undefined }])
  })
})

describe('a call that fails', () => {
  test.each([
    ['a reset connection', reset],
    ['429', failure(429)],
    ['503', failure(503)],
    ['500', failure(500)],
  ])('is repeated after %s', async (_what, fault) => {
    const { cluster, server } = await serverThat(fault, fault, deployment)
    expect(await cluster.getWorkload(ref)).toMatchObject({ desiredReplicas: 2 })
    expect(server.requests).toHaveLength(3)
  })

  test('is repeated when it is a patch, which carries its own tests', async () => {
    const { cluster, server } = await serverThat(reset, deployment)
    await cluster.patchWorkload(ref, [])
    expect(server.requests.map(({ method }) => method)).toEqual(['PATCH', 'PATCH'])
  })

  test('is not repeated after a reset when it creates an object, which might then exist twice', async () => {
    const { cluster, server } = await serverThat(deployment, reset)
    const workload = await cluster.getWorkload(ref)
    const event = {
      about: objectRefOf(workload),
      type: 'Normal' as const,
      reason: 'ScaledUp',
      message: 'm',
      at: new Date(),
    }
    await expect(cluster.createEvent(event)).rejects.toMatchObject({ code: 'cluster-unreachable' })
    expect(server.requests).toHaveLength(2)
  })

  test('waits as long as Retry-After says', async () => {
    const { cluster } = await serverThat(json(429, {}, { 'retry-after': '1' }), deployment)
    const startedAt = performance.now()
    await cluster.getWorkload(ref)
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(1000)
  })

  test('is given up when Retry-After is longer than a caller waits', async () => {
    const { cluster, server } = await serverThat(json(429, {}, { 'retry-after': '120' }))
    await expect(cluster.getWorkload(ref)).rejects.toMatchObject({ code: 'cluster-throttled', retryAfterSeconds: 120 })
    expect(server.requests).toHaveLength(1)
  })

  test.each([
    ['workload-not-found', failure(404), 1],
    ['cluster-refused', failure(403), 1],
    ['cluster-refused', failure(422, { details: { causes: [{ field: 'spec' }] } }), 1],
    ['workload-changed', failure(422, { reason: 'Invalid', details: {} }), 1],
    ['workload-changed', failure(409), 1],
    ['cluster-refused', failure(409, { message: 'admission webhook "freeze" denied the request: until Monday' }), 1],
    ['cluster-refused', failure(422, { message: 'admission webhook "min" denied the request: not 0' }), 1],
    ['cluster-throttled', failure(429), 5],
    ['cluster-unreachable', failure(503), 5],
    ['cluster-unreachable', reset, 5],
    ['cluster-timeout', silence, 1],
    ['cluster-timeout', trickle, 1],
    ['cluster-unauthorized', failure(401), 2],
  ])('ends as %s', async (code, fault, requests) => {
    const { cluster, server } = await serverThat(fault)
    await expect(cluster.getWorkload(ref)).rejects.toMatchObject({ code })
    expect(server.requests).toHaveLength(requests)
  })

  test.each([
    ['120', 120],
    ['Sun, 01 Nov 2026 08:01:00 GMT', 60],
    ['Sun, 01 Nov 2026 07:00:00 GMT', 0],
    ['99999999999', 3600],
    ['Fri, 01 Jan 2049 00:00:00 GMT', 3600],
    ['-5', 1],
    ['soon', 1],
    ['1e9', 1],
    ['', 1],
  ])('tells its caller to come back as a believable Retry-After says: %p', async (retryAfter, seconds) => {
    const date = 'Sun, 01 Nov 2026 08:00:00 GMT'
    const { cluster } = await serverThat(json(429, {}, { 'retry-after': retryAfter, date }))
    const call = cluster.getWorkload(ref, { signal: AbortSignal.timeout(2000) })
    await expect(call).rejects.toMatchObject({ code: 'cluster-throttled', retryAfterSeconds: seconds })
  })

  test.each([
    [500, 'failed calling webhook "x.example.com": connect: connection refused', false],
    [500, 'conversion webhook for keda.sh/v1, Kind=ScaledObject failed', false],
    [500, 'etcdserver: mvcc: database space exceeded', false],
    [500, 'etcdserver: request timed out', true],
    [500, 'etcdserver: leader changed', true],
    [503, 'the server is currently unable to handle the request', true],
    [507, 'the quota of this control plane is used up', false],
  ])('with %i has the words of the server, and says to try again where that helps: %s', async (code, words, helps) => {
    const { cluster } = await serverThat(failure(code, { message: words }))
    const error: ScalingError = await cluster.patchWorkload(ref, []).catch((thrown) => thrown)
    const beginning = `Kubernetes failed to patch Deployment project-a/sample-app-a (${code}): ${words}`
    expect(error.message).toBe(helps ? `${beginning}; try again shortly` : beginning)
    expect(error).toMatchObject({ code: 'cluster-unreachable', retryAfterSeconds: helps ? 5 : undefined })
  })

  test('has the beginning of what a proxy says, on one line', async () => {
    const { cluster } = await serverThat((_request, response) => {
      response.writeHead(502).end(`<html>\n  <h1>Bad gateway</h1>${' padding'.repeat(1000)}`)
    })
    const { message } = await cluster.getWorkload(ref).catch((thrown) => thrown)
    expect(message).toMatch(/\(502\): <html> <h1>Bad gateway<\/h1> padding/)
    expect(message.length).toBeLessThan(1200)
  })

  test('may be carried out only when it is a write, and no dry run', async () => {
    const { cluster } = await serverThat(silence)
    const mayBeDone = /may still carry the call out/
    await expect(cluster.patchWorkload(ref, [])).rejects.toThrow(mayBeDone)
    await expect(cluster.getWorkload(ref)).rejects.not.toThrow(mayBeDone)
    const rehearsal = await cluster.patchWorkload(ref, [], { dryRun: true }).catch((thrown) => thrown)
    expect(rehearsal.message).toBe(
      'Kubernetes did not answer in time (patch Deployment project-a/sample-app-a as a dry run)',
    )
  })

  test.each([
    ['what is not JSON: <html>', (_request: unknown, response: ServerResponse) => void response.end('<html>')],
    ['what is no Deployment: null', json(200, null)],
    ['what is no Deployment: {"kind":"Status"}', json(200, { kind: 'Status' })],
    ['what is no Deployment: {"metadata":{}}', json(200, { metadata: {} })],
  ])('is a fault of the server when it is answered with %s', async (words, answer) => {
    const { cluster, server } = await serverThat(answer)
    const error: ScalingError = await cluster.getWorkload(ref).catch((thrown) => thrown)
    expect(error).toMatchObject({ name: 'ScalingError', code: 'cluster-unreachable', retryAfterSeconds: undefined })
    expect(error.message).toContain(`Kubernetes answered with ${words} (get Deployment project-a/sample-app-a)`)
    expect(server.requests).toHaveLength(1)
  })

  test('says what to do when RBAC forbids it, but not when a policy forbids it', async () => {
    const forbidden = 'deployments.apps "x" is forbidden: User "oid" cannot get resource "deployments"'
    const { cluster } = await serverThat(
      failure(403, { message: forbidden }),
      failure(403, { message: 'denied by policy' }),
    )
    await expect(cluster.getWorkload(ref)).rejects.toThrow(`${forbidden}. To allow it, ask whoever may grant it`)
    await expect(cluster.getWorkload(ref)).rejects.toThrow(/denied by policy$/)
  })

  test('ends when its caller has no more time, although it could be repeated', async () => {
    const { cluster } = await serverThat(json(503, {}, { 'retry-after': '9' }))
    const signal = AbortSignal.timeout(1000)
    await expect(cluster.getWorkload(ref, { signal })).rejects.toMatchObject({ code: 'cluster-unreachable' })
  })
})

describe('the time of a call', () => {
  test('begins when it has a connection, however long it waits for one', async () => {
    const server = await scriptedServer([(...exchange) => void setTimeout(() => deployment(...exchange), 100)])
    // Far more than one answer takes, also on a busy machine, and less than all take one after another.
    const { cluster, close } = clusterAt(server.url, { timeoutMs: 1900, maxSockets: 1 })
    closing.push(close, server.stop)
    await Promise.all(Array.from({ length: 20 }, () => cluster.getWorkload(ref)))
    expect(server.requests).toHaveLength(20)
  })

  test('leaves no timer behind when it is answered', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
    const { cluster } = await serverThat(deployment)
    await cluster.getWorkload(ref)
    const before = timers()
    await Promise.all(Array.from({ length: 20 }, () => cluster.getWorkload(ref)))
    expect(timers()).toBe(before)
  })
})

describe('credentials', () => {
  test('that are refused are renewed, once for all calls', async () => {
    const valid = 'Bearer new'
    const server = await scriptedServer([
      (request, response) => (request.headers.authorization === valid ? deployment : failure(401))(request, response),
    ])
    let access: Access = { server: server.url, tls: {}, authorization: 'Bearer old' }
    let renewals = 0
    const connection = {
      async access(failed?: FailedAccess) {
        if (failed?.because === 'refused' && failed.access === access) {
          renewals++
          access = { ...access, authorization: valid }
        }
        return access
      },
    }
    const client = clusterAt('', { connection })
    closing.push(client.close, server.stop)
    await Promise.all(Array.from({ length: 20 }, () => client.cluster.getWorkload(ref)))
    expect(renewals).toBe(1)
  })

  test('learn that the server cannot be reached, and may name another one', async () => {
    const rebuilt = await scriptedServer([deployment])
    const gone: Access = { server: 'http://127.0.0.1:1', tls: {}, authorization: undefined }
    const connection = {
      access: async (failed?: FailedAccess) =>
        failed?.because === 'unreachable' && failed.access === gone ? { ...gone, server: rebuilt.url } : gone,
    }
    const client = clusterAt('', { connection })
    closing.push(client.close, rebuilt.stop)
    expect(await client.cluster.getWorkload(ref)).toMatchObject({ ref })
  })

  test('that are missing for a known reason pass on that error', async () => {
    const why = new ScalingError('cluster-stopped', 'start it with `az aks start`')
    const client = clusterAt('', { connection: { access: () => Promise.reject(why) } })
    await expect(client.cluster.getWorkload(ref)).rejects.toBe(why)
  })

  test('that never come fail when the time of the request is over', async () => {
    const client = clusterAt('', { connection: { access: () => new Promise<Access>(() => {}) } })
    const signal = AbortSignal.timeout(20)
    await expect(client.cluster.getWorkload(ref, { signal })).rejects.toMatchObject({ code: 'cluster-timeout' })
  })

  test('that fail after the request has ended cause no unhandled rejection, which would end the process', async () => {
    const given = Promise.reject<Access>(new Error('the identity endpoint is down'))
    const handled = jest.spyOn(given, 'then')
    const client = clusterAt('', { connection: { access: () => given } })
    const call = client.cluster.getWorkload(ref, { signal: AbortSignal.abort() })
    await expect(call).rejects.toMatchObject({ code: 'cluster-timeout' })
    expect(handled).toHaveBeenCalled()
  })

  test('that cannot be read are an error that does not show the path of the secret', async () => {
    const connection = { access: () => Promise.reject(new Error('ENOENT /var/run/secrets/token')) }
    const client = clusterAt('', { connection })
    const error = await client.cluster.getWorkload(ref).catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'cluster-unauthorized' })
    expect(error.message).not.toContain('/var/run')
  })
})

describe('a list', () => {
  const page = (names: string[], next?: string) =>
    json(200, {
      metadata: { continue: next },
      items: names.map((name) => ({
        metadata: { name, namespace: 'project-a', uid: name, creationTimestamp: '2026-11-01T00:00:00Z' },
        spec: {},
      })),
    })
  const names = async (listing: Promise<{ ref: WorkloadRef }[]>) => (await listing).map((item) => item.ref.name)

  test('is read page by page', async () => {
    const { cluster, server } = await serverThat(page(['a', 'b'], 'more'), page(['c']))
    expect(await names(cluster.listWorkloads({ kind: 'Deployment', labelSelector: 'x=y' }))).toEqual(['a', 'b', 'c'])
    expect(server.requests.map(({ url }) => url)).toEqual([
      '/apis/apps/v1/deployments?labelSelector=x%3Dy&limit=1000',
      '/apis/apps/v1/deployments?labelSelector=x%3Dy&limit=1000&continue=more',
    ])
  })

  test('may hold custom objects that have no spec', async () => {
    const metadata = { name: 'web', namespace: 'project-a', uid: 'u', creationTimestamp: '2026-11-01T00:00:00Z' }
    const { cluster } = await serverThat(json(200, { metadata: {}, items: [{ metadata }] }))
    expect(await cluster.listWorkloads({ kind: 'ScaledObject', namespace: 'project-a' })).toMatchObject([
      { desiredReplicas: 1, podSelector: undefined },
    ])
  })

  test('whose pages have expired is read again in one piece', async () => {
    const { cluster } = await serverThat(page(['a'], 'more'), failure(410), page(['a', 'b', 'c']))
    expect(await names(cluster.listWorkloads({ kind: 'Deployment', namespace: 'project-a' }))).toEqual(['a', 'b', 'c'])
  })
})
