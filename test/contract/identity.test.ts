import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../dev/cluster/index.ts'
import { functionsKey, type Host, startFunctions, startScaleApi } from '../hosts.ts'
import { principalHeaders } from '../principal.ts'
import { waitFor } from '../waitFor.ts'

const apiKey = 'api-key-of-the-tests'
const ACCESS = JSON.stringify([
  { role: 'TeamA', projects: ['project-a'], may: 'change' },
  { role: 'Viewer', projects: '*', may: 'read' },
])
const asTeamA = principalHeaders([['roles', 'TeamA']])
const asViewer = principalHeaders([['roles', 'Viewer']], { name: 'bob@example.com' })
const dryRun = '/api/v1/projects/project-a/scale-to-zero?dry_run=true'

let dir: string
let cluster: EmbeddedCluster
let settings: Record<string, string>
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'identity-'))
  cluster = await startCluster({ controllers: false })
  writeFileSync(join(dir, 'kubeconfig'), cluster.kubeconfig)
  const PROJECTS = JSON.stringify([{ name: 'project-a' }, { name: 'project-b' }])
  settings = { KUBECONFIG: join(dir, 'kubeconfig'), PROJECTS }
})
afterAll(async () => {
  await cluster?.stop()
  rmSync(dir, { recursive: true })
})

const post = (headers: Record<string, string>) => ({ method: 'POST', body: '{"reason":"night"}', headers })
const statusOf = async (host: Host, path: string, init: RequestInit = {}) => (await fetch(host.url + path, init)).status

/** The log line of the last answer to a change, once it is written. */
async function actorOf(host: Host): Promise<string | undefined> {
  const found = await waitFor({
    what: 'the change is in the log',
    look: async () => [...host.output().matchAll(/"actor":"([^"]+)","action":"scale-to-zero"/g)].at(-1),
    until: (match) => match !== undefined,
  })
  return found?.[1]
}

describe('the function app behind App Service authentication, with ACCESS', () => {
  let host: Host
  beforeAll(async () => {
    host = await startFunctions({ ...settings, WEBSITE_AUTH_ENABLED: 'True', ACCESS })
  })
  afterAll(() => host?.stop())

  test('needs no key of those who have signed in, and knows who they are', async () => {
    expect(await statusOf(host, dryRun, post(asTeamA))).toBe(200)
    expect(await actorOf(host)).toBe('alice@example.com')
  })

  test('lets nobody do more than ACCESS says', async () => {
    expect(await statusOf(host, '/api/v1/projects/project-b', { headers: asTeamA })).toBe(404)
    expect(await statusOf(host, '/api/v1/projects/project-b', { headers: asViewer })).toBe(200)
    expect(await statusOf(host, dryRun, post(asViewer))).toBe(200)
    expect(await statusOf(host, '/api/v1/projects/project-a/scale-to-zero', post(asViewer))).toBe(403)
    expect(await statusOf(host, '/api/v1/projects', { headers: principalHeaders([['roles', 'Other']]) })).toBe(403)
  })

  test.each<[string, string, RequestInit]>([
    ['without anything', '/api/v1/projects', {}],
    ['with the host key', '/api/v1/projects', { headers: { 'x-functions-key': functionsKey } }],
    ['with the host key in the address', `/api/v1/projects?code=${functionsKey}`, {}],
    ['to change something', dryRun, post({})],
    ['to a path that is none', '/api/v1/none', {}],
  ])('itself refuses a request %s: 401, with how to sign in', async (_what, path, init) => {
    const answer = await fetch(host.url + path, init)
    expect([answer.status, await answer.json()]).toMatchObject([
      401,
      { error: 'unauthorized', message: expect.stringContaining('/.auth/login/aad') },
    ])
  })

  test('refuses the form of another site, though the browser has signed in', async () => {
    const { headers, ...form } = post({ ...asTeamA, 'sec-fetch-site': 'cross-site', 'content-type': 'text/plain' })
    expect(await statusOf(host, dryRun, { ...form, headers })).toBe(403)
  })

  test('has open pages, which hold no data', async () => {
    expect(await statusOf(host, '/docs')).toBe(200)
    expect(await statusOf(host, '/openapi.json')).toBe(200)
  })
})

test('a forged identity opens nothing in a function app without App Service authentication, and names nobody', async () => {
  const host = await startFunctions({ ...settings, ACCESS })
  try {
    expect(await statusOf(host, '/api/v1/projects', { headers: asTeamA })).toBe(401)
    expect(await statusOf(host, dryRun, post({ ...asTeamA, 'x-functions-key': functionsKey }))).toBe(200)
    expect(await actorOf(host)).toBe('function-key')
    expect(await (await fetch(`${host.url}/ready`)).json()).toMatchObject({
      faults: [expect.stringContaining('ACCESS grants nothing here')],
    })
  } finally {
    await host.stop()
  }
})

test('a forged identity opens nothing in the cluster and names nobody, whatever its settings say', async () => {
  const host = await startScaleApi({ ...settings, API_KEYS: JSON.stringify([{ name: 'ops', key: apiKey }]) })
  try {
    expect(await statusOf(host, '/api/v1/projects', { headers: asTeamA })).toBe(401)
    expect(await statusOf(host, dryRun, post({ ...asTeamA, authorization: `Bearer ${apiKey}` }))).toBe(200)
    expect(await actorOf(host)).toBe('ops')
  } finally {
    await host.stop()
  }
  const misled = await startScaleApi({ ...settings, ACCESS, WEBSITE_AUTH_ENABLED: 'true', API_AUTH: 'none' })
  try {
    expect(await statusOf(misled, dryRun, post(asTeamA))).toBe(200)
    expect(await actorOf(misled)).toBe('anonymous')
  } finally {
    await misled.stop()
  }
})

test.each([
  ['the Functions host', () => startFunctions({ ...settings, API_KEY: apiKey, LOG_LEVEL: 'trace' })],
  ['the in-cluster host', () => startScaleApi({ ...settings, API_KEY: apiKey, LOG_LEVEL: 'trace' })],
])('%s writes no key into its log, right or wrong, in a header or in an address', async (_what, start) => {
  const host = await start()
  const wrong = 'wrong-key-of-somebody'
  try {
    const both = { authorization: `Bearer ${apiKey}`, 'x-functions-key': functionsKey }
    expect(await statusOf(host, '/api/v1/projects', { headers: both })).toBe(200)
    expect(await statusOf(host, `/api/v1/projects?code=${functionsKey}`, { headers: both })).toBe(200)
    await statusOf(host, `/api/v1/projects?code=${wrong}`, { headers: { authorization: `Bearer ${wrong}` } })
    await statusOf(host, `/api/v1/none?code=${functionsKey}&key=${wrong}`, { headers: both })
    await statusOf(host, dryRun, { ...post(both), body: '{"reason":1}' })
    await waitFor({
      what: 'the last request is in the log',
      look: async () => host.output(),
      until: (text) => text.includes('"status":400'),
    })
  } finally {
    await host.stop()
  }
  for (const key of [apiKey, functionsKey, wrong]) expect(host.output()).not.toContain(key)
})
