import { describe, expect, test } from '@jest/globals'
import { principalHeaders } from '../../principal.ts'
import { appA, Client } from '../dev/cluster/cluster.ts'
import { embeddedForEach } from '../kubernetes/embeddedFor.ts'
import { projectA, projectB } from '../scaling/projects.ts'
import { apiOn } from './apiOn.ts'

const at = embeddedForEach()

const access = [
  { role: 'TeamA', projects: ['a'], may: 'change' as const },
  { role: 'ReaderOfA', projects: ['a'], may: 'read' as const },
  { role: 'Reader', projects: '*' as const, may: 'read' as const },
  { role: 'Operator', projects: '*' as const, may: 'change' as const },
]

/** Asks as somebody with this app role. */
function as(role: string) {
  const { api, records } = apiOn(at.client.cluster, {
    projects: [projectA, projectB],
    authentication: { keys: [], trustsAzureIdentity: true, access, anonymousActor: 'anonymous', reservedNames: [] },
  })
  const ask = async (path: string, body?: object) => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
    const response = await api.request(`/api/v1/${path}`, { ...init, headers: principalHeaders([['roles', role]]) })
    return { status: response.status, body: (await response.json()) as { error?: string; message?: string } & object }
  }
  return { ask, records }
}

const reason = { reason: 'night' }
const changes = [
  ['projects/a/scale-to-zero', reason],
  ['projects/a/restore', reason],
  ['projects/a/keep-awake', { ...reason, for: '1h' }],
  ['projects/a/skip', reason],
  ['projects/a/follow-schedule', reason],
  ['projects/a/schedule', { ...reason, scale_down: ['0 21 * * *'] }],
  ['deployments/project-a/sample-app-a/scale-to-zero', reason],
  ['deployments/project-a/sample-app-a/scale-up', { ...reason, replicas: 2 }],
  ['deployments/project-a/sample-app-a/restore', reason],
] as const

const mayOf = (name: string, may: 'read' | 'change') => expect.objectContaining({ name, may })
const everything = [appA, '/api/v1/namespaces/project-a', '/api/v1/events', '/api/v1/configmaps']

describe.each(['ReaderOfA', 'Reader'])('somebody with the role %s, who may only read', (role) => {
  test('sees project a and its Deployments', async () => {
    const { ask } = as(role)
    for (const path of ['projects', 'projects/a', 'projects/a/history', 'deployments/project-a/sample-app-a/status'])
      expect((await ask(path)).status).toBe(200)
  })

  test('is told that it may not change it', async () => {
    const { ask } = as(role)
    expect((await ask('projects/a')).body).toMatchObject({ project: { may: 'read' } })
    expect((await ask('projects')).body).toMatchObject({ projects: expect.arrayContaining([mayOf('a', 'read')]) })
  })

  test.each(changes)('sees what %s would change, and nothing is changed', async (path, body) => {
    const before = await Promise.all(everything.map((one) => new Client(at.embedded).get(one)))
    const answer = await as(role).ask(`${path}?dry_run=true`, body)
    expect([answer.status, answer.body]).toEqual([200, expect.objectContaining({ dry_run: true })])
    const after = await Promise.all(everything.map((one) => new Client(at.embedded).get(one)))
    expect(after.map((one) => one.body)).toEqual(before.map((one) => one.body))
  })

  test.each(changes)('is refused %s, and nothing is changed', async (path, body) => {
    const before = await new Client(at.embedded).get(appA)
    const { status, body: answer } = await as(role).ask(path, body)
    expect([status, answer.error]).toEqual([403, 'access-denied'])
    expect(answer.message).toContain('project a and not change it')
    expect((await new Client(at.embedded).get(appA)).body).toEqual(before.body)
  })
})

test('a group changes its own project, sees no other one, and is who did it', async () => {
  const { ask, records } = as('TeamA')
  expect((await ask('projects/a/scale-to-zero', reason)).status).toBe(200)
  expect(records.at(-1)?.actor).toBe('alice@example.com')
  expect((await ask('projects/b')).status).toBe(404)
  expect((await ask('projects/b/scale-to-zero', reason)).status).toBe(404)
  expect((await ask('deployments/project-b/sample-app-b/status')).status).toBe(404)
})

test('readers with other rights share no answer, and an entity tag of one is none of the other', async () => {
  const { api } = apiOn(at.client.cluster, {
    projects: [projectA, projectB],
    authentication: { keys: [], trustsAzureIdentity: true, access, anonymousActor: 'anonymous', reservedNames: [] },
    elapsed: () => 0,
  })
  const read = async (role: string, etag = '') => {
    const headers = { ...principalHeaders([['roles', role]]), 'if-none-match': etag }
    const answer = await api.request('/api/v1/projects', { headers })
    const { projects } = (await answer.json()) as { projects: { name: string; may: string }[] }
    return { etag: answer.headers.get('etag') ?? '', told: projects.map(({ name, may }) => `${name} ${may}`) }
  }
  const operator = await read('Operator')
  expect(operator.told).toEqual(['a change', 'b change'])
  expect((await read('Reader', operator.etag)).told).toEqual(['a read', 'b read'])
  expect((await read('TeamA', operator.etag)).told).toEqual(['a change'])
  expect((await read('ReaderOfA')).told).toEqual(['a read'])
})

test('all projects are suspended by those who may change all, and by nobody else', async () => {
  for (const role of ['TeamA', 'Reader'])
    expect((await as(role).ask('suspend', reason)).body.error).toBe('limited-caller')
  for (const role of ['Operator', 'Reader'])
    expect((await as(role).ask('suspend?dry_run=true', reason)).status).toBe(200)
  expect((await as('TeamA').ask('suspend?dry_run=true', reason)).body.error).toBe('limited-caller')
})
