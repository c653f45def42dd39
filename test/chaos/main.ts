import { parseArgs } from 'node:util'
import { downLab, upLab } from '../../dev/lab/index.ts'
import { killDuringSweep } from '../e2e/kills.ts'
import { createMixedWorkloads } from '../e2e/mixedWorkloads.ts'
import { tickTogether } from '../e2e/twoHosts.ts'

const help = `npm run chaos: kills the Functions host during sweeps, lets two tick at once, and looks whether anything is lost

On the lab's real control plane, 200 Deployments, StatefulSets and CronJobs: a sweep starts, the host is killed by SIGKILL
at a random moment of it, one clean tick does the rest, all wake. Each must be as it was, and written to once each way.
Then two hosts tick at the same moment, every evening and every morning.

  --kills N       how often (default 100)
  --ticks N       of two hosts at once (default 50)
  --workloads N   of the sweep (default 200)
  --help          this text
`

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    ticks: { type: 'string', default: '50' },
    workloads: { type: 'string', default: '200' },
    help: { type: 'boolean' },
  },
})
if (values.help) {
  process.stdout.write(help)
  process.exit()
}

const report = (line: string) => process.stderr.write(`${line}\n`)
const [kills, ticks, count] = [Number(values.kills), Number(values.ticks), Number(values.workloads)]
const lab = await upLab({ name: 'chaos', only: 'control-plane', report })
let lost = 0
const moments: number[] = []
try {
  const workloads = await createMixedWorkloads(lab.kubeconfig, { name: 'chaos', count })
  for (let kill = 1; kill <= kills; kill++) {
    const killWhenAsleep = Math.floor(Math.random() * count)
    const { asleepAtKill, problems } = await killDuringSweep(workloads, { kubeconfig: lab.kubeconfig, killWhenAsleep })
    moments.push(asleepAtKill)
    lost += problems.length
    process.stdout.write(
      `kill ${kill} of ${kills}, with ${asleepAtKill} of ${count} asleep: ${problems.join('; ') || 'nothing lost'}\n`,
    )
  }
  const problems = await tickTogether(workloads, { kubeconfig: lab.kubeconfig, nights: Math.ceil(ticks / 2) })
  lost += problems.length
  process.stdout.write(`${ticks} ticks of two hosts at once: ${problems.join('; ') || 'each applied once'}\n`)
} finally {
  await downLab({ name: 'chaos', report })
}
const midway = moments.filter((asleep) => asleep > 0 && asleep < count).length
process.stdout.write(`\n${kills} kills, ${midway} of them in the middle of the sweep; ${lost} problems\n`)
process.stdout.write(`${JSON.stringify({ chaos: 'kills', kills, midway, ticks, workloads: count, problems: lost })}\n`)
process.exit(lost === 0 ? 0 : 1)
