import { once } from 'node:events'
import { type Host, startFunctions, startScaleApi, tick } from '../hosts.ts'
import { waitFor } from '../waitFor.ts'
import type { MixedWorkloads } from './mixedWorkloads.ts'

/** How many hosts tick together. */
export const hostCount = 5

/** Which hosts tick together, for how many evenings and mornings, and which of them are killed. */
export interface Together {
  kubeconfig: string
  /** What makes a process the in-cluster host; by default the kubeconfig. */
  inClusterEnv?: Record<string, string>
  nights: number
  /** Chooses a host, and a share of the workloads, in [0, 1): when so many are done, that host is killed and started again. */
  kill?: () => { host: number; whenDone: number }
  report?(line: string): void
}

/**
 * Lets two Functions hosts tick at the same moment, for `nights` evenings and mornings. A third one rehearses, and two
 * in-cluster hosts with other settings tick every second by their own clocks.
 * @returns the problems: an error of a host, a workload that was not put to zero or did not wake as it was, or one that
 *   was not written to exactly once each time
 */
export async function tickTogether(workloads: MixedWorkloads, together: Together): Promise<string[]> {
  const { kubeconfig, inClusterEnv = { KUBECONFIG: kubeconfig }, nights, kill, report } = together
  const settings = { KUBECONFIG: kubeconfig, LOG_LEVEL: 'debug' }
  const inCluster = { ...inClusterEnv, PORT: '0', LOG_LEVEL: 'debug', API_AUTH: 'none', SCHEDULE_TICK: '* * * * * *' }
  const elsewhere = JSON.stringify([{ name: 'elsewhere', scaleDown: '* * * * *' }])
  const started = await Promise.allSettled([
    member('timed', () => startFunctions(settings)),
    member('timed', () => startFunctions(settings)),
    member('timed', () => startFunctions({ ...settings, DRY_RUN: 'true' })),
    member('by itself', () => startScaleApi(inCluster)),
    member('by itself', () => startScaleApi({ ...inCluster, PROJECTS: elsewhere, PROTECTED_NAMESPACES: 'elsewhere' })),
  ])
  const fleet: Member[] = started.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
  const problems: string[] = []
  const before = await workloads.look()
  const half = async (timer: Timer, isDone: (replicas: number, name: string) => boolean) => {
    const done = async () => [...(await workloads.look())].filter(([name, { replicas }]) => isDone(replicas, name))
    await tickAll(fleet, timer, kill && { ...kill(), done: async () => (await done()).length / before.size })
    for (const [name, { replicas }] of await workloads.look()) {
      if (!isDone(replicas, name))
        problems.push(`${timer} left ${name} at ${replicas}, before ${before.get(name)?.replicas}`)
    }
  }
  try {
    for (const one of started) if (one.status === 'rejected') throw one.reason
    for (let night = 1; night <= nights; night++) {
      await workloads.bedtime()
      await half('nightlyScaleDown', (replicas) => replicas === 0)
      await workloads.morning()
      await half('scheduledScaleUp', (replicas, name) => replicas === before.get(name)?.replicas)
      report?.(`night ${night} of ${nights}: ${problems.length} problems so far`)
    }
    for (const [name, { generation }] of await workloads.look()) {
      const writes = generation - (before.get(name)?.generation ?? 0)
      if (writes !== 2 * nights) problems.push(`${name} was written ${writes} times in ${nights} nights`)
    }
  } finally {
    for (const { host } of fleet) await host.stop()
  }
  for (const { ended, host } of fleet) problems.push(...((ended + host.output()).match(/.*"level":"error".*/g) ?? []))
  return problems
}

type Timer = 'nightlyScaleDown' | 'scheduledScaleUp'

/** One of the hosts, which may be killed and started again. */
interface Member {
  start(): Promise<Host>
  host: Host
  /** Whether the test says when its timers run, or its own clock. */
  runs: 'timed' | 'by itself'
  /** The output of its earlier processes. */
  ended: string
}

const member = async (runs: Member['runs'], start: () => Promise<Host>): Promise<Member> => ({
  start,
  host: await start(),
  runs,
  ended: '',
})

interface Kill {
  host: number
  whenDone: number
  /** The share of the workloads that are done. */
  done(): Promise<number>
}

/**
 * Runs a timer of all Functions hosts at the same moment, and waits until each host is done with it. A run of an in-cluster
 * host that began before may still be under way, and would go on into the next night, which comes within seconds here.
 */
async function tickAll(fleet: Member[], timer: Timer, kill: Kill | undefined): Promise<void> {
  const timed = fleet.filter(({ runs }) => runs === 'timed')
  const begun = new Map(timed.map((one) => [one, runsOf(one, timer)]))
  await Promise.all(timed.map(({ host }) => tick(host, timer)))
  const victim = kill && fleet[kill.host]
  if (kill !== undefined && victim !== undefined) {
    await waitFor({ what: 'it is the moment to kill', look: kill.done, until: (share) => share >= kill.whenDone })
    await restart(victim)
    if (victim.runs === 'timed') {
      begun.set(victim, 0)
      await tick(victim.host, timer)
    }
  }
  const wanted = fleet.map((one) => (begun.get(one) ?? runsOf(one, timer) + 1) + 1)
  await waitFor({
    what: `all hosts are done with ${timer}`,
    look: async () => fleet.map((one) => runsOf(one, timer)),
    until: (counts) => counts.every((count, index) => count >= (wanted[index] ?? 0)),
  })
}

/** How many runs of a timer a host has ended. The log of a Functions host has only those that the test began. */
function runsOf({ runs, host }: Member, timer: Timer): number {
  const done = runs === 'timed' ? /"msg":"tick done"/g : new RegExp(`"timer":"${timer}".*"msg":"tick done"`, 'g')
  return host.output().match(done)?.length ?? 0
}

async function restart(victim: Member): Promise<void> {
  const { child } = victim.host
  const exited = child.exitCode === null && child.signalCode === null ? once(child, 'close') : undefined
  child.kill('SIGKILL')
  await exited
  victim.ended += victim.host.output()
  victim.host = await victim.start()
}
