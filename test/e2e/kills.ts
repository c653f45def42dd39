import { once } from 'node:events'
import { type Host, startFunctions, tick } from '../hosts.ts'
import { waitFor } from '../waitFor.ts'
import type { MixedWorkloads, Seen } from './mixedWorkloads.ts'

/** The result of one kill. */
export interface KillReport {
  /** Workloads that slept already when the host was killed. */
  asleepAtKill: number
  /** The faults after one clean tick and the waking; empty when nothing was lost. */
  problems: string[]
}

const isAsleep = ({ replicas }: Seen) => replicas === 0

/**
 * Puts the workloads to sleep by the timer, kills the host with SIGKILL once `killWhenAsleep` of them sleep, lets one
 * clean tick do the rest, and wakes them all. Every workload must come back as it was, with one write each way.
 */
export async function killDuringSweep(
  workloads: MixedWorkloads,
  { kubeconfig, killWhenAsleep }: { kubeconfig: string; killWhenAsleep: number },
): Promise<KillReport> {
  const before = await workloads.look()
  await workloads.bedtime()

  const victim = await startFunctions({ KUBECONFIG: kubeconfig })
  await tick(victim, 'nightlyScaleDown')
  const atKill = await waitFor({
    what: `${killWhenAsleep} of ${workloads.name} are asleep`,
    look: async () => [...(await workloads.look()).values()].filter(isAsleep).length,
    until: (asleep) => asleep >= killWhenAsleep,
  })
  victim.child.kill('SIGKILL')
  if (victim.child.exitCode === null && victim.child.signalCode === null) await once(victim.child, 'exit')

  const host = await startFunctions({ KUBECONFIG: kubeconfig })
  try {
    await runTimer(host, 'nightlyScaleDown', workloads)
    const asleep = await workloads.look()
    await workloads.morning()
    await runTimer(host, 'scheduledScaleUp', workloads)
    const after = await workloads.look()
    return { asleepAtKill: atKill, problems: compare({ before, asleep, after }) }
  } finally {
    await host.stop()
  }
}

const recordOf = {
  nightlyScaleDown: 'aks-scale-to-zero/last-scale-down',
  scheduledScaleUp: 'aks-scale-to-zero/last-scale-up',
} as const

/** Runs a timer and waits until the transition is recorded, which comes last. */
export async function runTimer(
  host: Host,
  timer: keyof typeof recordOf,
  workloads: Pick<MixedWorkloads, 'name' | 'annotations'>,
): Promise<void> {
  await tick(host, timer)
  await waitFor({
    what: `${timer} has recorded the transition of ${workloads.name}; the host said ${host.output().slice(-2000)}`,
    look: async () => (await workloads.annotations())[recordOf[timer]],
    until: (time) => time !== undefined && !time.startsWith('2000-'),
  })
}

/** The faults of a night, a sentence for each: every workload slept and woke as it was, with one write each way. */
export function compare({ before, asleep, after }: Record<'before' | 'asleep' | 'after', Map<string, Seen>>): string[] {
  return [...before].flatMap(([name, was]) => {
    const [slept, woke] = [asleep.get(name), after.get(name)]
    const problems: string[] = []
    if (slept?.replicas !== 0) problems.push(`is at ${slept?.replicas} after the clean tick`)
    if (slept?.original !== String(was.replicas)) problems.push(`had ${was.replicas}, recorded ${slept?.original}`)
    if (slept?.generation !== was.generation + 1)
      problems.push(`was written ${(slept?.generation ?? 0) - was.generation} times`)
    if (woke?.replicas !== was.replicas) problems.push(`had ${was.replicas}, woke with ${woke?.replicas}`)
    if (woke?.original !== undefined) problems.push('still carries a record')
    return problems.map((problem) => `${name} ${problem}`)
  })
}
