import { parseArgs } from 'node:util'
import { downLab, readLab, upLab } from '../../dev/lab/index.ts'
import {
  applyDueTransitions,
  countResults,
  findHistory,
  historyName,
  managedLabel,
  type Scaling,
  type SweepOutcome,
} from '../../shared/scaling/index.ts'
import type { Action } from '../../shared/schedule/index.ts'
import { table } from './figures.ts'
import { connectAdmin } from './sweep/admin.ts'
import { clientOf } from './sweep/client.ts'
import { createIdentity } from './sweep/identity.ts'
import { countOf } from './sweep/measured.ts'

const help = `npm run bench:large-project: a night of one project with very many workloads, on the lab's real control plane

The ticks put them to zero and wake them, by the rights of the function app. A run gives a project 2 minutes, so a night may
take more than one tick. It prints the time, the calls and the size of the project's history, and fails unless every workload
is as it was. The Deployments are paused: no controller makes ReplicaSets or Pods of them, which would compete for the
machine.

  --workloads N   how many Deployments of 1 to 7 replicas (default 10000)
  --lab NAME      the lab to use (default bench); a lab that runs already stays up
  --help          this text
`

const { values } = parseArgs({
  options: {
    workloads: { type: 'string', default: '10000' },
    lab: { type: 'string', default: 'bench' },
    help: { type: 'boolean' },
  },
})
if (values.help) {
  process.stdout.write(help)
  process.exit()
}
const count = Number(values.workloads)
const namespace = 'large-project'
const report = (line: string) => process.stderr.write(`${line}\n`)
const replicasOf = (index: number) => 1 + (index % 7)

/** Everything about one half of the night. */
interface Half {
  ticks: number
  /** From the beginning of the first tick to the end of the last, without what is told afterwards. */
  seconds: number
  /** The same until that is told, too. */
  secondsUntilTold: number
  requests: number
  conflicts: number
  results: ReturnType<typeof countResults>
  historyBytes: number
  entries: number
  sleepers: number
  rssMb: number
}

const before = await readLab(values.lab)
const lab = await upLab({ name: values.lab, only: 'control-plane', report })
const admin = await connectAdmin(lab.kubeconfig)
try {
  await admin.call({ method: 'POST', path: '/api/v1/namespaces', body: projectNamespace() })
  const { identity, remove } = await createIdentity(admin, namespace)
  try {
    report(`creating ${count} Deployments`)
    await admin.callAll(Array.from({ length: count }, (_, index) => createDeployment(index)))
    const client = clientOf({ contender: 'sweep', identity, namespaces: [namespace] })
    const announced: Promise<void>[] = []
    let clock = 0
    const scaling: Scaling = {
      ...client.scaling,
      now: () => new Date(clock + performance.now()),
      afterwards: (work) => void announced.push(work()),
    }

    /** Ticks until nothing is due. */
    const half = async (action: Action, time: string): Promise<Half> => {
      clock = Date.parse(time) - performance.now()
      client.counted.requests = {}
      client.counted.conflicts = 0
      const outcomes: SweepOutcome[] = []
      const startedAt = performance.now()
      const since = () => (performance.now() - startedAt) / 1000
      let ticks = 0
      for (let isDone = false; !isDone; ) {
        const [result] = await applyDueTransitions(scaling, action, { projects: [], dryRun: false })
        if (result?.error !== undefined) throw new Error(result.error)
        outcomes.push(...(result?.outcomes ?? []))
        isDone = result?.due !== 'apply'
        if (!isDone) ticks++
        report(`${action}: ${outcomes.length} outcomes after ${since().toFixed(0)} s`)
      }
      const seconds = since()
      await Promise.all(announced.splice(0))
      const secondsUntilTold = since()
      const requests = countOf(client.counted)
      const path = `/api/v1/namespaces/${namespace}/configmaps/${historyName}`
      const { data } = await admin.call<{ data: Record<string, string> }>({ method: 'GET', path })
      const history = await findHistory(scaling, { name: namespace }, {})
      return {
        ...{ ticks, seconds, secondsUntilTold, requests, conflicts: client.counted.conflicts },
        results: countResults(outcomes),
        historyBytes: Buffer.byteLength(JSON.stringify(data)),
        ...{ entries: history.entries.length, sleepers: history.asleep.size, rssMb: process.memoryUsage.rss() / 1e6 },
      }
    }

    const down = await half('scale-down', '2026-11-23T22:00:01Z')
    const wrong = (await replicas()).filter((seen) => seen !== 0).length
    const up = await half('scale-up', '2026-11-24T07:00:01Z')
    const changed = (await replicas()).filter((seen, index) => seen !== replicasOf(index)).length
    const row = (name: string, figures: Half) =>
      [
        name,
        ...[figures.ticks, figures.seconds.toFixed(0), figures.secondsUntilTold.toFixed(0), figures.requests],
        ...[figures.conflicts, figures.results.changed ?? 0, figures.results.failed ?? 0],
        ...[figures.historyBytes, figures.entries, figures.sleepers, figures.rssMb.toFixed(0)],
      ].map(String)
    process.stdout.write(
      table([
        ...[['', 'ticks', 's', 's until told', 'requests', 'conflicts', 'changed', 'failed', 'history bytes']].map(
          (head) => [...head, ...['entries', 'counts kept', 'memory MB']],
        ),
        row('scale-down', down),
        row('scale-up', up),
      ]),
    )
    process.stdout.write(`${wrong} of ${count} were not put to zero, ${changed} did not wake as they were\n`)
    process.stdout.write(`${JSON.stringify({ bench: 'large-project', workloads: count, down, up, wrong, changed })}\n`)
    process.exitCode = wrong + changed === 0 ? 0 : 1
  } finally {
    await remove()
  }
} finally {
  if (before !== undefined) await admin.call({ method: 'DELETE', path: `/api/v1/namespaces/${namespace}` })
  await admin.close()
  // A lab that ran before stays up.
  if (before === undefined) await downLab({ name: values.lab, report })
}

function projectNamespace(): object {
  const yesterday = '2026-11-23T07:00:00.000Z'
  const annotations = {
    'aks-scale-to-zero/scale-down': '0 22 * * *',
    'aks-scale-to-zero/scale-up': '0 7 * * *',
    'aks-scale-to-zero/last-scale-down': yesterday,
    'aks-scale-to-zero/last-scale-up': yesterday,
  }
  return { metadata: { name: namespace, labels: { [managedLabel.key]: managedLabel.value }, annotations } }
}

function createDeployment(index: number) {
  const labels = { app: `app-${index}` }
  const container = { name: 'pause', image: 'registry.k8s.io/pause:3.10' }
  const template = { metadata: { labels }, spec: { containers: [container] } }
  const spec = { paused: true, replicas: replicasOf(index), selector: { matchLabels: labels }, template }
  const body = { metadata: { name: `app-${index}`, labels }, spec }
  return { method: 'POST' as const, path: `/apis/apps/v1/namespaces/${namespace}/deployments`, body }
}

/** The replicas of every Deployment, by its number. */
async function replicas(): Promise<number[]> {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments`
  const { items } = await admin.call<{ items: { metadata: { name: string }; spec: { replicas: number } }[] }>({
    method: 'GET',
    path,
  })
  const found = new Map(items.map(({ metadata, spec }) => [metadata.name, spec.replicas]))
  return Array.from({ length: count }, (_, index) => found.get(`app-${index}`) ?? -1)
}
