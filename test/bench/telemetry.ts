import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { AppsV1Api, CoreV1Api } from '@kubernetes/client-node'
import { type FakeAzure, startFakeAzure } from '../../dev/azure/index.ts'
import { startEmbeddedCluster } from '../../dev/start/embeddedCluster.ts'
import { functionsKey, type Host, startFunctions, tick } from '../hosts.ts'
import { waitFor } from '../waitFor.ts'
import { median, table } from './figures.ts'

const help = `npm run bench:telemetry: what telemetry costs, also where its ingestion does not work

On the embedded cluster, a function app for each state of the ingestion of Application Insights: not configured (twice,
since their difference is the noise), taking all, answering 500, never answering, closed. In turn, each puts a project to
zero and wakes it. Then each runs its timers as often as in a night. Prints the time of the sweeps beside that without
telemetry and beside that of an ingestion that takes all, runs that failed, and the memory.

  --rounds N      sweeps down and up of each (default 10)
  --workloads N   in the project (default 300)
  --ticks N       runs of each timer; 108 are nine hours (default 108)
  --help          this text
`

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    workloads: { type: 'string', default: '300' },
    ticks: { type: 'string', default: '108' },
    help: { type: 'boolean' },
  },
})
if (values.help) {
  process.stdout.write(help)
  process.exit()
}
const [rounds, workloads, ticks] = [Number(values.rounds), Number(values.workloads), Number(values.ticks)]

const track = { path: /^\/v2\.1\/track/, times: Number.MAX_SAFE_INTEGER }
const closed = 'InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint=https://127.0.0.1:9/'
/** For each state, how an Azure comes to it, and the connection string that leads there. */
const states: Record<string, (azure: FakeAzure) => string> = {
  'not configured': () => '',
  'not configured again': () => '',
  'takes all': (azure) => azure.connectionString,
  'answers 500': (azure) => {
    azure.fail({ ...track, status: 500 })
    return azure.connectionString
  },
  'never answers': (azure) => {
    azure.fail({ ...track, connection: 'hang' })
    return azure.connectionString
  },
  closed: () => closed,
}

const project = 'bench-telemetry'
const cluster = await startEmbeddedCluster({ podDelayMs: 1 })
const namespace = { metadata: { name: project, labels: { 'aks-scale-to-zero/managed': 'true' } } }
await cluster.config.makeApiClient(CoreV1Api).createNamespace({ body: namespace })
const apps = cluster.config.makeApiClient(AppsV1Api)
for (let index = 0; index < workloads; index++) {
  const labels = { app: `app-${index}` }
  const template = { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'app' }] } }
  const spec = { replicas: 1, selector: { matchLabels: labels }, template }
  await apps.createNamespacedDeployment({ namespace: project, body: { metadata: { name: `app-${index}` }, spec } })
}

interface Contender {
  host: Host
  azure: FakeAzure
  sweeps: number[]
  memory: number[]
}

async function start(configure: (azure: FakeAzure) => string): Promise<Contender> {
  const azure = await startFakeAzure(cluster.azure)
  const host = await startFunctions({
    ...azure.env(),
    APPLICATIONINSIGHTS_CONNECTION_STRING: configure(azure),
    LOG_LEVEL: 'debug',
  })
  return { host, azure, sweeps: [], memory: [] }
}

async function sweep({ host }: Contender, action: 'scale-to-zero' | 'restore'): Promise<number> {
  const startedAt = performance.now()
  const response = await fetch(`${host.url}/api/v1/projects/${project}/${action}`, {
    method: 'POST',
    headers: { 'x-functions-key': functionsKey },
    body: JSON.stringify({ reason: 'a benchmark' }),
  })
  const { status } = (await response.json()) as { status: string }
  if (status !== 'success') throw new Error(`${action} has come to ${status}`)
  return performance.now() - startedAt
}

const memoryOf = ({ host }: Contender): number =>
  Number(execFileSync('ps', ['-o', 'rss=', '-p', String(host.child.pid)], { encoding: 'utf8' })) / 1000

/** Runs all timers so often, and waits until both that tell of their end have told it. */
async function runTimers({ host }: Contender, times: number): Promise<void> {
  const ended = () => host.output().split('"msg":"tick done"').length - 1
  const before = ended()
  for (let time = 0; time < times; time++) {
    for (const timer of ['nightlyScaleDown', 'scheduledScaleUp', 'verifyScaledToZero']) await tick(host, timer)
  }
  const until = (count: number) => count >= before + 2 * times
  await waitFor({ what: 'the timers have run', look: async () => ended(), until, timeoutMs: 3_600_000 })
}

const contenders = Object.fromEntries(
  await Promise.all(Object.entries(states).map(async ([name, configure]) => [name, await start(configure)] as const)),
)
try {
  const all = Object.values(contenders)
  for (let round = -1; round < rounds; round++) {
    for (const contender of all) {
      const taken = (await sweep(contender, 'scale-to-zero')) + (await sweep(contender, 'restore'))
      // The first is for the compiler and for the connections.
      if (round >= 0) contender.sweeps.push(taken)
    }
  }
  for (const part of [0.1, 0.9]) {
    await Promise.all(all.map((contender) => runTimers(contender, Math.round(ticks * part))))
    for (const contender of all) contender.memory.push(memoryOf(contender))
  }
  const beside = (state: string, sweeps: number[]) =>
    (median(sweeps) / median(contenders[state]?.sweeps ?? [])).toFixed(2)
  const rows = Object.entries(contenders).map(([name, { host, azure, sweeps, memory }]) => [
    name,
    median(sweeps).toFixed(0),
    beside('not configured', sweeps),
    beside('takes all', sweeps),
    String(host.output().split(' failed: ').length - 1),
    ...memory.map((mb) => mb.toFixed(0)),
    String(azure.telemetry.length),
  ])
  const ratios = ['beside none', 'beside takes all']
  const head = ['ingestion', 'sweeps ms', ...ratios, 'failed runs', 'MB after 1/10', 'MB at the end', 'items arrived']
  process.stdout.write(table([head, ...rows]))
  process.stdout.write(`\n${rounds} rounds of ${workloads} workloads down and up, ${ticks} runs of each timer\n`)
} finally {
  for (const { host, azure } of Object.values(contenders)) {
    await host.stop()
    await azure.stop()
  }
  await cluster.stop()
}
