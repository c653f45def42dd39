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
      await tickAll(hosts, 'nightlyScaleDown')
      for (const [name, { replicas }] of await workloads.look()) {
        if (replicas !== 0) problems.push(`night ${night}: ${name} is at ${replicas}`)
      }
      await workloads.morning()
      await tickAll(hosts, 'scheduledScaleUp')
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

/** Runs a timer of all hosts at the same moment, and waits until each is done with it. */
async function tickAll(hosts: Host[], timer: string): Promise<void> {
  const done = (host: Host) => host.output().match(/"msg":"tick done"/g)?.length ?? 0
  const before = hosts.map(done)
  await Promise.all(hosts.map((host) => tick(host, timer)))
  await waitFor({
    what: `all hosts are done with ${timer}`,
    look: async () => hosts.map(done),
    until: (now) => now.every((count, host) => count > (before[host] ?? 0)),
  })
}
