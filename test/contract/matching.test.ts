import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../dev/cluster/index.ts'
import { functionsKey, type Host, startFunctions, startScaleApi } from '../hosts.ts'
import { clusterAt } from '../unit/kubernetes/clusterAt.ts'

const apiKey = 'api-key-of-the-tests'
const found = { namespacePattern: 'project-*', scaleDown: '0 22 * * *', scaleUp: '0 7 * * *' }

let cluster: EmbeddedCluster
let client: ReturnType<typeof clusterAt>
let dir: string
let host: Host | undefined
beforeEach(async () => {
  cluster = await startCluster({ controllers: false })
  client = clusterAt(cluster.url)
  dir = mkdtempSync(join(tmpdir(), 'matching-'))
})
afterEach(async () => {
  await host?.stop()
  await client.close()
  await cluster.stop()
  rmSync(dir, { recursive: true })
})

const replicas = () =>
  Promise.all(
    ['a', 'b'].map(async (one) => {
      const ref = { kind: 'Deployment' as const, namespace: `project-${one}`, name: `sample-app-${one}` }
      return (await client.cluster.getWorkload(ref)).desiredReplicas
    }),
  )

describe.each([
  ['the Functions host', startFunctions, { FUNCTIONS_KEY: functionsKey }, { 'x-functions-key': functionsKey }],
  ['the in-cluster host', startScaleApi, { API_KEY: apiKey }, { authorization: `Bearer ${apiKey}` }],
])('a project that an entry of PROJECTS finds in the cluster, in %s', (_host, start, settings, headers) => {
  /** Starts the host with this entry, and tells how to ask it. */
  async function withEntry(entry: object) {
    const kubeconfig = join(dir, 'kubeconfig')
    writeFileSync(kubeconfig, cluster.kubeconfig)
    host = await start({ ...settings, KUBECONFIG: kubeconfig, PROJECTS: JSON.stringify([entry]) })
    const { url } = host
    return async (path: string, body?: object) => {
      const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
      const response = await fetch(`${url}/api/v1/projects${path}`, { ...init, headers })
      return { status: response.status, body: await response.json() }
    }
  }

  test('is listed with its schedule, and sleeps and wakes without its neighbours', async () => {
    const ask = await withEntry({ name: 'samples', ...found })
    const schedule = { scale_down: ['0 22 * * *'], scale_up: ['0 7 * * *'] }
    expect((await ask('')).body).toMatchObject({
      projects: [
        { name: 'project-a', namespaces: ['project-a'], schedule },
        { name: 'project-b', namespaces: ['project-b'], schedule },
      ],
    })
    const before = await replicas()
    const reason = 'a test'
    expect((await ask('/project-a/scale-to-zero', { reason })).body).toMatchObject({ project: 'project-a' })
    expect(await replicas()).toEqual([0, before[1]])
    await ask('/project-a/restore', { reason })
    expect(await replicas()).toEqual(before)
    expect((await ask('/samples')).status).toBe(404)
  })

  test('has all of its namespaces where the entry says one project', async () => {
    const ask = await withEntry({ name: 'samples', ...found, oneProject: true })
    expect((await ask('')).body).toMatchObject({
      projects: [{ name: 'samples', namespaces: ['project-a', 'project-b'] }],
    })
    expect((await ask('/samples/scale-to-zero', { reason: 'a test' })).status).toBe(200)
    expect(await replicas()).toEqual([0, 0])
    expect((await ask('/project-a')).status).toBe(404)
  })

  test('is kept awake, and says why, while more namespaces match than the entry allows', async () => {
    const ask = await withEntry({ name: 'samples', ...found, atMost: 1 })
    const { calendar } = (await ask('/project-a/calendar')).body as { calendar: { transitions: object[] } }
    const because = 'atMost of PROJECTS cannot be understood'
    expect(calendar.transitions).toContainEqual(expect.objectContaining({ action: 'scale-down', acts: false, because }))
    expect((await ask('/project-a')).body).toMatchObject({
      project: { faults: [expect.stringContaining('more than its atMost of 1')] },
    })
  })
})
