import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { startFakeAzure } from '../../dev/azure/index.ts'
import { type EmbeddedCluster, startCluster } from '../../dev/cluster/index.ts'
import { describeWorkload, recordAnnotations } from '../../shared/scaling/index.ts'
import { type Host, startFunctions, tick } from '../hosts.ts'
import { clusterAt } from '../unit/kubernetes/clusterAt.ts'
import { waitFor } from '../waitFor.ts'
import { interruptedKubernetes } from './interruptedKubernetes.ts'

// The host waits 10 seconds for a timer under way before it asks for its end, as the real one does.
jest.setTimeout(180_000)

/** As many patches get through before the server becomes slow. */
const quick = 300
const name = (index: number) => `app-${index}`
const replicas = (index: number) => 1 + (index % 7)
const isPatchOfWorkload = ({ method, url }: IncomingMessage) => method === 'PATCH' && url?.includes('/deployments/')

let cluster: EmbeddedCluster
let client: ReturnType<typeof clusterAt>
let dir: string
const hosts: Host[] = []

async function hostAt(server: string, namespace: string, settings: Record<string, string>): Promise<Host> {
  const kubeconfig = join(dir, `${namespace}-${hosts.length}`)
  writeFileSync(kubeconfig, cluster.kubeconfig.replace(cluster.url, server))
  const host = await startFunctions({
    ...settings,
    WEBSITE_INSTANCE_ID: String(hosts.length),
    KUBECONFIG: kubeconfig,
    // A call must not end by itself while the host waits.
    KUBERNETES_CALL_TIMEOUT_SECONDS: '60',
  })
  hosts.push(host)
  return host
}

async function create(path: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(cluster.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  if (response.status !== 201) throw new Error(`${path} was not created: ${await response.text()}`)
}

/** A namespace of workloads whose scale-down is due since two minutes ago. */
async function bedtime(namespace: string, count: number) {
  await create('/api/v1/namespaces', { metadata: { name: namespace } })
  for (let index = 0; index < count; index++) {
    const spec = { replicas: replicas(index), selector: {}, template: {} }
    await create(`/apis/apps/v1/namespaces/${namespace}/deployments`, { metadata: { name: name(index) }, spec })
  }
  const longAgo = '2000-01-01T00:00:00.000Z'
  await client.cluster.annotateNamespace(namespace, {
    'aks-scale-to-zero/last-scale-down': longAgo,
    'aks-scale-to-zero/last-scale-up': longAgo,
  })
  const at = new Date(Math.floor(Date.now() / 60_000) * 60_000 - 120_000)
  const project = { name: namespace, scaleDown: `${at.getUTCMinutes()} ${at.getUTCHours()} * * *` }
  return { at: at.toISOString(), project }
}

const annotationsOf = async (namespace: string) =>
  (await client.cluster.listNamespaces()).find(({ name }) => name === namespace)?.annotations ?? {}

async function look(namespace: string) {
  const workloads = await client.cluster.listWorkloads({ kind: 'Deployment', namespace })
  const annotations = await annotationsOf(namespace)
  return { workloads, awake: workloads.filter(({ desiredReplicas }) => desiredReplicas > 0), annotations }
}

interface Night {
  count: number
  /** The host that was stopped in the middle of the sweep, and what it left. */
  stopped: { code: number | null; output: string }
  left: Awaited<ReturnType<typeof look>>
  /** When the second host has finished. */
  finished: Awaited<ReturnType<typeof look>>
  /** How often each workload was patched in the whole night. */
  patches: Map<string, number>
  at: string
}

interface Slowness {
  count: number
  /** The requests that the slow server does not get to. */
  isHeld(request: IncomingMessage): boolean | undefined
  /** Whether it gets to them once the host asks its timers to end. */
  recovers: boolean
  /** After so many patches it becomes slow. */
  after?: number
  settings?: Record<string, string>
  /** Done with the first host before the night. */
  prepare?(host: Host): Promise<unknown>
}

/** A night in which the host is stopped in the middle of the sweep, and another one finishes it. */
async function night(namespace: string, slowness: Slowness): Promise<Night> {
  const { count, isHeld, recovers, after = quick } = slowness
  const { at, project } = await bedtime(namespace, count)
  const settings = { ...slowness.settings, PROJECTS: JSON.stringify([project]) }
  const patches = new Map<string, number>()
  const recovered = Promise.withResolvers<void>()
  let isSlow = false
  let held = 0
  const proxy = await interruptedKubernetes(cluster.url, async ({ request, pass }) => {
    isSlow ||= patches.size >= after
    if (isSlow && isHeld(request)) {
      held++
      await recovered.promise
    }
    if (isPatchOfWorkload(request)) patches.set(request.url ?? '', (patches.get(request.url ?? '') ?? 0) + 1)
    await pass()
  })
  const first = await hostAt(proxy.url, namespace, settings)
  await slowness.prepare?.(first)
  await tick(first, 'nightlyScaleDown')
  await waitFor({ what: 'the sweep is under way', look: async () => held, until: (calls) => calls > 0 })

  const exit = first.stop()
  await waitFor({
    what: 'the hook runs',
    look: async () => first.output(),
    until: (text) => text.includes('"stopping"'),
  })
  if (recovers) recovered.resolve()
  const stopped = { code: await exit, output: first.output() }
  proxy.stop()
  const left = await look(namespace)

  const direct = await interruptedKubernetes(cluster.url, async ({ request, pass }) => {
    if (isPatchOfWorkload(request)) patches.set(request.url ?? '', (patches.get(request.url ?? '') ?? 0) + 1)
    await pass()
  })
  const second = await hostAt(direct.url, namespace, settings)
  await tick(second, 'nightlyScaleDown')
  await waitFor({
    what: 'the next host finishes the scale-down',
    look: async () => (await annotationsOf(namespace))['aks-scale-to-zero/last-scale-down'],
    until: (last) => last === at,
  })
  const finished = await look(namespace)
  direct.stop()
  return { count, stopped, left, finished, patches, at }
}

let nights: Record<'slow' | 'hanging' | 'gone', Night>

beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
  client = clusterAt(cluster.url)
  dir = mkdtempSync(join(tmpdir(), 'stopping-'))
  // One after the other: a host has 5 seconds to end, and must not share them with two more.
  nights = {
    slow: await night('slow', { count: 1000, isHeld: isPatchOfWorkload, recovers: true }),
    hanging: await night('hanging', { count: 1000, isHeld: isPatchOfWorkload, recovers: false }),
    gone: await night('gone', { count: 500, isHeld: () => true, recovers: false }),
  }
})

afterAll(async () => {
  for (const { child } of hosts) child.kill('SIGKILL')
  await client.close()
  await cluster.stop()
  rmSync(dir, { recursive: true })
})

describe.each([
  ['patches slowly', 'slow'],
  ['hangs in each patch', 'hanging'],
  ['answers nothing any more', 'gone'],
] as const)('a host that is stopped in the middle of a sweep, while Kubernetes %s', (_, which) => {
  test('ends before Azure kills it', () => {
    const { stopped } = nights[which]
    expect(stopped.code).toBe(0)
    expect(stopped.output).not.toContain('The worker is killed')
    // The app itself says so when its timers have taken longer than 4 seconds to end.
    expect(stopped.output).toMatch(which === 'gone' ? /"stopped before the runs/ : /"stopped"/)
  })

  test('begins no more', () => {
    const { left, count } = nights[which]
    const done = count - left.awake.length
    // 64 are patched at once, and those that had been begun are finished.
    expect(done).toBeGreaterThanOrEqual(quick)
    expect(done).toBeLessThanOrEqual(quick + 2 * 64)
  })

  test('loses nothing, and nothing is done twice: the next host does the rest', () => {
    const { finished, patches, count } = nights[which]
    expect(finished.awake).toEqual([])
    expect([...patches.values()].filter((times) => times !== 1)).toEqual([])
    expect(patches.size).toBe(count)
    const counts = finished.workloads.map(({ ref, annotations }) => [
      ref.name,
      annotations?.[recordAnnotations.originalReplicas],
    ])
    expect(Object.fromEntries(counts)).toEqual(
      Object.fromEntries(Array.from({ length: count }, (__, index) => [name(index), String(replicas(index))])),
    )
    expect(finished.annotations).not.toHaveProperty('aks-scale-to-zero/unfinished')
  })
})

test.each(['slow', 'hanging'] as const)('what it leaves is remembered where Kubernetes is %s', (which) => {
  const { left, at } = nights[which]
  const [time, names = ''] = (left.annotations['aks-scale-to-zero/unfinished'] ?? '').split(/: (.*)/s)
  expect(time).toBe(at)
  const awake = left.awake.map(({ ref }) => describeWorkload(ref))
  expect(awake.length).toBeGreaterThan(0)
  // A call that was cut off may have been carried out all the same.
  expect(names.split(', ')).toEqual(expect.arrayContaining(awake))
})

test('what cannot be remembered is still due', () => {
  const { left } = nights.gone
  expect(left.annotations['aks-scale-to-zero/unfinished']).toContain('Deployment gone/*')
  expect(left.annotations['aks-scale-to-zero/last-scale-down']).toBe('2000-01-01T00:00:00.000Z')
})

test('the log tells what is left and why', () => {
  const { stopped } = nights.slow
  const lines = stopped.output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
  expect(lines).toContainEqual(
    expect.objectContaining({ project: 'slow', workloads: expect.any(Number), why: 'the host stops' }),
  )
})

test('the telemetry of a run that ends early arrives, its event among it', async () => {
  await using ends = new AsyncDisposableStack()
  const azure = await startFakeAzure({ cluster: { server: cluster.url, ca: '', nodes: async () => [] }, aksTokens: [] })
  ends.defer(azure.stop)
  const { AKS_SUBSCRIPTION_ID, AKS_RESOURCE_GROUP, AKS_CLUSTER_NAME, ...signIn } = azure.env()
  const settings = { ...signIn, APPLICATIONINSIGHTS_CONNECTION_STRING: azure.connectionString }
  const ticksOf = (name: string) =>
    azure.telemetry.filter(({ data: { baseData } }) => {
      const { function: told } = (baseData.properties ?? {}) as { function?: string }
      return baseData.name === 'Tick' && told === name
    })
  // What sends is loaded by then, which takes longer than a stopping host has on a busy machine.
  const prepare = async (host: Host) => {
    await tick(host, 'verifyScaledToZero')
    const look = async () => ticksOf('verifyScaledToZero').length
    await waitFor({ what: 'the first telemetry arrives', look, until: (told) => told > 0 })
  }
  const slowness = { count: 100, after: 0, isHeld: isPatchOfWorkload, recovers: true, settings, prepare }
  const { left } = await night('told', slowness)
  const ticks = await waitFor({
    what: 'both hosts have told of their runs',
    look: async () => ticksOf('nightlyScaleDown'),
    until: (told) => new Set(told.map(({ tags }) => tags['ai.cloud.roleInstance'])).size === 2,
  })
  expect(ticks[0]?.data.baseData).toMatchObject({ measurements: { changed: 100 - left.awake.length } })
})
