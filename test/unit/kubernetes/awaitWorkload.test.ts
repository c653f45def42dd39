import { afterEach, describe, expect, test } from '@jest/globals'
import type { Workload, WorkloadRef } from '../../../shared/scaling/index.ts'
import { waitFor } from '../../waitFor.ts'
import { clusterAt } from './clusterAt.ts'
import { type Answer, failure, json, reset, scriptedServer, silence } from './scriptedServer.ts'

const ref: WorkloadRef = { kind: 'Deployment', namespace: 'project-a', name: 'sample-app-a' }
const list = '/apis/apps/v1/namespaces/project-a/deployments'

const deployment = (readyReplicas: number, resourceVersion = '7') => ({
  metadata: { ...ref, uid: 'u', resourceVersion, creationTimestamp: '2026-11-01T00:00:00Z' },
  spec: { replicas: 2 },
  status: { readyReplicas },
})
const read = (readyReplicas: number, resourceVersion?: string) => json(200, deployment(readyReplicas, resourceVersion))
const line = (type: string, object: object) => `${JSON.stringify({ type, object })}\n`
const change = (readyReplicas: number) => line('MODIFIED', deployment(readyReplicas, '10'))

/** Begins a watch and sends these parts; `end` says what follows them. */
const stream =
  (parts: (string | Buffer)[], end: 'open' | 'close' | 'reset' = 'open'): Answer =>
  (request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.flushHeaders()
    for (const part of parts) response.write(part)
    if (end === 'close') response.end()
    if (end === 'reset') setImmediate(() => request.socket.destroy())
  }

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

// Long enough for every answer of a slow machine, and what a server that is silent costs each test.
const timeoutMs = 1000

async function serverThat(...answers: Answer[]) {
  const server = await scriptedServer(answers)
  const client = clusterAt(server.url, { timeoutMs, maxWatches: 3, random: () => 0 })
  closing.push(client.close, server.stop)
  const isReached = ({ readyReplicas }: Workload) => readyReplicas === 2
  const wait = (patience = new AbortController().signal) => client.cluster.awaitWorkload(ref, isReached, patience)
  return { ...client, server, wait }
}

test('a workload that is ready is read once, and not watched', async () => {
  const { wait, server } = await serverThat(read(2))
  expect(await wait()).toMatchObject({ ref, readyReplicas: 2 })
  expect(server.requests).toHaveLength(1)
})

test('a watch continues from the read, lasts longer than a call may take, and ends with the awaited state', async () => {
  let write = (_text: string) => {}
  const { wait, server, calls } = await serverThat(read(0), (_request, response) => {
    response.writeHead(200).flushHeaders()
    write = (text) => void response.write(text)
    // The change comes after the time of a call, in two halves.
    setTimeout(() => write(change(1) + change(2).slice(0, 30)), timeoutMs + 100)
    setTimeout(() => write(change(2).slice(30) + change(0)), timeoutMs + 150)
  })
  expect(await wait()).toMatchObject({ readyReplicas: 2 })
  expect(server.requests.map(({ url }) => url)).toEqual([
    `${list}/sample-app-a`,
    `${list}?watch=true&fieldSelector=metadata.name%3Dsample-app-a&resourceVersion=7`,
  ])
  expect(calls.map(({ verb, code }) => [verb, code])).toEqual([
    ['get', '200'],
    ['watch', '200'],
  ])
})

test('a chunk may end in the middle of a character', async () => {
  const bytes = Buffer.from(
    line('MODIFIED', {
      ...deployment(2),
      metadata: { ...deployment(2).metadata, annotations: { 'aks-scale-to-zero/reason': '夜間' } },
    }),
  )
  const cut = bytes.indexOf(Buffer.from('間')) + 1
  const { wait } = await serverThat(read(0), (_request, response) => {
    response.writeHead(200).flushHeaders()
    response.write(bytes.subarray(0, cut))
    setTimeout(() => response.write(bytes.subarray(cut)), 20)
  })
  expect((await wait()).annotations).toEqual({ 'aks-scale-to-zero/reason': '夜間' })
})

describe('a workload is read again, and watched from there, when', () => {
  test.each<[string, Answer]>([
    ['the server ends the watch', stream([change(1)], 'close')],
    ['the connection breaks', stream([change(1)], 'reset')],
    ['the connection cannot be made', reset],
    ['the server has forgotten the resource version', failure(410, { reason: 'Expired' })],
    [
      'the server says so within the watch',
      stream([line('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' })]),
    ],
    ['the server fails', failure(500)],
    ['the server throttles', failure(429)],
    ['the server does not answer', silence],
    ['the watch is not JSON', stream(['<html>\n'])],
  ])('%s', async (_when, fault) => {
    const { wait, server } = await serverThat(read(0), fault, read(1, '9'), stream([change(2)]))
    expect(await wait()).toMatchObject({ readyReplicas: 2 })
    expect(server.requests[3]?.url).toContain('resourceVersion=9')
  })

  test('reading fails for a while, too', async () => {
    const { wait } = await serverThat(read(0), reset, failure(503), failure(503), read(2))
    expect(await wait()).toMatchObject({ readyReplicas: 2 })
  })
})

describe('waiting fails', () => {
  test.each<[string, string, Answer[]]>([
    ['workload-not-found', 'the workload does not exist', [failure(404)]],
    ['workload-not-found', 'it is deleted meanwhile', [read(0), stream([line('DELETED', deployment(0))])]],
    ['workload-not-found', 'it was deleted while nobody watched', [read(0), stream([], 'close'), failure(404)]],
    ['cluster-refused', 'watching is not allowed', [read(0), failure(403, { message: 'cannot watch deployments' })]],
    ['cluster-unreachable', 'it cannot be read at all', [reset]],
  ])('with %s when %s', async (code, _when, answers) => {
    const { wait } = await serverThat(...answers)
    await expect(wait()).rejects.toMatchObject({ code })
  })
})

describe('when the patience ends, the workload is returned as last seen', () => {
  test('in a watch', async () => {
    const { wait, calls } = await serverThat(read(0), stream([change(1)]))
    expect(await wait(AbortSignal.timeout(timeoutMs))).toMatchObject({ readyReplicas: 1 })
    expect(calls.at(-1)).toMatchObject({ verb: 'watch', code: '200' })
  })

  test('between two watches', async () => {
    const { wait } = await serverThat(read(0), stream([change(1)], 'close'), silence)
    expect(await wait(AbortSignal.timeout(timeoutMs))).toMatchObject({ readyReplicas: 1 })
  })

  test('in the queue behind other watches', async () => {
    const { cluster, server } = await serverThat((request, response) =>
      (request.url?.includes('watch=') ? stream([]) : read(1))(request, response),
    )
    const patience = AbortSignal.timeout(timeoutMs)
    const waits = Array.from({ length: 20 }, (_, index) =>
      cluster.awaitWorkload({ ...ref, name: `waiting-${index}` }, () => false, patience),
    )
    for (const workload of await Promise.all(waits)) expect(workload.readyReplicas).toBe(1)
    expect(server.sockets()).toBeLessThanOrEqual(8 + 3)
  })
})

describe('one watch serves all who wait for the same object', () => {
  /** Answers each read with the next of these, and lets the test write to the watch. */
  async function watched(...reads: Answer[]) {
    let write = (_text: string) => {}
    let watches = 0
    const remaining = [...reads]
    const server = await serverThat((request, response) => {
      if (!request.url?.includes('watch='))
        return (remaining.length > 1 ? remaining.shift() : remaining[0])?.(request, response)
      watches++
      response.writeHead(200).flushHeaders()
      write = (text) => void response.write(text)
    })
    const begun = () => waitFor({ what: 'it is watched', look: async () => watches, until: (count) => count > 0 })
    return { ...server, write: (text: string) => write(text), watches: () => watches, begun }
  }
  const until = (ready: number) => (workload: Workload) => workload.readyReplicas === ready
  const patience = () => new AbortController().signal

  test('and tells each of them what it waits for', async () => {
    const { cluster, server, write, watches, begun } = await watched(read(0))
    const waits = [1, 1, 2].map((ready) => cluster.awaitWorkload(ref, until(ready), patience()))
    await begun()
    await waitFor({ what: 'all have read', look: async () => server.requests.length, until: (count) => count === 4 })
    write(change(1))
    expect(await waits[0]).toMatchObject({ readyReplicas: 1 })
    expect(await waits[1]).toMatchObject({ readyReplicas: 1 })
    write(change(2))
    expect(await waits[2]).toMatchObject({ readyReplicas: 2 })
    expect(watches()).toBe(1)
  })

  test('and lasts until the last of them has left', async () => {
    const { cluster, server, write, begun, watches } = await watched(read(0))
    const leaving = new AbortController()
    const left = cluster.awaitWorkload(ref, until(2), leaving.signal)
    await begun()
    const staying = cluster.awaitWorkload(ref, until(2), patience())
    const reads = async () => server.requests.filter(({ url }) => url.endsWith('/sample-app-a')).length
    await waitFor({ what: 'both have read', look: reads, until: (count) => count === 2 })
    // The answer of the second read may still be on its way.
    await cluster.getWorkload(ref)
    leaving.abort()
    expect(await left).toMatchObject({ readyReplicas: 0 })
    write(change(2))
    expect(await staying).toMatchObject({ readyReplicas: 2 })
    expect(watches()).toBe(1)
  })

  test('and nobody is told a state older than that which it has read', async () => {
    const { cluster, server, write, begun } = await watched(read(0, '7'), read(1, '9'))
    const first = cluster.awaitWorkload(ref, until(2), patience())
    await begun()
    const ending = new AbortController()
    const second = cluster.awaitWorkload(ref, until(2), ending.signal)
    await waitFor({ what: 'both have read', look: async () => server.requests.length, until: (count) => count === 3 })
    write(line('MODIFIED', deployment(2, '8')))
    expect(await first).toMatchObject({ readyReplicas: 2 })
    ending.abort()
    expect(await second).toMatchObject({ readyReplicas: 1 })
  })

  test('and all of them hear that the object is deleted', async () => {
    const { cluster, write, server, begun } = await watched(read(0))
    const waits = Array.from({ length: 3 }, () => cluster.awaitWorkload(ref, until(2), patience()))
    await begun()
    await waitFor({ what: 'all have read', look: async () => server.requests.length, until: (count) => count === 4 })
    write(line('DELETED', deployment(0)))
    for (const wait of waits) await expect(wait).rejects.toMatchObject({ code: 'workload-not-found' })
  })
})

test('watches use no socket of the other calls, and one that ends makes room for the next', async () => {
  let ready = 0
  const { cluster, server } = await serverThat((request, response) => {
    if (!request.url?.includes('watch=')) return read(0)(request, response)
    return stream([change(++ready <= 3 ? 1 : 2)], ready <= 3 ? 'open' : 'close')(request, response)
  })
  const patience = new AbortController()
  const named = (name: string) => ({ ...ref, name })
  const stuck = Array.from({ length: 3 }, (_, index) =>
    cluster.awaitWorkload(named(`stuck-${index}`), () => false, patience.signal),
  )
  const waits = Array.from({ length: 9 }, (_, index) =>
    cluster.awaitWorkload(
      named(`waiting-${index}`),
      ({ readyReplicas }) => readyReplicas === 2,
      new AbortController().signal,
    ),
  )
  await Promise.all(Array.from({ length: 100 }, () => cluster.getWorkload(ref)))
  patience.abort()
  await Promise.all([...stuck, ...waits])
  expect(server.sockets()).toBeLessThanOrEqual(8 + 12)
})

test('closing does not wait for a watch', async () => {
  const { wait, server, transport } = await serverThat(read(0), stream([]))
  const patience = new AbortController()
  const waiting = wait(patience.signal)
  await waitFor({
    what: 'it is watched',
    look: async () => server.requests.length,
    until: (requests) => requests === 2,
  })
  closing.splice(0)
  await transport.close()
  patience.abort()
  await waiting
  await server.stop()
})
