import { parseArgs } from 'node:util'
import { downLab, upLab } from '../../dev/lab/index.ts'
import { killDuringSweep } from '../e2e/kills.ts'
import { hostCount, tickTogether } from '../e2e/manyHosts.ts'
import { createMixedWorkloads } from '../e2e/mixedWorkloads.ts'

const help = `npm run chaos: kills the Functions host in sweeps, runs many hosts at once, and checks that nothing is lost

It runs on the lab's real control plane with 200 Deployments, StatefulSets and CronJobs. A sweep starts, SIGKILL ends
the host at a random moment, one clean tick does the rest, and all workloads wake. Each must be as it was before, with
one write on the way down and one on the way up. Then three function apps, one of them in a dry run, and two in-cluster
hosts with their own ServiceAccount tick at the same moment, every evening and morning. Each time one of them is killed in
the middle, and started again.

  --kills N       how many kills (default 100)
  --ticks N       how many ticks of many hosts at once, with a kill in each (default 50)
  --workloads N   how many workloads the sweep has (default 200)
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
  const problems = await tickTogether(workloads, {
    kubeconfig: lab.kubeconfig,
    inClusterEnv: lab.inClusterEnv,
    nights: Math.ceil(ticks / 2),
    kill: () => ({ host: Math.floor(Math.random() * hostCount), whenDone: Math.random() }),
    report,
  })
  lost += problems.length
  process.stdout.write(
    `${ticks} ticks of many hosts at once, each with a kill: ${problems.join('; ') || 'each was applied once'}\n`,
  )
} finally {
  await downLab({ name: 'chaos', report })
}
const midway = moments.filter((asleep) => asleep > 0 && asleep < count).length
process.stdout.write(`\n${kills} kills, ${midway} of them in the middle of the sweep; ${lost} problems\n`)
process.stdout.write(`${JSON.stringify({ chaos: 'kills', kills, midway, ticks, workloads: count, problems: lost })}\n`)
process.exit(lost === 0 ? 0 : 1)
