import { setTimeout as delay } from 'node:timers/promises'
import type { Admin } from './admin.ts'
import { countAtZero, type Layout, setAll, waitUntilQuiet } from './fixture.ts'
import type { Identity } from './identity.ts'
import type { Job, Measured } from './measured.ts'
import { prepare, runKubectl } from './processes.ts'

export interface Stage {
  admin: Admin
  identity: Identity
  kubectl: string
  report(line: string): void
}

/** The runs of each contender on one layout, in the order of the rounds; those of the loop by concurrency. */
export interface LayoutRuns {
  namespaces: number
  sweep: Measured[]
  loop: Map<number, Measured[]>
  kubectl: Measured[]
}

/** The layout of our sweep and of the loop, and that of kubectl, which is smaller because kubectl is slow. */
export interface Layouts {
  whole: Layout
  forKubectl: Layout
}

/**
 * Runs every contender in turn, each from a quiet cluster in which all workloads are awake. The first round tries the
 * loop at every concurrency; the following rounds use the quickest, so that luck in the first round does not
 * decide alone.
 */
export async function playRounds(
  stage: Stage,
  { whole, forKubectl }: Layouts,
  { rounds, concurrencies }: { rounds: number; concurrencies: number[] },
): Promise<LayoutRuns> {
  const runs: LayoutRuns = { namespaces: whole.namespaces.length, sweep: [], loop: new Map(), kubectl: [] }
  for (let round = 1; round <= rounds; round++) {
    const at = round === 1 ? concurrencies : [quickest(runs.loop)]
    const contenders = [
      ...at.map((concurrency) => async () => {
        const measured = await runJob(stage, whole, { contender: 'loop', concurrency })
        runs.loop.set(concurrency, [...(runs.loop.get(concurrency) ?? []), measured])
        return `loop at ${concurrency}: ${told(measured)}`
      }),
      async () => {
        const measured = await runJob(stage, whole, { contender: 'sweep' })
        runs.sweep.push(measured)
        return `sweep: ${told(measured)}`
      },
      async () => {
        const measured = await onAll(stage, forKubectl, () => runKubectl(stage.kubectl, stage.identity, forKubectl))
        runs.kubectl.push(measured)
        return `kubectl, ${forKubectl.deployments} Deployments: ${told(measured)}`
      },
    ]
    // No contender is always the first.
    for (const contender of round % 2 === 0 ? contenders.toReversed() : contenders) {
      stage.report(`round ${round}, in ${runs.namespaces}: ${await contender()}`)
    }
  }
  return runs
}

/** Runs the sweep one second after a scale-up of all Deployments, while the controllers write their status. */
export async function playUnfriendly(stage: Stage, layout: Layout, rounds: number): Promise<Measured[]> {
  const runs: Measured[] = []
  for (let round = 1; round <= rounds; round++) {
    await setAll(stage.admin, layout, 0)
    await waitUntilQuiet(stage.admin)
    const ready = await prepare(jobOn(stage, layout, { contender: 'sweep' }))
    await setAll(stage.admin, layout, 1)
    await delay(1000)
    const measured = await ready.run()
    await requireZero(stage, layout)
    runs.push(measured)
    stage.report(`round ${round}, one second after the scale-up of all: sweep: ${told(measured)}`)
  }
  return runs
}

/** Measures idle ticks while all Deployments are awake, and after our sweep of all. Leaves all of them asleep. */
export async function playIdle(stage: Stage, layout: Layout): Promise<{ awake: Measured; asleep: Measured }> {
  await setAll(stage.admin, layout, 1)
  await waitUntilQuiet(stage.admin)
  const idle = async () => {
    const measured = await (await prepare(jobOn(stage, layout, { contender: 'idle-ticks' }))).run()
    const [failure] = measured.failures
    if (failure !== undefined) throw new Error(`an idle tick was not idle: ${failure}`)
    return measured
  }
  const awake = await idle()
  await (await prepare(jobOn(stage, layout, { contender: 'sweep' }))).run()
  await waitUntilQuiet(stage.admin)
  return { awake, asleep: await idle() }
}

const quickest = (loop: LayoutRuns['loop']): number =>
  [...loop].toSorted(([, [a]], [, [b]]) => (a?.wallMs ?? 0) - (b?.wallMs ?? 0))[0]?.[0] ?? 0

type Wanted = Pick<Job, 'contender' | 'concurrency'>

const jobOn = ({ identity }: Stage, { namespaces }: Layout, wanted: Wanted): Job => ({
  ...wanted,
  identity,
  namespaces,
})

const runJob = (stage: Stage, layout: Layout, wanted: Wanted): Promise<Measured> =>
  onAll(stage, layout, async () => (await prepare(jobOn(stage, layout, wanted))).run())

/** Runs from a quiet cluster with all Deployments awake, requires all at zero afterwards, and wakes them. */
async function onAll(stage: Stage, layout: Layout, run: () => Promise<Measured>): Promise<Measured> {
  await waitUntilQuiet(stage.admin)
  const measured = await run()
  await requireZero(stage, layout)
  await setAll(stage.admin, layout, 1)
  return measured
}

async function requireZero({ admin }: Stage, layout: Layout): Promise<void> {
  const atZero = await countAtZero(admin, layout)
  if (atZero !== layout.deployments) throw new Error(`only ${atZero} of ${layout.deployments} are at zero`)
}

const told = ({ wallMs, cpuMs, conflicts, throttled, failures }: Measured): string =>
  [
    `${(wallMs / 1000).toFixed(2)} s, ${(cpuMs / 1000).toFixed(2)} s CPU, ${conflicts} conflicts`,
    throttled > 0 ? `, ${throttled} throttled` : '',
    failures.length > 0 ? `, FAILURES: ${failures.join('; ')}` : '',
  ].join('')
