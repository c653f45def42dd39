import { type Host, startFunctions, tick } from '../hosts.ts'
import { waitFor } from '../waitFor.ts'
import type { MixedWorkloads } from './mixedWorkloads.ts'

/**
 * Lets two Functions hosts tick at the same moment, for `nights` evenings and mornings.
 * @returns the problems: an error of a host, a workload that was not put to zero or did not wake as it was, or one that
 *   was not written to exactly once each time
 */
export async function tickTogether(
  workloads: MixedWorkloads,
  { kubeconfig, nights }: { kubeconfig: string; nights: number },
): Promise<string[]> {
  const settings = { KUBECONFIG: kubeconfig, LOG_LEVEL: 'debug' }
  const hosts: Host[] = await Promise.all([startFunctions(settings), startFunctions(settings)])
  const problems: string[] = []
  const before = await workloads.look()
  try {
    for (let night = 1; night <= nights; night++) {
      await workloads.bedtime()
      await tickBoth(hosts, 'nightlyScaleDown')
      for (const [name, { replicas }] of await workloads.look()) {
        if (replicas !== 0) problems.push(`night ${night}: ${name} is at ${replicas}`)
      }
      await workloads.morning()
      await tickBoth(hosts, 'scheduledScaleUp')
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
    for (const host of hosts) await host.stop()
  }
  for (const host of hosts) problems.push(...(host.output().match(/.*"level":"error".*/g) ?? []))
  return problems
}

/** Runs a timer of both hosts at the same moment, and waits until each is done with it. */
async function tickBoth(hosts: Host[], timer: string): Promise<void> {
  const done = (host: Host) => host.output().match(/"msg":"tick done"/g)?.length ?? 0
  const before = hosts.map(done)
  await Promise.all(hosts.map((host) => tick(host, timer)))
  await waitFor({
    what: `both hosts are done with ${timer}`,
    look: async () => hosts.map(done),
    until: (now) => now.every((count, host) => count > (before[host] ?? 0)),
  })
}
