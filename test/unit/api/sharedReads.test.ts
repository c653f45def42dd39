import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../../dev/cluster/index.ts'
import { clusterAt } from '../kubernetes/clusterAt.ts'
import { projectA, projectB } from '../scaling/projects.ts'
import { apiOn } from './apiOn.ts'

let embedded: EmbeddedCluster
let client: ReturnType<typeof clusterAt>
let time: number
beforeEach(async () => {
  embedded = await startCluster({ controllers: false })
  client = clusterAt(embedded.url)
  time = 0
})
afterEach(async () => {
  await client.close()
  await embedded.stop()
})

const keys = [
  { name: 'alice', key: 'the-key-of-alice' },
  { name: 'bob', key: 'the-key-of-bob' },
  { name: 'team-a', key: 'the-key-of-team-a', projects: ['a'] },
]

/** The API on a clock that the test turns. */
function subject() {
  const { api } = apiOn(client.cluster, {
    projects: [projectA, projectB],
    authentication: { keys, trustsAzureIdentity: false, anonymousActor: 'anonymous', reservedNames: [] },
    elapsed: () => time,
  })
  return async (path: string, { key = 'the-key-of-alice', ...init }: RequestInit & { key?: string } = {}) =>
    api.request(`/api/v1/${path}`, { ...init, headers: { authorization: `Bearer ${key}`, ...init.headers } })
}

/** How many calls to Kubernetes something takes. */
async function callsOf(work: () => Promise<unknown>): Promise<number> {
  client.calls.length = 0
  await work()
  return client.calls.length
}

test.each(['projects', 'projects/a', 'projects/a/calendar', 'projects/a/history', 'node-pools'])(
  'a hundred readers of %s cost Kubernetes what one costs',
  async (path) => {
    const read = subject()
    const one = await callsOf(() => read(path))
    time += 1000
    const readers = Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? 'the-key-of-alice' : 'the-key-of-bob'))
    const answers: Response[] = []
    const many = await callsOf(async () =>
      answers.push(...(await Promise.all(readers.map((key) => read(path, { key }))))),
    )
    expect(one).toBeGreaterThan(0)
    expect(many).toBe(one)
    const texts = new Set(await Promise.all(answers.map((answer) => answer.text())))
    expect([texts.size, new Set(answers.map(({ headers }) => headers.get('x-request-id'))).size]).toEqual([1, 100])
  },
)

test('what was read is shared for a second, and no longer', async () => {
  const read = subject()
  const one = await callsOf(() => read('projects/a'))
  time += 999
  expect(await callsOf(() => read('projects/a'))).toBe(0)
  time += 1
  expect(await callsOf(() => read('projects/a'))).toBe(one)
})

test('a reader sees only what it may see, whoever has read before', async () => {
  const read = subject()
  const names = async (key: string) => {
    const { projects } = (await (await read('projects', { key })).json()) as { projects: { name: string }[] }
    return projects.map(({ name }) => name)
  }
  expect(await names('the-key-of-alice')).toEqual(['a', 'b'])
  expect(await names('the-key-of-team-a')).toEqual(['a'])
  expect((await read('projects/b')).status).toBe(200)
  expect((await read('projects/b', { key: 'the-key-of-team-a' })).status).toBe(404)
  expect((await read('projects/b', { key: 'unknown-key' })).status).toBe(401)
})

test.each([
  ['of the project', 'projects/a/scale-to-zero'],
  ['of one Deployment', 'deployments/project-a/sample-app-a/scale-to-zero'],
])('a reader after a change %s sees it', async (_what, path) => {
  const read = subject()
  const counts = async () =>
    ((await (await read('projects/a')).json()) as { project: { workloads: object } }).project.workloads
  expect(await counts()).toMatchObject({ asleep: 0 })
  expect((await read(path, { method: 'POST', body: '{"reason":"night"}' })).status).toBe(200)
  expect(await counts()).toMatchObject({ asleep: 1 })
})

test('a dry run, which changes nothing, lets readers share what was read', async () => {
  const read = subject()
  await read('projects/a')
  const path = 'projects/a/scale-to-zero?dry_run=true'
  expect((await read(path, { method: 'POST', body: '{"reason":"night"}' })).status).toBe(200)
  expect(await callsOf(() => read('projects/a'))).toBe(0)
})

test('a request that changes something is not answered with what was read before', async () => {
  const read = subject()
  await read('projects/a')
  expect(await callsOf(() => read('projects/a/scale-to-zero', { method: 'POST', body: '{}' }))).toBeGreaterThan(0)
})

test('a reader that names what it has is told whether that is still so', async () => {
  const read = subject()
  const first = await read('projects/a')
  const etag = first.headers.get('etag') ?? ''
  const again = () => read('projects/a', { headers: { 'if-none-match': etag } })
  time += 5000
  const unchanged = await again()
  expect([unchanged.status, await unchanged.text(), unchanged.headers.get('etag')]).toEqual([304, '', etag])
  await read('projects/a/scale-to-zero', { method: 'POST', body: '{"reason":"night"}' })
  const changed = await again()
  expect(changed.status).toBe(200)
  expect(changed.headers.get('etag')).not.toBe(etag)
})

test('readers share a failure, each under its own request id', async () => {
  await embedded.stop()
  const read = subject()
  const one = await callsOf(() => read('projects'))
  time += 1000
  const answers: Response[] = []
  const many = await callsOf(async () =>
    answers.push(...(await Promise.all(Array.from({ length: 20 }, () => read('projects'))))),
  )
  // How often a call is repeated depends on when it fails.
  expect(many).toBeLessThan(3 * one)
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 503))
  const ids = await Promise.all(
    answers.map(async (answer) => ((await answer.json()) as { request_id: string }).request_id),
  )
  expect(new Set(ids).size).toBe(20)
})
