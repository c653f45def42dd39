import { afterEach, describe, expect, test } from '@jest/globals'
import type { ScalingError, Workload } from '../../../../shared/scaling/index.ts'
import { clusterAt } from '../clusterAt.ts'
import { type Answer, failure, json, reset, scriptedServer } from '../scriptedServer.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function serverThat(...answers: Answer[]) {
  const server = await scriptedServer(answers)
  const client = clusterAt(server.url, { timeoutMs: 25_000, random: () => 0 })
  closing.push(client.close, server.stop)
  const queries = () => server.requests.map(({ url }) => Object.fromEntries(new URL(url, server.url).searchParams))
  return { ...client, server, queries }
}

const deployment = (name: string, namespace = 'project-a', annotations?: Record<string, string>) => ({
  metadata: { name, namespace, uid: name, creationTimestamp: '2026-11-01T00:00:00Z', annotations },
  spec: { replicas: 1 },
})
const page = (items: object[], next?: string) => json(200, { metadata: { continue: next }, items })
const names = (listed: Workload[]) => listed.map(({ ref }) => ref.name)
const query = { kind: 'Deployment', namespace: 'project-a' } as const

describe('pages', () => {
  const padded = (name: string) => deployment(name, 'project-a', { padding: 'x'.repeat(1_000_000) })

  test('have fewer items where the items are large', async () => {
    const { cluster, queries } = await serverThat(page([padded('a'), padded('b')], 'more'), page([deployment('c')]))
    expect(names(await cluster.listWorkloads(query))).toEqual(['a', 'b', 'c'])
    expect(queries()).toMatchObject([{ limit: '1000' }, { limit: '16', continue: 'more' }])
  })

  test('that turn out to be far too long are given up, and asked for again with fewer items', async () => {
    const tooMany = page(Array.from({ length: 40 }, (_, index) => padded(`${index}`)))
    const { cluster, queries } = await serverThat(tooMany, page([deployment('a')], 'more'), page([deployment('b')]))
    expect(names(await cluster.listWorkloads(query))).toEqual(['a', 'b'])
    expect(queries()).toMatchObject([{ limit: '1000' }, { limit: '16' }, { limit: '1000', continue: 'more' }])
  })

  test('that break in the middle are read again from their beginning', async () => {
    const breaking: Answer = (request, response) => {
      const text = JSON.stringify({ items: [deployment('a'), deployment('b')] })
      response.writeHead(200, { 'content-length': text.length })
      response.write(text.slice(0, -20), () => request.socket.destroy())
    }
    const { cluster } = await serverThat(breaking, page([deployment('c')]))
    expect(names(await cluster.listWorkloads(query))).toEqual(['c'])
  })

  test('go on in the list as it is by now, when their token has expired and the server offers another', async () => {
    const expired = json(410, { kind: 'Status', code: 410, metadata: { continue: 'by now' } })
    const { cluster, queries } = await serverThat(page([deployment('a')], 'old'), expired, page([deployment('b')]))
    expect(names(await cluster.listWorkloads(query))).toEqual(['a', 'b'])
    expect(queries()).toMatchObject([{}, { continue: 'old' }, { limit: '1000', continue: 'by now' }])
  })

  test('whose tokens expire at once end', async () => {
    const expired = json(410, { kind: 'Status', code: 410, message: 'too old', metadata: { continue: 'by now' } })
    const { cluster, server } = await serverThat(page([deployment('a')], 'old'), expired)
    await expect(cluster.listWorkloads(query)).rejects.toThrow('too old')
    expect(server.requests).toHaveLength(3)
  })

  test('that repeat a continue token end', async () => {
    const { cluster, server } = await serverThat(page([deployment('a')], 'again'))
    const error = await cluster.listWorkloads(query).catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'cluster-unreachable' })
    expect(error.message).toMatch(/the same continue token twice \(list Deployments in project-a\)/)
    expect(server.requests).toHaveLength(2)
  })
})

test('a list that its caller has no more time for is out of time, however much of it has come', async () => {
  const begun: Answer = (_request, response) => void response.writeHead(200).write('{"items":[{')
  const { cluster } = await serverThat(begun)
  const call = cluster.listWorkloads(query, { signal: AbortSignal.timeout(100) })
  await expect(call).rejects.toMatchObject({ code: 'cluster-timeout' })
})

describe('an answer that is no list is a fault of the server, and named:', () => {
  test.each<[string, unknown, string]>([
    ['no items', { kind: 'DeploymentList', metadata: {} }, 'what is no list: {"kind":"DeploymentList","metadata":{}}'],
    ['null', null, 'what is no list: null'],
    ['an item without metadata', { items: [{ spec: {} }] }, 'a list with an item that cannot be read: {"spec":{}}'],
  ])('%s', async (_what, body, words) => {
    const { cluster, server } = await serverThat(json(200, body))
    const error = await cluster.listWorkloads(query).catch((thrown) => thrown)
    expect(error).toMatchObject({ name: 'ScalingError', code: 'cluster-unreachable', retryAfterSeconds: undefined })
    expect(error.message).toContain(`Kubernetes answered with ${words} (list Deployments in project-a)`)
    expect(server.requests).toHaveLength(1)
  })
})

describe('a list that is too large for the memory of this service', () => {
  const reason = { 'aks-scale-to-zero/reason': 'x'.repeat(250_000) }
  const greedy = Array.from({ length: 140 }, (_, index) => deployment(`${index}`, 'greedy', reason))
  const both = [...greedy, deployment('web', 'modest')]

  test('is without the namespace that takes most, and says so', async () => {
    const { cluster } = await serverThat(page(both.slice(0, 100), 'more'), page(both.slice(100)))
    const told: [string, ScalingError][] = []
    const listed = await cluster.listWorkloads(
      { kind: 'Deployment' },
      { onTooLarge: (...given) => void told.push(given) },
    )
    expect(names(listed)).toEqual(['web'])
    expect(told).toMatchObject([['greedy', { code: 'listing-too-large' }]])
    expect(told[0]?.[1].message).toMatch(/^The Deployments of greedy are too many or too large to be read: 140 of them/)
  })

  test('fails where nobody wants to hear of that', async () => {
    const { cluster } = await serverThat(page(both.slice(0, 100), 'more'), page(both.slice(100)))
    await expect(cluster.listWorkloads({ kind: 'Deployment' })).rejects.toMatchObject({ code: 'listing-too-large' })
  })
})

test('only what is of concern is kept of annotations and labels', async () => {
  const own = { 'aks-scale-to-zero/reason': 'nightly', 'autoscaling.keda.sh/paused': 'true' }
  const { cluster } = await serverThat(page([deployment('a', 'project-a', { ...own, padding: 'x'.repeat(1000) })]))
  expect(await cluster.listWorkloads(query)).toMatchObject([{ annotations: own }])
})

test('all who ask while a list is read share the next reading of it', async () => {
  const { cluster, server } = await serverThat(reset, page([deployment('a')]))
  const readers = Array.from({ length: 8 }, () => cluster.listWorkloads(query))
  for (const listed of await Promise.all(readers)) expect(names(listed)).toEqual(['a'])
  // The first one was tried twice.
  expect(server.requests).toHaveLength(3)
  await expect(serverThat(failure(403)).then((other) => other.cluster.listNodes())).rejects.toThrow('list nodes')
})

test('of a kind that is read from its metadata, nothing else is asked for', async () => {
  let accept: string | undefined
  const { cluster } = await serverThat((request, response) => {
    accept = request.headers.accept
    page([])(request, response)
  })
  await cluster.listWorkloads({ kind: 'ScaledJob' })
  expect(accept).toMatch(/as=PartialObjectMetadataList/)
  for (const kind of ['Deployment', 'ScaledObject'] as const) {
    await cluster.listWorkloads({ kind })
    expect(accept).toBe('application/json')
  }
})
