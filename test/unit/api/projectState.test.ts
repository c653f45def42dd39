import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../../dev/cluster/index.ts'
import { waitFor } from '../../waitFor.ts'
import { appA, Client } from '../dev/cluster/cluster.ts'
import { clusterAt } from '../kubernetes/clusterAt.ts'
import { apiOn } from './apiOn.ts'

const hourMs = 3_600_000
const namespace = 'project-a'
const project = {
  name: namespace,
  namespaces: [namespace],
  scaleDown: ['0 22 * * *'],
  scaleUp: ['0 7 * * *'],
  timeZone: 'UTC',
}

let embedded: EmbeddedCluster
let client: ReturnType<typeof clusterAt>
beforeEach(async () => {
  embedded = await startCluster({ podDelayMs: 1, nodeDelayMs: 1 })
  client = clusterAt(embedded.url)
  // As the timer leaves a project that its schedule has put to zero.
  await ask('scale-to-zero')
  const anHourAgo = new Date(Date.now() - hourMs).toISOString()
  await client.cluster.annotateNamespace(namespace, {
    'aks-scale-to-zero/asleep-since': anHourAgo,
    'aks-scale-to-zero/last-scale-down': anHourAgo,
  })
})
afterEach(async () => {
  await client.close()
  await embedded.stop()
})

const request = (path: string, init: RequestInit = {}) =>
  apiOn(client.cluster, { projects: [project] }).api.request(`/api/v1/projects/${namespace}${path}`, init)
const ask = (action: string) => request(`/${action}`, { method: 'POST', body: '{"reason":"test"}' })

interface Told {
  state: string
  nodes: { should_be_asleep: boolean }
  next: { action: string }
  intervals: { state: string }[]
}
const told = async () => ((await (await request('')).json()) as { project: Told }).project
const until = (state: string) => waitFor({ what: state, look: told, until: (found) => found.state === state })

test('a project that a request has woken in its night is awake, and the next that changes it is the scale-down', async () => {
  expect(await until('asleep')).toMatchObject({ nodes: { should_be_asleep: true }, next: { action: 'scale-up' } })
  expect((await ask('restore')).status).toBe(200)
  expect(await until('awake')).toMatchObject({ nodes: { should_be_asleep: false }, next: { action: 'scale-down' } })
  expect((await told()).intervals[0]?.state).toBe('awake')
})

test('a project that something else has raised in its night is to be asleep', async () => {
  await new Client(embedded).patch(appA, { spec: { replicas: 1 } })
  expect(await until('going-to-sleep')).toMatchObject({ nodes: { should_be_asleep: true } })
})
