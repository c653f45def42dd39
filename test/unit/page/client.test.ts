import { expect, test } from '@jest/globals'
import { createClient, type Problem, RequestFailed } from '../../../page/api/client.ts'

const clock = () => Date.parse('2026-11-28T12:00:00Z')

/** A client of a host that gives these answers, one after the other, with what it was asked. */
function clientOf(...answers: (Response | Error)[]) {
  const asked: { path: string; headers: Record<string, string>; init: RequestInit }[] = []
  const client = createClient({
    clock,
    keys: () => ({ functionKey: 'f' }),
    async fetch(path, init) {
      asked.push({ path, headers: init.headers as Record<string, string>, init })
      const answer = answers.shift()
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('nothing is left')
      return answer
    },
  })
  return { client, asked }
}

const problemOf = (asking: Promise<unknown>): Promise<Problem | undefined> =>
  asking.then(
    () => undefined,
    (error: unknown) => (error instanceof RequestFailed ? error.problem : undefined),
  )

const error = { status: 'error', error: 'unauthorized', message: 'A key is needed' }

test('the key goes in a header, and never in the address', async () => {
  const { client, asked } = clientOf(Response.json({ projects: [] }))
  await client.get('api/v1/projects')
  expect(asked[0]).toMatchObject({ path: 'api/v1/projects', headers: { 'x-functions-key': 'f' } })
})

test('what has not changed is asked for by its entity tag, and is what was read', async () => {
  const { client, asked } = clientOf(
    Response.json({ one: 1 }, { headers: { etag: '"a"' } }),
    new Response(null, { status: 304, headers: { etag: '"a"' } }),
  )
  await client.get('x')
  expect(await client.get('x')).toEqual({ one: 1 })
  expect(asked[1]?.headers['if-none-match']).toBe('"a"')
})

test('a reading that was begun is asked for once, and the next one again', async () => {
  const { client, asked } = clientOf(Response.json({ one: 1 }), Response.json({ one: 2 }))
  client.begin('x')
  expect(asked).toHaveLength(1)
  expect(await client.get('x')).toEqual({ one: 1 })
  expect(await client.get('x')).toEqual({ one: 2 })
})

test('a reading that was begun tells why it failed when its answer is taken', async () => {
  const { client } = clientOf(new Response(null, { status: 401 }))
  client.begin('x')
  expect(await problemOf(client.get('x'))).toEqual({ kind: 'key', wanted: 'functionKey' })
})

test.each<[string, Response | Error, Problem]>([
  ['no answer', new TypeError('fetch failed'), { kind: 'away' }],
  ['a page of a proxy', new Response('<h1>Bad Gateway</h1>', { status: 502 }), { kind: 'away' }],
  ['a page of a proxy with status 200', new Response('<h1>Sign in</h1>'), { kind: 'away' }],
  ['the empty 401 of Functions', new Response(null, { status: 401 }), { kind: 'key', wanted: 'functionKey' }],
  [
    'a 401 of this API',
    Response.json(error, { status: 401 }),
    { kind: 'key', wanted: 'apiKey', message: error.message },
  ],
])('%s is told as such', async (_what, answer, problem) => {
  expect(await problemOf(clientOf(answer).client.get('x'))).toEqual(problem)
})

test('a refusal keeps the words of the API', async () => {
  const body = { ...error, error: 'project-not-found', message: 'Project a not found' }
  const { client } = clientOf(Response.json(body, { status: 404 }))
  expect(await problemOf(client.post('x', {}))).toEqual({ kind: 'refused', body })
})

test('the time is that of the host where the clock of this machine is wrong', async () => {
  const { client } = clientOf(Response.json({ timestamp: '2026-11-28T12:10:00.000Z' }))
  await client.get('x')
  expect(new Date(client.now()).toISOString()).toBe('2026-11-28T12:10:00.000Z')
})

test('a clock of this machine that was set right is believed again', async () => {
  const answers = ['2026-11-28T12:10:00.000Z', '2026-11-28T12:00:00.000Z'].map((timestamp) =>
    Response.json({ timestamp }),
  )
  const { client } = clientOf(...answers)
  for (const _answer of answers) await client.get('x')
  expect(new Date(client.now()).toISOString()).toBe('2026-11-28T12:00:00.000Z')
})
