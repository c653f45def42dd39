import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type EmbeddedCluster, startCluster } from '../../../dev/cluster/index.ts'
import { requestBodies } from '../../../shared/api/contract/inputs.ts'
import { httpStatuses } from '../../../shared/api/errors.ts'
import { createRoutes, logFieldsOf } from '../../../shared/api/index.ts'
import type { CallOptions, WorkloadQuery } from '../../../shared/scaling/index.ts'
import { clusterAt } from '../kubernetes/clusterAt.ts'
import { type Answer, failure, json, reset, scriptedServer, silence } from '../kubernetes/scriptedServer.ts'
import { apiOn } from './apiOn.ts'

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

const projects = [{ name: 'a', namespaces: ['project-a'], scaleDown: [], scaleUp: [], timeZone: 'UTC' }]

describe('the answer to a caller', () => {
  const keys = [
    { name: 'team-a', key: 'the-key-of-team-a', projects: ['a'] },
    { name: 'team-z', key: 'the-key-of-team-z', projects: ['z'] },
    { name: 'ops', key: 'the-key-of-ops' },
  ]
  const authentication = { keys, trustsAzureIdentity: false, anonymousActor: 'anonymous', reservedNames: [] }
  const as = (key: string) => ({ authorization: `Bearer ${key}` })

  test.each([
    [200, 'project-a/sample-app-a', 'the-key-of-team-a', 'it is in a project of the key'],
    [404, 'project-a/sample-app-a', 'the-key-of-team-z', 'the key is limited to another project'],
    [200, 'project-a/sample-app-a', 'the-key-of-ops', 'the key is for all projects'],
    [404, 'project-b/sample-app-b', 'the-key-of-ops', 'it is in no project'],
    [403, 'kube-system/coredns', 'the-key-of-ops', 'its namespace is protected'],
  ])('is %i for %s with %s, because %s', async (status, deployment, key) => {
    expect((await apiOn(client.cluster, { projects, authentication }).status(deployment, as(key))).status).toBe(status)
  })

  test('is the same for a hidden Deployment as for a missing one', async () => {
    const { status, post } = apiOn(client.cluster, { projects, authentication })
    const body = async (response: Response) => {
      const { message, error } = (await response.json()) as { message: string; error: string }
      return { message, error, status: response.status, headers: [...response.headers.keys()] }
    }
    const hidden = await body(await status('project-b/sample-app-b', as('the-key-of-ops')))
    expect(hidden.message).toBe('Deployment project-b/sample-app-b not found')
    const missing = await body(await status('project-a/missing', as('the-key-of-ops')))
    expect({ ...hidden, message: '' }).toEqual({ ...missing, message: '' })
    // A bad request does not reveal it either.
    expect((await post('project-b/sample-app-b/scale-to-zero', {}, as('the-key-of-ops'))).status).toBe(404)
  })

  test('goes by the namespaces that the key names when no projects are configured', async () => {
    const limited = { ...authentication, keys: [{ name: 'a', key: 'the-key-of-a', projects: ['project-a'] }] }
    const { status } = apiOn(client.cluster, { authentication: limited })
    expect((await status('project-a/sample-app-a', as('the-key-of-a'))).status).toBe(200)
    expect((await status('project-b/sample-app-b', as('the-key-of-a'))).status).toBe(404)
  })
})

test('a caller who sees no project gets an empty list, and no workloads are listed for it', async () => {
  const listWorkloads = () => Promise.reject(new Error('nobody should ask'))
  const { api } = apiOn({ ...client.cluster, listNamespaces: async () => [], listWorkloads })
  const response = await api.request('/api/v1/projects')
  expect(await response.json()).toMatchObject({ status: 'success', projects: [] })
})

describe('when Kubernetes fails, the answer', () => {
  test.each([
    [429, 'cluster-throttled', json(429, {}, { 'retry-after': '77' }), '77'],
    [503, 'cluster-unreachable', reset, '5'],
    [503, 'cluster-unauthorized', failure(401), null],
    [403, 'cluster-refused', failure(403, { message: 'deployments.apps is forbidden' }), null],
    [504, 'cluster-timeout', silence, null],
  ] as [number, string, Answer, string | null][])('is %i %s', async (status, error, fault, retryAfter) => {
    const server = await scriptedServer([fault])
    const faulty = clusterAt(server.url, { timeoutMs: 100, random: () => 0 })
    const { post, records } = apiOn(faulty.cluster)
    const response = await post('project-a/sample-app-a/scale-to-zero', { reason: 'nightly' })
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ status: 'error', error })
    expect(response.headers.get('retry-after')).toBe(retryAfter)
    expect(records).toMatchObject([{ status, scale: { action: 'scale-to-zero' } }])
    await faulty.close()
    await server.stop()
  })

  test('comes when the time of the whole request is over', async () => {
    const busy = json(503, {}, { 'retry-after': '1' })
    const server = await scriptedServer([busy, busy])
    const faulty = clusterAt(server.url)
    const { status } = apiOn(faulty.cluster, { requestTimeoutMs: 50 })
    expect((await status('project-a/sample-app-a')).status).toBe(503)
    // The Deployment and the ScaledObjects, neither of them a second time.
    expect(server.requests).toHaveLength(2)
    await faulty.close()
    await server.stop()
  })

  test('has one deadline for all calls of a request, whose timer ends with the answer', async () => {
    const signals: (AbortSignal | undefined)[] = []
    const noted = (options?: CallOptions) => {
      signals.push(options?.signal)
      return options
    }
    const { listNamespaces, listWorkloads } = client.cluster
    const watched = {
      ...client.cluster,
      listNamespaces: (options?: CallOptions) => listNamespaces(noted(options)),
      listWorkloads: (query: WorkloadQuery, options?: CallOptions) => listWorkloads(query, noted(options)),
    }
    const { api } = apiOn(watched, { projects, requestTimeoutMs: 1000 })
    expect((await api.request('/api/v1/projects')).status).toBe(200)
    expect(signals.length).toBeGreaterThan(1)
    const [deadline, ...others] = new Set(signals)
    expect(others).toEqual([])
    await new Promise((resolve) => setTimeout(resolve, 1100))
    expect(deadline?.aborted).toBe(false)
  })

  test('reveals nothing about a bug, and the log has it', async () => {
    const cluster = { ...client.cluster, getWorkload: () => Promise.reject(new TypeError('secret internals')) }
    const { status, records } = apiOn(cluster)
    const response = await status('project-a/sample-app-a')
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('secret')
    expect(records.map(logFieldsOf)).toMatchObject([
      { status: 500, error: 'secret internals', stack: expect.stringContaining('TypeError') },
    ])
  })
})

describe('a body that does not come in time', () => {
  test.each([
    ['of a known length', { 'content-length': '20' }],
    ['in chunks', {}],
  ])(
    '%s gets an answer that says so, and does not blame Kubernetes',
    async (_what, headers: Record<string, string>) => {
      const { api } = apiOn(client.cluster, { requestTimeoutMs: 50 })
      const body = new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{"rea')) })
      const path = '/api/v1/deployments/project-a/sample-app-a/scale-to-zero'
      const response = await api.request(path, { method: 'POST', body, headers, duplex: 'half' } as RequestInit)
      expect(response.status).toBe(408)
      expect(await response.json()).toMatchObject({ status: 'error', error: 'body-timeout' })
      // The rest of the body may still be on its way.
      expect(response.headers.get('connection')).toBe('close')
    },
  )
})

describe('a request that changes something', () => {
  const path = 'http://scale-api.example/api/v1/deployments/project-a/sample-app-a/scale-up'
  const send = (headers: Record<string, string>, method = 'POST') => {
    const body = method === 'POST' ? '{"replicas":2,"reason":"x"}' : null
    return apiOn(client.cluster).api.request(path, { method, headers, body })
  }

  test.each<[string, Record<string, string>]>([
    ['another site has sent it', { 'sec-fetch-site': 'cross-site' }],
    ['a neighbour of this site has sent it', { 'sec-fetch-site': 'same-site' }],
    ['its origin is another one', { origin: 'https://evil.example' }],
    ['its origin is another port', { origin: 'http://scale-api.example:8080' }],
    ['its origin is hidden', { origin: 'null' }],
  ])('is refused when %s, where no key is needed', async (_what, headers) => {
    const response = await send(headers)
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ error: 'foreign-origin' })
  })

  test.each<[string, Record<string, string>]>([
    ['a program', {}],
    ['a page of this service', { origin: 'http://scale-api.example', 'sec-fetch-site': 'same-origin' }],
    ['a page of this service, by an older browser', { origin: 'https://scale-api.example' }],
    ['a page of this service behind another host', { origin: 'https://api.example', 'sec-fetch-site': 'same-origin' }],
    ['a person who typed the address', { 'sec-fetch-site': 'none' }],
  ])('is served when it comes from %s', async (_what, headers) => {
    expect((await send(headers)).status).toBe(200)
  })

  test('is refused by what it does: reading is no harm, and the browser keeps the answer from the page', async () => {
    const { api } = apiOn(client.cluster)
    const read = '/api/v1/deployments/project-a/sample-app-a/status'
    expect((await api.request(read, { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(200)
  })
})

describe('what needs no key', () => {
  test('asks Kubernetes once for all who ask whether the host is ready within a second', async () => {
    let now = 0
    let pings = 0
    const cluster = { ...client.cluster, ping: async () => void pings++ }
    const { api } = apiOn(cluster, { elapsed: () => now })
    const ask = async () => (await api.request('/ready')).status
    expect(await Promise.all(Array.from({ length: 50 }, ask))).toEqual(Array(50).fill(200))
    now = 999
    expect(await ask()).toBe(200)
    expect(pings).toBe(1)
    now = 1000
    expect(await ask()).toBe(200)
    expect(pings).toBe(2)
  })

  test('shares a failure as well, and asks once more after a second', async () => {
    let now = 0
    const answers = [() => Promise.reject(new Error('down')), async () => {}]
    const cluster = { ...client.cluster, ping: () => answers.shift()?.() ?? Promise.resolve() }
    const { api } = apiOn(cluster, { elapsed: () => now })
    const ask = async () => (await api.request('/ready')).status
    expect([await ask(), await ask()]).toEqual([503, 503])
    now = 1000
    expect(await ask()).toBe(200)
  })

  test.each(['/openapi.json', '/docs?code=a%22%3E%3Cscript%3E'])('answers %s the same each time', async (path) => {
    const { api } = apiOn(client.cluster)
    const [first, second] = [await (await api.request(path)).text(), await (await api.request(path)).text()]
    expect(first).toBe(second)
    expect(first).not.toContain('><script>')
  })

  test('has the query of each request in the links of /docs, and of no other', async () => {
    const { api } = apiOn(client.cluster)
    expect(await (await api.request('/docs?code=one')).text()).toContain('href="openapi.json?code=one"')
    expect(await (await api.request('/docs')).text()).toContain('href="openapi.json"')
  })
})

test('ready is 503 while the host shuts down', async () => {
  const { api } = apiOn(client.cluster, { draining: AbortSignal.abort() })
  const response = await api.request('/ready')
  expect(response.status).toBe(503)
  expect(await response.json()).toMatchObject({ status: 'not ready', error: 'shutting down' })
})

test('ready is 503 when Kubernetes does not answer, in the words of the operations guide', async () => {
  const server = await scriptedServer([reset])
  const faulty = clusterAt(server.url, { random: () => 0 })
  const { api, records } = apiOn(faulty.cluster)
  const response = await api.request('/ready')
  expect(response.status).toBe(503)
  expect(await response.json()).toEqual({
    status: 'not ready',
    error: 'unable to connect to Kubernetes API',
    time: expect.any(String),
  })
  expect(records[0]?.error?.message).toContain('Kubernetes cannot be reached')
  await faulty.close()
  await server.stop()
})

describe('the log line of a request', () => {
  test('says what was scaled, by whom and why, and never holds a key', async () => {
    const authentication = {
      keys: [{ name: 'ops', key: 'the-key-of-ops' }],
      trustsAzureIdentity: false,
      anonymousActor: 'anonymous',
      reservedNames: [],
    }
    const { api, records } = apiOn(client.cluster, { authentication })
    await api.request('/api/v1/deployments/project-b/sample-app-b/scale-to-zero?code=a-function-key', {
      method: 'POST',
      body: '{"reason":"nightly"}',
      headers: { authorization: 'Bearer the-key-of-ops', 'user-agent': 'curl/8', 'x-request-id': 'trace-7' },
    })
    const [line] = records.map(logFieldsOf)
    expect(line).toEqual({
      request_id: 'trace-7',
      method: 'POST',
      path: '/api/v1/deployments/project-b/sample-app-b/scale-to-zero',
      status: 200,
      latency: expect.any(Number),
      user_agent: 'curl/8',
      actor: 'ops',
      action: 'scale-to-zero',
      namespace: 'project-b',
      name: 'sample-app-b',
      previous_replicas: 1,
      target_replicas: 0,
      result: 'changed',
      reason: 'nightly',
    })
    expect(JSON.stringify(line)).not.toMatch(/the-key-of-ops|a-function-key/)
  })

  test('cuts what strangers write, and escapes what would mislead its reader', async () => {
    const { api, records } = apiOn(client.cluster)
    const userAgent = `x\u202egnp.exe ${'y'.repeat(300)}`
    await api.request(`/${'p'.repeat(5000)}`, { headers: { 'x-request-id': 'trace-8' } })
    const [record] = records
    if (record === undefined) throw new Error('each request is recorded')
    const failed = new Error('e'.repeat(5000), { cause: new Error('c'.repeat(5000)) })
    const line = logFieldsOf({ ...record, userAgent, error: failed }) as Record<string, string>
    const { path, user_agent, error, cause } = line
    expect([path, user_agent, error, cause].map((text) => text?.length)).toEqual([256, 256, 256, 256])
    expect(user_agent).toMatch(/^x\\u\{202e\}gnp/)
  })

  test('has the route "unmatched" for every unknown path', async () => {
    const { api, records } = apiOn(client.cluster)
    await api.request('/some/path/that/anybody/can/think/up')
    expect(records).toMatchObject([{ route: 'unmatched', status: 404 }])
  })
})

interface Operation {
  operationId: string
  security?: object[]
  responses: Record<string, unknown>
}

interface Components {
  securitySchemes: Record<string, unknown>
  schemas: Record<string, { properties: Record<string, { pattern?: string; maxLength?: number }> }>
}

describe('the OpenAPI document', () => {
  const read = async () => {
    const response = await apiOn(client.cluster).api.request('/openapi.json')
    return (await response.json()) as {
      openapi: string
      paths: Record<string, Record<string, Operation>>
      components: { schemas: { Error: { properties: { error: { enum: string[] } } } } }
    }
  }

  test('describes every route of the table with its operationId', async () => {
    const { openapi, paths } = await read()
    expect(openapi).toBe('3.1.0')
    const served = Object.values(paths).flatMap((methods) => Object.values(methods))
    expect(served.map(({ operationId }) => operationId).sort()).toEqual(
      Object.keys(createRoutes(() => new Date())).sort(),
    )
  })

  const documentOn = async (options: Parameters<typeof apiOn>[1]) => {
    const response = await apiOn(client.cluster, options).api.request('/openapi.json')
    return (await response.json()) as { paths: Record<string, Record<string, Operation>>; components: Components }
  }
  const key = { name: 'ci', key: 'a-key-of-the-tests' }
  const authentication = { keys: [key], trustsAzureIdentity: false, anonymousActor: 'anonymous', reservedNames: [] }

  test.each([
    ['no key', {}, { health: [], docs: [], projects: [] }, []],
    ['a key of ours', { authentication }, { health: [], docs: [], projects: [{ bearer: [] }] }, ['bearer']],
    [
      'a key of the Functions host',
      { guardedByFunctionKey: true },
      {
        health: [],
        docs: [{ functionKey: [] }, { functionKeyInQuery: [] }],
        projects: [{ functionKey: [] }, { functionKeyInQuery: [] }],
      },
      ['functionKey', 'functionKeyInQuery'],
    ],
    [
      'both keys',
      { guardedByFunctionKey: true, authentication },
      {
        health: [],
        docs: [{ functionKey: [] }, { functionKeyInQuery: [] }],
        projects: [
          { functionKey: [], bearer: [] },
          { functionKeyInQuery: [], bearer: [] },
        ],
      },
      ['functionKey', 'functionKeyInQuery', 'bearer'],
    ],
    [
      'an identity',
      { authentication: { ...authentication, keys: [], trustsAzureIdentity: true, access: [] } },
      { health: [], docs: [], projects: [{ identity: [] }] },
      ['identity'],
    ],
  ])('says where a request needs %s', async (_, options, expected, schemes) => {
    const { paths, components } = await documentOn(options)
    const { '/health': health, '/docs': docs, '/api/v1/projects': projects } = paths
    const securityOf = (path?: Record<string, Operation>) => path?.get?.security
    expect({ health: securityOf(health), docs: securityOf(docs), projects: securityOf(projects) }).toEqual(expected)
    expect(Object.keys(components.securitySchemes)).toEqual(schemes)
    expect('401' in (projects?.get?.responses ?? {})).toBe(schemes.length > 0)
  })

  test('says which errors a request can be answered', async () => {
    const { paths } = await documentOn({ authentication })
    const statuses = (path: string, method: string) => Object.keys(paths[path]?.[method]?.responses ?? {}).join(' ')
    const deployment = '/api/v1/deployments/{namespace}/{name}'
    expect(statuses('/health', 'get')).toBe('200')
    expect(statuses('/api/v1/projects', 'get')).toBe('200 304 400 401 403 429 500 503 504')
    expect(statuses(`${deployment}/status`, 'get')).toBe('200 400 401 403 404 429 500 503 504')
    expect(statuses(`${deployment}/restore`, 'post')).toBe('200 400 401 403 404 408 409 413 429 500 503 504')
    expect(statuses('/api/v1/projects/{project}/restore', 'post')).toBe('200 400 401 403 404 408 413 429 500 503 504')
  })

  test('takes the same reasons as the API', async () => {
    const { components } = await documentOn({})
    const { pattern = '', maxLength = 0 } = components.schemas.Restore?.properties.reason ?? {}
    const documented = (text: string) => new RegExp(pattern, 'u').test(text) && [...text].length <= maxLength
    const character = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      fc.constantFrom(' ', '\n', '\t', '\u3000', '\ufeff', '\u0085', '\u001c', '\u200b', '\u{1f600}', 'a'),
    )
    const texts = fc.oneof(
      fc.array(character, { maxLength: 6 }).map((all) => all.join('')),
      fc.constantFrom('x'.repeat(500), 'x'.repeat(501), `${'x'.repeat(500)} `, ' '.repeat(3)),
    )
    const { restore } = requestBodies(() => new Date())
    fc.assert(
      fc.property(texts, (reason) => expect(restore.safeParse({ reason }).success).toBe(documented(reason))),
      { numRuns: 2000 },
    )
  })

  test('lists every code that an error can have', async () => {
    const { components } = await read()
    expect(components.schemas.Error.properties.error.enum.sort()).toEqual(Object.keys(httpStatuses).sort())
  })
})

describe('a project whose namespace does not exist', () => {
  const gone = { ...projects[0], name: 'gone', namespaces: ['gone'] } as (typeof projects)[0]
  const fault = 'project gone: namespace gone does not exist'

  test('is listed with that fault, and alone, too', async () => {
    const { api } = apiOn(client.cluster, { projects: [...projects, gone] })
    const listed = await api.request('/api/v1/projects')
    expect(await listed.json()).toMatchObject({
      projects: [
        { name: 'a', namespaces: ['project-a'], faults: [] },
        { name: 'gone', namespaces: [], faults: [fault] },
      ],
    })
    const alone = await api.request('/api/v1/projects/gone')
    expect(await alone.json()).toMatchObject({ project: { name: 'gone', faults: [fault] } })
  })

  test('cannot be scaled, and the answer says why', async () => {
    const { api } = apiOn(client.cluster, { projects: [...projects, gone] })
    const body = JSON.stringify({ reason: 'x' })
    const answer = await api.request('/api/v1/projects/gone/scale-to-zero', { method: 'POST', body })
    expect([answer.status, await answer.json()]).toMatchObject([404, { error: 'project-not-found', message: fault }])
  })
})

test('a project shows what is written on its workloads and cannot be used', async () => {
  const ref = { kind: 'Deployment' as const, namespace: 'project-a', name: 'sample-app-a' }
  const value = { 'aks-scale-to-zero/exclude': 'yes' }
  await client.cluster.patchWorkload(ref, [{ op: 'add', path: '/metadata/annotations', value }])
  const { api } = apiOn(client.cluster, { projects })
  const message =
    'project a: Deployment project-a/sample-app-a: aks-scale-to-zero/exclude is "yes", neither "true" nor "false"'
  expect(await (await api.request('/api/v1/projects/a')).json()).toMatchObject({ project: { faults: [message] } })
})
