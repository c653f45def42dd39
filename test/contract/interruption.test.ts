import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, get, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../dev/cluster/index.ts'
import { timerNames } from '../../shared/scaling/index.ts'
import { type Host, startFunctions, startScaleApi } from '../hosts.ts'
import { clusterAt } from '../unit/kubernetes/clusterAt.ts'
import { waitFor } from '../waitFor.ts'
import { interruptedKubernetes } from './interruptedKubernetes.ts'

const ref = { kind: 'Deployment' as const, namespace: 'project-a', name: 'sample-app-a' }
const path = '/api/v1/deployments/project-a/sample-app-a'
const apiKey = 'api-key-of-the-tests'
const authorization = `Bearer ${apiKey}`
// A host that stops would wait until a kept-alive connection ends.
const headers = { authorization, connection: 'close' }
const sleep = (host: Host, sent: Record<string, string> = headers) =>
  fetch(`${host.url}${path}/scale-to-zero`, { method: 'POST', headers: sent, body: '{"reason":"nightly"}' })

let cluster: EmbeddedCluster
let dir: string
const ends: (() => unknown)[] = []

beforeEach(async () => {
  cluster = await startCluster({ podDelayMs: 10, nodeDelayMs: 10 })
  dir = mkdtempSync(join(tmpdir(), 'interruption-'))
})
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
  await cluster.stop()
  rmSync(dir, { recursive: true })
})

async function hostBehind(onRequest: Parameters<typeof interruptedKubernetes>[1]): Promise<Host> {
  const proxy = await interruptedKubernetes(cluster.url, onRequest)
  const kubeconfig = join(dir, 'kubeconfig')
  writeFileSync(kubeconfig, cluster.kubeconfig.replace(cluster.url, proxy.url))
  const host = await startScaleApi({ KUBECONFIG: kubeconfig, API_KEY: apiKey })
  ends.push(() => host.child.kill('SIGKILL'), proxy.stop)
  return host
}

describe('the in-cluster host that is asked to stop', () => {
  test('is no longer ready, finishes the requests under way, and exits', async () => {
    let letThrough = () => {}
    const held = new Promise<void>((resolve) => {
      letThrough = resolve
    })
    let arrived = () => {}
    const isUnderWay = new Promise<void>((resolve) => {
      arrived = resolve
    })
    const host = await hostBehind(async ({ request, pass }) => {
      if (request.method === 'PATCH') {
        arrived()
        await held
      }
      await pass()
    })
    const answer = sleep(host, { authorization })
    await isUnderWay
    const exit = host.stop()
    const ready = await waitFor({
      what: 'it is not ready',
      look: async () => {
        const response = await fetch(`${host.url}/ready`)
        return { status: response.status, body: await response.json() }
      },
      until: ({ status }) => status === 503,
    })
    expect(ready.body).toMatchObject({ status: 'not ready', error: 'shutting down' })
    letThrough()
    const answered = await answer
    expect(answered.headers.get('connection')).toBe('close')
    expect(await answered.json()).toMatchObject({ status: 'success', result: 'changed' })
    expect(await exit).toBe(0)
    expect(host.output()).toContain('"cut_off":0,"msg":"stopped"')
  })

  test('ends every wait for a Deployment with the status so far', async () => {
    let watched = () => {}
    const isWatched = new Promise<void>((resolve) => {
      watched = resolve
    })
    const host = await hostBehind(async ({ request, pass }) => {
      if (request.url?.includes('watch=true')) watched()
      await pass()
    })
    await sleep(host)
    const answer = fetch(`${host.url}${path}/status?wait=ready&timeout=220`, { headers })
    await isWatched
    const startedAt = performance.now()
    const exit = host.stop()
    expect(await (await answer).json()).toMatchObject({ ready: false, deployment: { status: 'inactive' } })
    expect(await exit).toBe(0)
    // It takes far less than the 25 s that a request under way would get.
    expect(performance.now() - startedAt).toBeLessThan(5000)
    expect(host.output()).toContain('"cut_off":0,"msg":"stopped"')
  })

  test('answers on an idle connection, and says that this is the last answer on it', async () => {
    const host = await hostBehind(({ pass }) => pass())
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    ends.push(() => agent.destroy())
    const health = async () => {
      const request = get(`${host.url}/health`, { agent })
      const [response] = (await once(request, 'response')) as [IncomingMessage]
      await once(response.resume(), 'end')
      return { reused: request.reusedSocket, status: response.statusCode, connection: response.headers.connection }
    }
    expect(await health()).toEqual({ reused: false, status: 200, connection: 'keep-alive' })
    const exit = host.stop()
    const draining = { what: 'it drains', look: async () => host.output() }
    await waitFor({ ...draining, until: (output) => output.includes('"draining"') })
    expect(await health()).toEqual({ reused: true, status: 200, connection: 'close' })
    expect(await exit).toBe(0)
  })

  test('does not wait for a connection that never sends a request', async () => {
    const host = await hostBehind(({ pass }) => pass())
    const socket = connect(Number(new URL(host.url).port), '127.0.0.1')
    await once(socket, 'connect')
    const [exit] = await Promise.all([host.stop(), once(socket.resume(), 'close')])
    expect(exit).toBe(0)
    expect(host.output()).toContain('"cut_off":0,"msg":"stopped"')
  }, 15_000)

  test('exits at once when nobody is connected', async () => {
    const host = await hostBehind(({ pass }) => pass())
    const startedAt = performance.now()
    expect(await host.stop()).toBe(0)
    expect(performance.now() - startedAt).toBeLessThan(2500)
  })
})

test('the in-cluster host stops watching when its client has gone', async () => {
  let sockets = 0
  const host = await hostBehind(async ({ request, pass }) => {
    if (request.url?.includes('watch=true')) {
      sockets++
      request.socket.once('close', () => sockets--)
    }
    await pass()
  })
  await sleep(host)
  const client = new AbortController()
  const answer = fetch(`${host.url}${path}/status?wait=ready`, { headers, signal: client.signal })
  const openSockets = (count: number) =>
    waitFor({ what: `${count} watches`, look: async () => sockets, until: (open) => open === count })
  await openSockets(1)
  client.abort()
  await expect(answer).rejects.toThrow()
  await openSockets(0)
  expect(await host.stop()).toBe(0)
})

test.each([
  ['of a known length', 'Content-Length: 20\r\n\r\n{"reas'],
  ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n6\r\n{"reas\r\n'],
])('a client that leaves in the middle of a body %s is not logged as a failure of the service', async (_what, text) => {
  const host = await hostBehind(({ pass }) => pass())
  const socket = connect(Number(new URL(host.url).port), '127.0.0.1')
  socket.write(`POST ${path}/scale-to-zero HTTP/1.1\r\nHost: any\r\nAuthorization: ${authorization}\r\n${text}`)
  socket.destroySoon()
  const line = await waitFor({
    what: 'the request is logged',
    look: async () => /.*"msg":"request".*/.exec(host.output())?.[0] ?? '',
    until: (found) => found !== '',
  })
  expect(JSON.parse(line)).toMatchObject({
    level: 'warn',
    status: 400,
    error: expect.stringContaining('The connection ended before the whole body had come'),
  })
  expect(line).not.toContain('"stack"')
})

describe('a kill at the worst moment', () => {
  test.each([
    ['before its write reaches the cluster', false],
    ['after its write, before the answer reaches it', true],
  ])('%s loses nothing: the repeated request has its full effect', async (_when, written) => {
    let kill = () => {}
    const first = await hostBehind(async ({ request, pass }) => {
      if (request.method !== 'PATCH') return pass()
      if (written) await pass({ answer: false })
      kill()
    })
    kill = () => first.child.kill('SIGKILL')
    await expect(sleep(first)).rejects.toThrow()

    const client = clusterAt(cluster.url)
    ends.push(client.close)
    expect((await client.cluster.getWorkload(ref)).desiredReplicas).toBe(written ? 0 : 2)

    const second = await hostBehind(({ pass }) => pass())
    const answer = await (await sleep(second)).json()
    expect(answer).toMatchObject({ result: written ? 'already' : 'changed', deployment: { previous_replicas: 2 } })
    await fetch(`${second.url}${path}/restore`, { method: 'POST', headers, body: '{"reason":"morning"}' })
    expect((await client.cluster.getWorkload(ref)).desiredReplicas).toBe(2)
  })

  test('a write whose answer is lost is recognized as our own', async () => {
    let lost = 0
    const host = await hostBehind(async ({ request, pass }) => {
      if (request.method !== 'PATCH' || lost++ > 0) return pass()
      await pass({ answer: false })
      request.socket.destroy()
    })
    const answer = await sleep(host)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ deployment: { previous_replicas: 2, target_replicas: 0 } })
  })
})

describe('the in-cluster host does not start', () => {
  test.each([
    ['without a key', { KUBECONFIG: '/any' }, 'No API key is configured'],
    ['without a cluster', { API_KEY: apiKey }, 'No cluster is configured'],
    ['with settings that cannot be used', { API_KEY: apiKey, LOG_LEVEL: 'loud', PORT: '-1' }, 'LOG_LEVEL'],
  ])('%s, and says why in plain words', async (_what, settings, words) => {
    const failure = await startScaleApi(settings).catch((error: Error) => error)
    expect(String(failure)).toContain(words)
    expect(String(failure)).not.toMatch(/\n\s+at /)
  })

  test('on a port that is taken', async () => {
    const host = await hostBehind(({ pass }) => pass())
    const failure = await startScaleApi({ API_AUTH: 'none', KUBECONFIG: '/any', PORT: new URL(host.url).port }).catch(
      String,
    )
    expect(failure).toContain('is taken: set PORT to a free one')
  })

  test('without a key, unless API_AUTH is none', async () => {
    const kubeconfig = join(dir, 'open')
    writeFileSync(kubeconfig, cluster.kubeconfig)
    const host = await startScaleApi({ API_AUTH: 'none', KUBECONFIG: kubeconfig })
    const { status } = await fetch(`${host.url}${path}/status`, { headers: { connection: 'close' } })
    await host.stop()
    expect(status).toBe(200)
    expect(host.output()).toContain('"actor":"anonymous"')
  })
})

test('the function app with unusable settings answers 503, and its log names the settings', async () => {
  const host = await startFunctions({ KUBECONFIG: '/any', LOG_LEVEL: 'loud', API_KEY: 'secret' })
  ends.push(() => host.stop())
  const response = await fetch(`${host.url}/health`)
  expect(response.status).toBe(503)
  const body = await response.text()
  expect(body).toMatch(/\}\n$/)
  const requestId = response.headers.get('x-request-id')
  expect(requestId).toMatch(/./)
  expect(JSON.parse(body)).toMatchObject({ status: 'error', error: 'misconfigured', request_id: requestId })
  await waitFor({
    what: 'the log names the setting',
    look: async () => host.output(),
    until: (text) => text.includes('LOG_LEVEL'),
  })
  expect(body + host.output()).not.toContain('"secret"')
})

test.each([
  ['an invalid Host', { headers: { host: 'a/b?c' } }],
  ['a backslash in the path', { path: '/api\\v1' }],
  ['no path', { method: 'OPTIONS', path: '*' }],
])('a request with %s gets an error of the usual form', async (_what, options: RequestOptions) => {
  const host = await hostBehind(({ pass }) => pass())
  const request = httpRequest(host.url, options)
  const [response] = (await once(request.end(), 'response')) as [IncomingMessage]
  const said = await text(response)
  expect(said).toMatch(/\}\n$/)
  const body = JSON.parse(said) as { request_id: string }
  expect(response.statusCode).toBe(400)
  expect(body).toMatchObject({ status: 'error', error: 'invalid-request', details: [{ path: 'url' }] })
  expect(response.headers['x-request-id']).toBe(body.request_id)
  await waitFor({
    what: 'the request is in the log',
    look: async () => host.output(),
    until: (lines) => lines.includes(body.request_id),
  })
})

test('the in-cluster host counts requests, operations and calls for Prometheus', async () => {
  const host = await hostBehind(({ pass }) => pass())
  await sleep(host)
  const metrics = await waitFor({
    what: 'the operation is counted',
    look: async () => (await fetch(`${host.url}/metrics`)).text(),
    until: (text) => text.includes('scale_operations_total{action="scale-to-zero",outcome="changed"} 1'),
  })
  expect(metrics).toContain(
    'http_request_duration_seconds_count{method="POST",route="/api/v1/deployments/{namespace}/{name}/scale-to-zero",status="200"} 1',
  )
  expect(metrics).toContain('kubernetes_call_duration_seconds_count{verb="patch",code="200"} 1')
  expect(metrics).toContain('process_cpu_seconds_total')
  // No timer has ever run on this cluster.
  for (const name of timerNames) expect(metrics).toContain(`timer_silent{timer="${name}"} 1`)
})
