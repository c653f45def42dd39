import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startCluster } from '../../dev/cluster/index.ts'
import { downLab, upLab } from '../../dev/lab/index.ts'
import { kinds, managedLabel, type WorkloadKind } from '../../shared/scaling/index.ts'
import { startScaleApi } from '../hosts.ts'
import { median, table } from './figures.ts'
import { connectAdmin } from './sweep/admin.ts'

const help = `npm run bench:memory: measures the time and the memory of GET /projects in a large cluster

The in-cluster host has the heap that Node takes in the 512 MiB of its manifest. It is asked by one reader, and then by
eight at once, twice: with many Deployments in ten projects, and with fewer but far larger CronJobs in a namespace that
is no project.

  --deployments N  how many Deployments of 12 KB (default 10000)
  --cronjobs N     how many CronJobs of 200 KB (default 2000)
  --readers N      how many read at once (default 8)
  --lab            on the lab's real control plane, and not on the embedded cluster
  --help           this text
`

const { values } = parseArgs({
  options: {
    deployments: { type: 'string', default: '10000' },
    cronjobs: { type: 'string', default: '2000' },
    readers: { type: 'string', default: '8' },
    lab: { type: 'boolean', default: false },
    help: { type: 'boolean' },
  },
})
if (values.help) {
  process.stdout.write(help)
  process.exit()
}
const readers = Number(values.readers)
const report = (line: string) => process.stderr.write(`${line}\n`)
/** Node 24 takes this much for old objects in a container with 512 MiB. */
const maxOldSpaceMb = 256

const cluster = values.lab ? await realCluster() : await embeddedCluster()
try {
  const admin = await connectAdmin(cluster.kubeconfig)
  const projects = Array.from({ length: 10 }, (_, index) => `bench-${index}`)
  await admin.callAll(projects.map((name) => namespaceCall(name, { [managedLabel.key]: managedLabel.value })))
  await admin.call(namespaceCall('bench-strangers', {}))

  report(`creating ${values.deployments} Deployments`)
  await admin.callAll(
    Array.from({ length: Number(values.deployments) }, (_, index) =>
      workloadCall('Deployment', `${projects[index % projects.length]}`, {
        metadata: { name: `app-${index}`, annotations: { 'bench/padding': 'd'.repeat(8_000) } },
        spec: { replicas: 0, selector: { matchLabels: { app: `app-${index}` } }, template: template(`app-${index}`) },
      }),
    ),
  )
  const many = await measure(`${values.deployments} Deployments of 12 KB`)
  report(`creating ${values.cronjobs} CronJobs`)
  await admin.callAll(
    Array.from({ length: Number(values.cronjobs) }, (_, index) =>
      workloadCall('CronJob', 'bench-strangers', {
        metadata: { name: `job-${index}`, annotations: { 'bench/padding': 'c'.repeat(200_000) } },
        spec: {
          schedule: '0 0 1 1 *',
          suspend: true,
          jobTemplate: { spec: { template: template('job', 'Never') } },
        },
      }),
    ),
  )
  const large = await measure(`and ${values.cronjobs} CronJobs of 200 KB`)
  await admin.close()
  const all = [many, large]
  process.stdout.write(
    table([
      ['GET /projects', 'one reader, s', 'its CPU, s', `${readers} readers, s`, 'peak memory, MiB', 'calls'],
      ...all.map(({ what, oneMs, cpuMs, allMs, peakMb, calls }) => [
        what,
        (oneMs / 1000).toFixed(2),
        (cpuMs / 1000).toFixed(2),
        (allMs / 1000).toFixed(2),
        peakMb.toFixed(0),
        calls.toFixed(1),
      ]),
    ]),
  )
  process.stdout.write(`${JSON.stringify({ bench: 'memory', readers, maxOldSpaceMb, figures: all })}\n`)
} finally {
  await cluster.stop()
}

function namespaceCall(name: string, labels: Record<string, string>) {
  return { method: 'POST' as const, path: '/api/v1/namespaces', body: { metadata: { name, labels } } }
}

function workloadCall(kind: WorkloadKind, namespace: string, body: object) {
  const { group, version, plural } = kinds[kind].resource
  return { method: 'POST' as const, path: `/apis/${group}/${version}/namespaces/${namespace}/${plural}`, body }
}

/** A Pod template of about 3 KB, as a chart makes it. */
function template(app: string, restartPolicy?: string) {
  const env = Array.from({ length: 40 }, (_, index) => ({
    name: `SETTING_${index}`,
    value: `value of setting ${index}`,
  }))
  const containers = [{ name: 'main', image: 'registry.k8s.io/pause:3.10', env }]
  return { metadata: { labels: { app } }, spec: { containers, ...(restartPolicy && { restartPolicy }) } }
}

/** The cost in a host of its own: three reads after each other, then the readers at once. */
async function measure(what: string) {
  report(`measuring: ${what}`)
  const options = `--max-old-space-size=${maxOldSpaceMb}`
  const host = await startScaleApi({
    ...cluster.settings,
    API_KEY: 'a-key-of-the-benchmark',
    NODE_OPTIONS: options,
    // It is the memory that must suffice, and a busy machine is slow.
    KUBERNETES_CALL_TIMEOUT_SECONDS: '60',
    REQUEST_TIMEOUT_SECONDS: '200',
  })
  const read = async () => {
    const startedAt = performance.now()
    const answer = await fetch(`${host.url}/api/v1/projects`, {
      headers: { authorization: 'Bearer a-key-of-the-benchmark' },
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${answer.status}: ${text.slice(0, 1000)}`)
    return performance.now() - startedAt
  }
  const metrics = async () => (await fetch(`${host.url}/metrics`)).text()
  const cpuSoFar = async () => Number(/^process_cpu_seconds_total (\S+)/m.exec(await metrics())?.[1])
  const callsSoFar = async () => {
    const lines = [
      ...(await metrics()).matchAll(/^kubernetes_call_duration_seconds_count\{[^}]*verb="list"[^}]*\} (\d+)/gm),
    ]
    return lines.reduce((sum, [, count]) => sum + Number(count), 0)
  }
  const figures = {
    what,
    oneMs: Number.NaN,
    allMs: Number.NaN,
    cpuMs: Number.NaN,
    peakMb: Number.NaN,
    calls: Number.NaN,
  }
  try {
    await read()
    const [before, cpuBefore] = [await callsSoFar(), await cpuSoFar()]
    const alone = [await read(), await read(), await read()]
    figures.calls = ((await callsSoFar()) - before) / alone.length
    figures.cpuMs = (1000 * ((await cpuSoFar()) - cpuBefore)) / alone.length
    figures.oneMs = median(alone)
    const startedAt = performance.now()
    await Promise.all(Array.from({ length: readers }, read))
    figures.allMs = performance.now() - startedAt
    figures.peakMb = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${host.child.pid}/status`, 'utf8'))?.[1]) / 1024
  } catch (error) {
    // A host that ended, or that was too late, has no figure, and the others are worth to be known.
    report(`${error}\n${host.output().slice(-1000)}`)
  } finally {
    if (host.child.exitCode === null && host.child.signalCode === null) await host.stop()
  }
  report(JSON.stringify(figures))
  return figures
}

interface Measured {
  kubeconfig: string
  settings: Record<string, string>
  stop(): Promise<void>
}

async function embeddedCluster(): Promise<Measured> {
  const embedded = await startCluster({ controllers: false })
  const dir = mkdtempSync(join(tmpdir(), 'bench-memory-'))
  const kubeconfig = join(dir, 'kubeconfig')
  writeFileSync(kubeconfig, embedded.kubeconfig)
  return {
    kubeconfig,
    settings: { KUBECONFIG: kubeconfig },
    async stop() {
      await embedded.stop()
      rmSync(dir, { recursive: true })
    },
  }
}

async function realCluster(): Promise<Measured> {
  const lab = await upLab({ name: 'bench', only: 'control-plane', report })
  return { kubeconfig: lab.kubeconfig, settings: lab.inClusterEnv, stop: () => downLab({ name: 'bench', report }) }
}
