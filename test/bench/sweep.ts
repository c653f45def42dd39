import { parseArgs } from 'node:util'
import { downLab, readLab, upLab } from '../../dev/lab/index.ts'
import { kinds } from '../../shared/scaling/index.ts'
import { connectAdmin } from './sweep/admin.ts'
import { createLayout, layoutOf, removeLayouts, waitUntilQuiet } from './sweep/fixture.ts'
import { createIdentity } from './sweep/identity.ts'
import { ticks } from './sweep/idleTicks.ts'
import { countOf } from './sweep/measured.ts'
import { figuresOf, idleReport, layoutFiguresOf, layoutReport, unfriendlyReport } from './sweep/report.ts'
import { playIdle, playRounds, playUnfriendly, type Stage } from './sweep/rounds.ts'

const help = `npm run bench:sweep: measures what it takes to put a project of many Deployments to zero

On the lab's real control plane, with its limits at their defaults, these run in turn, each from a quiet cluster:
- our sweep, with its LISTs, through our own client;
- a bare undici loop of the same PATCHes, made beforehand, at each concurrency, then at the best: the practical limit;
- kubectl scale deployment --all, with a tenth of the Deployments and its figures scaled up.
Each has its own process, which is ready before the clock starts, and the same ServiceAccount. Then come the sweep one
second after a scale-up of all Deployments, while the controllers write their status, and ticks of the timers when
nothing is due.

The Deployments have one replica each. Their Pods name a scheduler that does not exist, so the Deployment and ReplicaSet
controllers work as usual, and no other component competes for the machine.

  --deployments N    how many in one namespace, and again in ten (default 1000)
  --rounds N         how many rounds of each contender (default 3)
  --concurrency LIST the concurrencies of the loop (default 8,16,32,64)
  --lab NAME         the lab to use (default bench); a lab that runs already stays up
  --help             this text
`

const { values } = parseArgs({
  options: {
    deployments: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    concurrency: { type: 'string', default: '8,16,32,64' },
    lab: { type: 'string', default: 'bench' },
    help: { type: 'boolean' },
  },
})
if (values.help) {
  process.stdout.write(help)
  process.exit()
}
const deployments = Number(values.deployments)
const rounds = Number(values.rounds)
const concurrencies = values.concurrency.split(',').map(Number)
const deploymentsForKubectl = Math.max(10, Math.ceil(deployments / 10))
const scaledUp = deployments / deploymentsForKubectl
const report = (line: string) => process.stderr.write(`${line}\n`)

const name = values.lab
const before = await readLab(name)
const lab = await upLab({ name, only: 'control-plane', report })
try {
  const admin = await connectAdmin(lab.kubeconfig)
  await removeLayouts(admin)
  const whole = layoutOf('sweep-in-1', 1, deployments)
  const spread = layoutOf('sweep-in-10', 10, deployments)
  // One namespace serves both layouts: a thousand in ten namespaces would be ten commands for a hundred each.
  const forKubectl = layoutOf('kubectl', 1, deploymentsForKubectl)
  report('creating the Deployments')
  for (const layout of [whole, spread, forKubectl]) await createLayout(admin, layout)
  const { identity, remove } = await createIdentity(admin, whole.namespaces[0] ?? '')
  try {
    const stage: Stage = { admin, identity, kubectl: lab.kubectl, report }
    await waitUntilQuiet(admin)
    const figures = []
    for (const layout of [whole, spread]) {
      const runs = await playRounds(stage, { whole: layout, forKubectl }, { rounds, concurrencies })
      figures.push(layoutFiguresOf(runs, scaledUp))
    }
    const unfriendly = figuresOf(await playUnfriendly(stage, whole, rounds))
    const idle = await playIdle(stage, whole)
    const quietMs = figures[0]?.sweep.wallMs ?? Number.NaN

    for (const layout of figures) process.stdout.write(layoutReport(layout, deployments, scaledUp))
    process.stdout.write(unfriendlyReport(unfriendly, quietMs))
    process.stdout.write(idleReport(idle, Object.keys(kinds).length))
    const perTick = (measured: typeof idle.awake) => ({
      requests: countOf(measured) / ticks,
      rssGrowthMb: measured.rssGrowthMb,
      peakRssMb: measured.peakRssMb,
    })
    const json = {
      bench: 'sweep',
      deployments,
      rounds,
      kubectlScaledUpBy: scaledUp,
      layouts: figures,
      unfriendly: { ...unfriendly, ofQuietTime: unfriendly.wallMs / quietMs },
      idle: { awake: perTick(idle.awake), asleep: perTick(idle.asleep) },
    }
    process.stdout.write(`${JSON.stringify(json)}\n`)
  } finally {
    await remove()
    if (before !== undefined) await removeLayouts(admin)
    await admin.close()
  }
} finally {
  // A lab that ran before stays up.
  if (before === undefined) await downLab({ name, report })
}
