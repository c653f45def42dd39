import { type Host, startFunctions, startScaleApi, tick } from '../hosts.ts'
import { waitFor } from '../waitFor.ts'
import type { MixedWorkloads } from './mixedWorkloads.ts'

/**
 * Lets two Functions hosts tick at the same moment, for `nights` evenings and mornings. A third one rehearses, and two
 * in-cluster hosts with other settings tick every second by their own clocks.
 * @returns the problems: an error of a host, a workload that was not put to zero or did not wake as it was, or one that
 *   was not written to exactly once each time
 */
export async function tickTogether(
  workloads: MixedWorkloads,
  { kubeconfig, nights }: { kubeconfig: string; nights: number },
): Promise<string[]> {
  const settings = { KUBECONFIG: kubeconfig, LOG_LEVEL: 'debug' }
  const inCluster = { ...settings, API_AUTH: 'none', SCHEDULE_TICK: '* * * * * *' }
  const elsewhere = JSON.stringify([{ name: 'elsewhere', scaleDown: '* * * * *' }])
  const hosts: Host[] = await Promise.all([
    startFunctions(settings),
    startFunctions(settings),
    startFunctions({ ...settings, DRY_RUN: 'true' }),
  ])
  const clocks: Host[] = await Promise.all([
    startScaleApi(inCluster),
    startScaleApi({ ...inCluster, PROJECTS: elsewhere, PROTECTED_NAMESPACES: 'elsewhere' }),
  ])
  const problems: string[] = []
  const before = await workloads.look()
  try {
    for (let night = 1; night <= nights; night++) {
      await workloads.bedtime()
      await tickAll({ hosts, clocks }, 'nightlyScaleDown')
      for (const [name, { replicas }] of await workloads.look()) {
        if (replicas !== 0) problems.push(`night ${night}: ${name} is at ${replicas}`)
      }
      await workloads.morning()
      await tickAll({ hosts, clocks }, 'scheduledScaleUp')
      for (const [name, { replicas }] of await workloads.look()) {
        const was = before.get(name)?.replicas
        if (replicas !== was) problems.push(`morning ${night}: ${name} had ${was}, woke with ${replicas}`)
      }
    }
    for (const [name, { generation }] of await workloads.look()) {
      const writes = generation - (before.get(name)?.generation ?? 0)
      if (writes !== 2 * nights) problems.push(`${name} was written ${writes} times in ${nights} nights`)
    }
  } finally {
    for (const host of [...hosts, ...clocks]) await host.stop()
  }
  for (const host of [...hosts, ...clocks]) problems.push(...(host.output().match(/.*"level":"error".*/g) ?? []))
  return problems
}

/**
 * Runs a timer of all Functions hosts at the same moment, and waits until each is done with it. A run of an in-cluster host
 * that began before may still be under way, and would go on into the next night, which comes within seconds here.
 */
async function tickAll({ hosts, clocks }: { hosts: Host[]; clocks: Host[] }, timer: string): Promise<void> {
  await runsOf(hosts, { done: /"msg":"tick done"/g, more: 1, of: timer }, () =>
    Promise.all(hosts.map((host) => tick(host, timer))),
  )
  await runsOf(clocks, { done: new RegExp(`"timer":"${timer}".*"msg":"tick done"`, 'g'), more: 2, of: timer })
}

/** Waits until each host has ended so many more runs than when this began. */
async function runsOf(
  hosts: Host[],
  { done, more, of }: { done: RegExp; more: number; of: string },
  begin?: () => Promise<unknown>,
): Promise<void> {
  const counts = () => hosts.map((host) => host.output().match(done)?.length ?? 0)
  const before = counts()
  await begin?.()
  await waitFor({
    what: `all hosts are done with ${of}`,
    look: async () => counts(),
    until: (now) => now.every((count, host) => count >= (before[host] ?? 0) + more),
  })
}
