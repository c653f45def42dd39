import { parseArgs } from 'node:util'
import { startCluster } from '../../dev/cluster/index.ts'
import { createHolidays } from '../../shared/holidays/index.ts'
import { createCluster, createTransport } from '../../shared/kubernetes/index.ts'
import { applyDueTransitions, managedLabel, type Scaling, scheduleAnnotations } from '../../shared/scaling/index.ts'
import { table } from './figures.ts'
import { idleRuns, idleTable } from './tick/idleRuns.ts'

const help = `npm run bench:tick: measures a tick over many projects, and how it grows with those that are due

Each project is a namespace with the label and four cron lines of its own, and without workloads, so that only what a
project costs by itself is measured. Ticks have none, one, a twentieth and half of the projects due: what one of them
costs must not grow with their number. The embedded cluster answers in this process; the bare LIST of all namespaces is
the comparison of a tick in which nothing is due. Such a tick is measured once more with exceptions on every project: days
off, public holidays of five countries, skipped transitions and a time until which it stays awake. The calls of an idle run of each timer are counted, too, with its
heartbeat and without.

  --projects N  how many projects (default 1000)
  --help        this text
`

const { values } = parseArgs({ options: { projects: { type: 'string', default: '1000' }, help: { type: 'boolean' } } })
if (values.help) {
  process.stdout.write(help)
  process.exit()
}
const projects = Number(values.projects)
const zones = ['Asia/Tokyo', 'Europe/Berlin', 'America/New_York', 'UTC', 'Australia/Lord_Howe']
const noon = Date.parse('2026-11-27T12:00:00Z')
const longAgo = '2026-11-01T00:00:00.000Z'

const embedded = await startCluster({ controllers: false })
const requests: string[] = []
const transport = createTransport({
  connection: { access: async () => ({ server: embedded.url, tls: {}, authorization: undefined }), advice: '' },
  timeoutMs: 60_000,
  maxSockets: 64,
  maxWatches: 8,
  userAgent: 'bench',
  random: Math.random,
  elapsed: () => performance.now(),
  onCall: ({ verb }) => requests.push(verb),
})
const cluster = createCluster(transport, () => performance.now())
let now = noon
const scaling: Scaling = {
  cluster,
  wait: async () => {},
  random: Math.random,
  now: () => new Date(now),
  afterwards: (work) => void work(),
  protection: { added: [], removed: [] },
  holidaysOf: createHolidays(() => new Date(now)),
}

/** A project's lines: a different minute for each, so that none of them is read for another. */
const annotationsOf = (index: number) => {
  const minute = index % 60
  const hour = Math.floor(index / 60) % 24
  return {
    [scheduleAnnotations.scaleDown]: `${minute} ${hour} * * 1-4; ${minute} ${hour} * * FRI`,
    [scheduleAnnotations.scaleUp]: `0 7 * * MON-FRI; ${minute} 9 * * SAT`,
    [scheduleAnnotations.timeZone]: zones[index % zones.length] as string,
  }
}

/** Exceptions of a project, of which none acts at the moment. */
const exceptionsOf = (index: number) => ({
  'aks-scale-to-zero/days-off': '2026-12-29..2027-01-03 Year end; 2027-02-11; 2027-04-29..2027-05-05',
  'aks-scale-to-zero/holidays': ['JP', 'DE', 'US', 'FR', 'AU'][index % 5],
  'aks-scale-to-zero/skip': '2026-12-05T07:00:00+09:00, 2026-12-06T07:00:00+09:00',
  'aks-scale-to-zero/awake-until': '2026-11-28T01:00:00+09:00',
})

interface Tick {
  due: number
  requests: number
  wallMs: number
  cpuMs: number
}

async function tick(): Promise<Tick> {
  requests.length = 0
  const [startedAt, cpu] = [performance.now(), process.cpuUsage()]
  const results = await applyDueTransitions(scaling, 'scale-down', { projects: [], dryRun: false })
  const wallMs = performance.now() - startedAt
  const { user, system } = process.cpuUsage(cpu)
  const failed = results.find(({ error }) => error !== undefined)
  if (failed !== undefined) throw new Error(failed.error)
  const due = results.filter((result) => result.due === 'apply').length
  return { due, requests: requests.length, wallMs, cpuMs: (user + system) / 1000 }
}

/** Makes the first `due` projects due, and all others not. */
async function prepare(due: number): Promise<void> {
  for (let index = 0; index < projects; index++) {
    const when = index < due ? longAgo : new Date(now).toISOString()
    // A line that is due a minute ago, whatever the zone.
    const soon = { [scheduleAnnotations.scaleDown]: '59 11 * * *', [scheduleAnnotations.timeZone]: 'UTC' }
    await cluster.annotateNamespace(`bench-${index}`, {
      ...annotationsOf(index),
      ...(index < due && soon),
      'aks-scale-to-zero/last-scale-down': when,
      'aks-scale-to-zero/last-scale-up': when,
      'aks-scale-to-zero/asleep-since': undefined,
    })
  }
}

try {
  for (let index = 0; index < projects; index++) {
    const metadata = { name: `bench-${index}`, labels: { [managedLabel.key]: managedLabel.value } }
    const body = JSON.stringify({ metadata })
    const headers = { 'content-type': 'application/json' }
    const { ok } = await fetch(`${embedded.url}/api/v1/namespaces`, { method: 'POST', headers, body })
    if (!ok) throw new Error(`namespace ${metadata.name} could not be created`)
  }
  await prepare(0)
  await tick()
  const bare = async () => {
    const startedAt = performance.now()
    await cluster.listNamespaces()
    return performance.now() - startedAt
  }
  const listMs = Math.min(await bare(), await bare(), await bare())
  const rows: Tick[] = []
  for (const due of [0, 1, projects / 20, projects / 2].map(Math.ceil)) {
    await prepare(due)
    rows.push(await tick())
    now += 1000
  }
  await prepare(0)
  const best = async () => {
    const ticks = [await tick(), await tick(), await tick()]
    return ticks.reduce((a, b) => (b.cpuMs < a.cpuMs ? b : a))
  }
  const without = await best()
  for (let index = 0; index < projects; index++) await cluster.annotateNamespace(`bench-${index}`, exceptionsOf(index))
  // It reads the holidays for the first time.
  const first = await tick()
  const withExceptions = await best()
  await prepare(0)
  const runs = await idleRuns(scaling, requests)
  const [idle, one, few, half] = rows as [Tick, Tick, Tick, Tick]
  const perDue = (some: Tick) => (some.cpuMs - idle.cpuMs) / some.due
  const growth = perDue(half) / perDue(few)
  const shown = rows.map(({ due, requests, wallMs, cpuMs }) => [
    String(due),
    String(requests),
    wallMs.toFixed(0),
    cpuMs.toFixed(0),
    (wallMs / listMs).toFixed(1),
  ])
  process.stdout.write(table([[`due of ${projects}`, 'requests', 'wall ms', 'CPU ms', 'bare LISTs'], ...shown]))
  process.stdout.write(
    `CPU of a project that is due, with half of them as a multiple of that with a twentieth: ${growth.toFixed(2)} (limit: 1.5)\n`,
  )
  process.stdout.write(
    `with exceptions on all ${projects}: ${withExceptions.requests} requests instead of ${without.requests}, CPU of ${withExceptions.cpuMs.toFixed(0)} ms instead of ${without.cpuMs.toFixed(0)}, ` +
      `which is ${(withExceptions.cpuMs / without.cpuMs).toFixed(2)} times as much (best of 3); the first one, which reads the holidays, ${first.cpuMs.toFixed(0)} ms\n`,
  )
  process.stdout.write(`\n${idleTable(runs)}`)
  process.stdout.write(
    `${JSON.stringify({ bench: 'tick', projects, listMs, idle, one, few, half, growth, without, withExceptions, first, runs })}\n`,
  )
} finally {
  await transport.close()
  await embedded.stop()
}
