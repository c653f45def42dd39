import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../dev/cluster/index.ts'
import { timerNames } from '../../shared/scaling/index.ts'
import { type Host, startScaleApi } from '../hosts.ts'
import { clusterAt } from '../unit/kubernetes/clusterAt.ts'
import { waitFor } from '../waitFor.ts'

const namespace = 'project-a'
const everySecond = '* * * * * *'

let cluster: EmbeddedCluster
let client: ReturnType<typeof clusterAt>
let dir: string
let ends: (() => unknown)[]
beforeEach(async () => {
  cluster = await startCluster({ podDelayMs: 1, nodeDelayMs: 1 })
  client = clusterAt(cluster.url)
  dir = mkdtempSync(join(tmpdir(), 'timers-'))
  ends = [() => rmSync(dir, { recursive: true }), cluster.stop, client.close]
})
afterEach(async () => {
  for (const end of ends.toReversed()) await end()
})

/** The in-cluster host, with a project whose scale-down has been due for two minutes. */
async function hostWith(settings: Record<string, string>): Promise<Host> {
  const longAgo = '2000-01-01T00:00:00.000Z'
  await client.cluster.annotateNamespace(namespace, {
    'aks-scale-to-zero/last-scale-down': longAgo,
    'aks-scale-to-zero/last-scale-up': longAgo,
  })
  const due = new Date(Date.now() - 120_000)
  const project = { name: namespace, scaleDown: `${due.getUTCMinutes()} ${due.getUTCHours()} * * *` }
  const kubeconfig = join(dir, 'kubeconfig')
  writeFileSync(kubeconfig, cluster.kubeconfig)
  const host = await startScaleApi({
    KUBECONFIG: kubeconfig,
    API_AUTH: 'none',
    PROJECTS: JSON.stringify([project]),
    ...settings,
  })
  ends.push(() => host.child.kill('SIGKILL'))
  return host
}

const textOf = async ({ url }: Host, path: string) => (await fetch(url + path)).text()
const timersOf = async (host: Host) =>
  (JSON.parse(await textOf(host, '/api/v1/projects')) as { timers: { by?: string; silent: boolean }[] }).timers
const replicas = async () =>
  (await client.cluster.getWorkload({ kind: 'Deployment', namespace, name: 'sample-app-a' })).desiredReplicas

test('with SCHEDULE_TICK the in-cluster host applies the schedules, tells its heartbeats, and stops in good order', async () => {
  const host = await hostWith({ SCHEDULE_TICK: everySecond })
  await waitFor({ what: 'the project sleeps', look: replicas, until: (count) => count === 0 })
  const timers = await waitFor({
    what: 'all timers have run',
    look: () => timersOf(host),
    until: (all) => all.every(({ silent }) => !silent),
  })
  expect(timers.map(({ by }) => by)).toEqual(timerNames.map(() => 'scale-api'))
  const metrics = await waitFor({
    what: 'the run is counted',
    look: () => textOf(host, '/metrics'),
    until: (text) => text.includes('schedule_transitions_total{action="scale-down",outcome="applied"} 1'),
  })
  for (const name of timerNames) {
    expect(metrics).toContain(`timer_silent{timer="${name}"} 0`)
    expect(metrics).toContain(`timer_run_duration_seconds_count{timer="${name}",result="succeeded"}`)
  }
  expect(metrics).toContain('sweep_duration_seconds_count{action="scale-down"} 1')
  expect(metrics).toMatch(/^workloads_asleep \d/m)
  expect(host.output()).toMatch(/"timer":"nightlyScaleDown",.*"msg":"swept"/)
  expect(await host.stop()).toBe(0)
  expect(host.output()).not.toContain('"level":"error"')
})

test('without SCHEDULE_TICK it has no timers, and the timers are silent', async () => {
  const host = await hostWith({})
  expect((await timersOf(host)).map(({ silent }) => silent)).toEqual([true, true, true])
  expect(await textOf(host, '/metrics')).not.toContain('timer_run_duration_seconds_count')
  expect(await replicas()).toBe(2)
})

test('a SCHEDULE_TICK that cannot be read is told by /ready and by the log', async () => {
  const host = await hostWith({ SCHEDULE_TICK: 'at night' })
  const fault = 'SCHEDULE_TICK is not an NCRONTAB schedule'
  expect(JSON.parse(await textOf(host, '/ready'))).toMatchObject({ faults: [expect.stringContaining(fault)] })
  expect(host.output()).toContain(fault)
})
