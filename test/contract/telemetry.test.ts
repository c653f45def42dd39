import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { CoreV1Api, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import { type Envelope, type FakeAzure, startFakeAzure } from '../../dev/azure/index.ts'
import { type EmbeddedCluster, startEmbeddedCluster } from '../../dev/start/embeddedCluster.ts'
import { memoryAnnotations, scheduleAnnotations } from '../../shared/scaling/index.ts'
import { functionsKey, type Host, startFunctions, tick } from '../hosts.ts'
import { waitFor } from '../waitFor.ts'

const namespace = 'project-a'
const path = `/api/v1/deployments/${namespace}/sample-app-a`
const settings = { PROJECTS: JSON.stringify([{ name: 'a', namespaces: [namespace], nodePool: 'projecta' }]) }
const minuteMs = 60_000

let cluster: EmbeddedCluster
let azure: FakeAzure
let host: Host
beforeEach(async () => {
  cluster = await startEmbeddedCluster({ podDelayMs: 1, nodeDelayMs: 1 })
  azure = await startFakeAzure(cluster.azure)
})
afterEach(async () => {
  await host.stop()
  await azure.stop()
  await cluster.stop()
})

const start = async (connectionString = azure.connectionString) => {
  host = await startFunctions({
    ...azure.env(),
    ...settings,
    APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString,
    WEBSITE_SITE_NAME: 'func-night',
    WEBSITE_INSTANCE_ID: 'instance-1',
  })
}

/** Writes on the namespace that this is due since so many minutes, and nothing since longer. */
async function makeDue(action: 'scaleDown' | 'scaleUp', minutesAgo: number): Promise<void> {
  const due = new Date(Math.floor(Date.now() / minuteMs) * minuteMs - minutesAgo * minuteMs)
  const annotations: Record<string, string | null> = {
    [scheduleAnnotations[action]]: `${due.getUTCMinutes()} ${due.getUTCHours()} * * *`,
  }
  if (action === 'scaleDown') {
    annotations[memoryAnnotations.lastScaleDown] = new Date(due.getTime() - minuteMs).toISOString()
  }
  const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)
  const api = cluster.config.makeApiClient(CoreV1Api)
  await api.patchNamespace({ name: namespace, body: { metadata: { annotations } } }, merge)
}

const dataOf = ({ data }: Envelope) => data.baseData as { name: string; properties: object; measurements: object }
const events = () => azure.telemetry.filter(({ data }) => data.baseType === 'EventData')
const eventsOf = (name: string) => events().filter((envelope) => dataOf(envelope).name === name)
const dependencies = () => azure.telemetry.filter(({ data }) => data.baseType === 'RemoteDependencyData')

/** Runs a timer, and waits for the event that tells of its end. */
async function runTimer(name: string): Promise<Envelope> {
  const before = eventsOf('Tick').length
  await tick(host, name)
  const ticks = await waitFor({
    what: `the run of ${name} is told`,
    look: async () => eventsOf('Tick').slice(before),
    until: (found) => found.length > 0,
  })
  const [told] = ticks
  if (told === undefined) throw new Error('no tick')
  return told
}

const status = async () => {
  const headers = { 'x-functions-key': functionsKey }
  const response = await fetch(`${host.url}${path}/status`, { headers })
  const { deployment } = (await response.json()) as { deployment: { desired_replicas: number } }
  return { code: response.status, replicas: deployment.desired_replicas }
}

test('one night arrives: down, the nodes gone, up; each run of a timer is one operation', async () => {
  await start()
  await makeDue('scaleDown', 1)
  const down = await runTimer('nightlyScaleDown')
  await waitFor({
    what: 'the nodes are seen gone',
    look: async () => {
      await runTimer('verifyScaledToZero')
      return eventsOf('NodesGone').length
    },
    until: (gone) => gone === 1,
  })
  await makeDue('scaleUp', 0)
  const up = await runTimer('scheduledScaleUp')

  const story = events()
    .map(dataOf)
    .filter(({ name, properties }) => name !== 'Tick' || !JSON.stringify(properties).includes('verify'))
  const workload = { project: 'a', namespace, kind: 'Deployment', workload: 'sample-app-a', actor: 'schedule' }
  expect(story).toMatchObject([
    {
      name: 'ScaleToZero',
      properties: { ...workload, reason: expect.stringMatching(/^scale-down of the schedule at /) },
      measurements: { replicas_before: 2, replicas_after: 0 },
    },
    {
      name: 'Tick',
      properties: { function: 'nightlyScaleDown', dry_run: 'false' },
      measurements: { changed: 1, failed: 0 },
    },
    { name: 'NodesGone', properties: { project: 'a' }, measurements: { minutes: expect.any(Number) } },
    { name: 'ScaleUp', properties: workload, measurements: { replicas_before: 0, replicas_after: 2 } },
    { name: 'Tick', properties: { function: 'scheduledScaleUp' }, measurements: { changed: 1, failed: 0 } },
  ])

  // The operation joins what a run has done: its event with its calls to Kubernetes and to Azure.
  const operation = (envelope: Envelope | undefined) => envelope?.tags['ai.operation.id']
  expect(operation(eventsOf('ScaleToZero')[0])).toBe(operation(down))
  expect(operation(eventsOf('ScaleUp')[0])).toBe(operation(up))
  expect(operation(up)).not.toBe(operation(down))
  expect(down.tags['ai.operation.name']).toBe('nightlyScaleDown')
  const calls = dependencies()
    .filter((envelope) => operation(envelope) === operation(down))
    .map(({ data }) => data.baseData)
  expect(calls).toContainEqual(
    expect.objectContaining({
      name: 'PATCH /apis/apps/v1/namespaces/project-a/deployments/sample-app-a',
      target: expect.stringMatching(/^127\.0\.0\.1/),
      type: 'Http',
      resultCode: '200',
      success: true,
      data: `${azure.cluster.server}/apis/apps/v1/namespaces/project-a/deployments/sample-app-a`,
    }),
  )
  expect(calls).toContainEqual(
    expect.objectContaining({ name: expect.stringMatching(/^POST .*listClusterUserCredential$/), resultCode: '200' }),
  )

  // KEDA is not installed here, and that is no failure.
  const failed = dependencies().filter(({ data }) => data.baseData.success !== true)
  expect(failed).toEqual([])
  for (const { tags, sampleRate } of azure.telemetry) {
    expect(tags).toMatchObject({ 'ai.cloud.role': 'func-night', 'ai.cloud.roleInstance': 'instance-1' })
    expect(sampleRate ?? 100).toBe(100)
  }
  const metrics = azure.telemetry.filter(({ data }) => data.baseType === 'MetricData').map(({ data }) => data.baseData)
  const names = metrics.flatMap(({ metrics: values }) => (values as { name: string }[]).map(({ name }) => name))
  expect([...new Set(names)].sort()).toEqual(['nodes_of_sleeping_projects', 'sweep_duration', 'workloads_asleep'])
  // One token opens the ingestion, and it takes no other.
  expect(azure.requests.map(({ query }) => query.resource)).toContain('https://monitor.azure.com')
  if (process.env.SHOW_TELEMETRY) process.stdout.write(`${azure.telemetry.map(lineOf).join('\n')}\n`)
}, 120_000)

/** One item in a line: its operation, kind and name, and what it says. */
function lineOf({ time, tags, data }: Envelope): string {
  const { name, metrics, resultCode, properties, measurements } = data.baseData as Record<string, unknown>
  const fields = JSON.stringify({ resultCode, ...Object(properties), ...Object(measurements), metrics })
  return [time, tags['ai.operation.id']?.slice(0, 8) ?? '-', data.baseType, name ?? '', fields].join('  ')
}

test('a host that stops sends what waits', async () => {
  await start()
  // What sends is loaded by then, which takes longer than a stopping host has on a busy machine.
  await runTimer('nightlyScaleDown')
  const headers = { 'x-functions-key': functionsKey, 'content-type': 'application/json' }
  const body = JSON.stringify({ reason: 'a test' })
  const response = await fetch(`${host.url}${path}/scale-to-zero`, { method: 'POST', headers, body })
  expect(response.status).toBe(200)
  await host.stop()
  expect(eventsOf('ScaleToZero').map(dataOf)).toMatchObject([{ properties: { reason: 'a test' } }])
})

test('an event has the time at which it happened, not that at which it was sent', async () => {
  await start()
  const before = Date.now()
  const body = JSON.stringify({ reason: 'the day is over' })
  const headers = { 'x-functions-key': functionsKey }
  await fetch(`${host.url}${path}/scale-to-zero`, { method: 'POST', headers, body })
  const after = Date.now()
  const [event] = await waitFor({
    what: 'it is told',
    look: async () => eventsOf('ScaleToZero'),
    until: (found) => found.length > 0,
  })
  expect(Date.parse(event?.time ?? '')).toBeGreaterThanOrEqual(before)
  expect(Date.parse(event?.time ?? '')).toBeLessThanOrEqual(after)
}, 60_000)

test('an identity without the role is told which one it needs, and everything continues', async () => {
  await start()
  azure.identity.deniedActions = ['Microsoft.Insights/Telemetry/Write']
  expect(await status()).toEqual({ code: 200, replicas: 2 })
  await waitFor({
    what: 'the log names the role',
    look: async () => host.output(),
    until: (output) => output.includes('\\"Monitoring Metrics Publisher\\"'),
  })
}, 60_000)

const track = /^\/v2\.1\/track/

describe.each<{ what: string; breakIt?: () => void; connectionString?: string; says: RegExp }>([
  {
    what: 'answers 500',
    breakIt: () => azure.fail({ path: track, times: 1e6, status: 500 }),
    says: /did not take telemetry \(500 of /,
  },
  // It is given up after 10 s, and nobody waits for that here.
  { what: 'never answers', breakIt: () => azure.fail({ path: track, times: 1e6, connection: 'hang' }), says: /./ },
  {
    what: 'is closed',
    connectionString: 'InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint=https://127.0.0.1:9/',
    says: /could not be sent to 127\.0\.0\.1:9/,
  },
  { what: 'is unknown', connectionString: 'nonsense', says: /APPLICATIONINSIGHTS_CONNECTION_STRING cannot be used/ },
])('an ingestion that $what', ({ breakIt, connectionString, says }) => {
  test('fails and delays nothing: the night goes as always', async () => {
    await start(connectionString)
    breakIt?.()
    await makeDue('scaleDown', 1)
    await tick(host, 'nightlyScaleDown')
    const asleep = await waitFor({ what: 'it sleeps', look: status, until: ({ replicas }) => replicas === 0 })
    expect(asleep.code).toBe(200)
    await makeDue('scaleUp', 0)
    await tick(host, 'scheduledScaleUp')
    await waitFor({ what: 'it is awake', look: status, until: ({ replicas }) => replicas === 2 })
    // Each run of this timer waits for the one before.
    await tick(host, 'nightlyScaleDown')
    expect(await host.stop()).toBe(0)
    expect(host.output()).not.toMatch(/failed:/)
    expect(host.output()).toMatch(says)
  }, 60_000)
})
