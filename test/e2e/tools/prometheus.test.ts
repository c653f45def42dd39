import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { AppsV1Api, CoreV1Api, KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import { type Host, startScaleApi } from '../../hosts.ts'
import { waitFor } from '../../waitFor.ts'
import { createMixedWorkloads, type MixedWorkloads } from '../mixedWorkloads.ts'
import { readTarget } from '../target.ts'
import { type Prometheus, startPrometheus } from './prometheus.ts'
import { describeWithTool } from './withTool.ts'

jest.setTimeout(5 * 60_000)

const { kubeconfig } = readTarget()
const name = 'e2e-prometheus'
const alerts = readFileSync('scale-api/monitoring/alerts.yaml', 'utf8')
const { panels } = JSON.parse(readFileSync('scale-api/monitoring/dashboard.json', 'utf8')) as {
  panels: { title: string; targets?: { expr: string }[] }[]
}
const queries = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const))

const config = new KubeConfig()
config.loadFromFile(kubeconfig)
const core = config.makeApiClient(CoreV1Api)
const apps = config.makeApiClient(AppsV1Api)

await describeWithTool('prometheus', 'the alert rules and the dashboard, in a real Prometheus', (path) => {
  let workloads: MixedWorkloads
  /** The one has the clocks, the second answers only, and the third does not reach its cluster. */
  let clock: Host
  let witness: Host
  let lost: Host
  let prometheus: Prometheus
  let dir: string
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'lost-'))
    writeFileSync(
      join(dir, 'kubeconfig'),
      readFileSync(kubeconfig, 'utf8').replace(/server: .*/, 'server: http://127.0.0.1:9'),
    )
    workloads = await createMixedWorkloads(kubeconfig, { name, count: 2 })
    await core.createNode({ body: { metadata: { name, labels: { project: name } } } })
    const settings = { KUBECONFIG: kubeconfig, API_AUTH: 'none' }
    const project = { name, nodeSelector: { project: name } }
    const ticking = { SCHEDULE_TICK: '*/2 * * * * *', NODE_GRACE_MINUTES: '0', PROJECTS: JSON.stringify([project]) }
    clock = await startScaleApi({ ...settings, ...ticking })
    witness = await startScaleApi(settings)
    lost = await startScaleApi({ ...settings, ...ticking, KUBECONFIG: join(dir, 'kubeconfig') })
    prometheus = await startPrometheus(path('prometheus'), {
      rules: alerts.replaceAll(/for: \d+m/g, 'for: 2s'),
      targets: [clock, witness, lost].map(({ url }) => new URL(url).host),
    })
  })
  afterAll(async () => {
    await prometheus?.stop()
    for (const host of [clock, witness, lost]) host?.child.kill('SIGKILL')
    await core.deleteNode({ name }).catch(() => {})
    await workloads?.remove()
    rmSync(dir, { recursive: true })
  })

  const fires = (alert: string, labels: Record<string, string> = {}, meanwhile?: () => Promise<unknown>) =>
    waitFor({
      what: `${alert} fires`,
      look: async () => {
        await meanwhile?.()
        return prometheus.firing()
      },
      until: (all) =>
        all.some((one) => Object.entries({ alertname: alert, ...labels }).every(([key, value]) => one[key] === value)),
      timeoutMs: 60_000,
    })
  const isSilent = (alert: string) =>
    waitFor({
      what: `${alert} no longer fires`,
      look: () => prometheus.firing(),
      until: (all) => all.every(({ alertname }) => alertname !== alert),
    })
  const scaleByHand = (replicas: number) =>
    apps.patchNamespacedDeployment(
      { name: 'app-0', namespace: name, body: { spec: { replicas } }, fieldManager: 'somebody' },
      setHeaderOptions('content-type', PatchStrategy.MergePatch),
    )

  test('promtool has nothing to say about the rules and about our metrics', async () => {
    execFileSync(path('promtool'), ['check', 'rules', '--lint=all', '--lint-fatal', 'scale-api/monitoring/alerts.yaml'])
    const text = await (await fetch(`${clock.url}/metrics`)).text()
    // The names of prom-client's default metrics are its own.
    const ours = text.split('\n').filter((line) => !/^(# \w+ )?(nodejs|process)_/.test(line))
    execFileSync(path('promtool'), ['check', 'metrics'], { input: `${ours.join('\n')}\n` })
  })

  test('the dead man’s switch fires while all is well', () => fires('ScaleToZeroTimersRun'))

  test('a host that does not reach its cluster is told: its timers, its calls, and the requests to it', async () => {
    await fires('ScaleToZeroTimerFailed', { timer: 'nightlyScaleDown' })
    await fires('ScaleToZeroKubernetesFails')
    await fires('ScaleToZeroRequestsFail', {}, () => fetch(`${lost.url}/api/v1/projects`))
  })

  test('a night is told: nodes that stay, and who puts the project back; every panel then has something to show', async () => {
    await workloads.bedtime()
    await fires('ScaleToZeroNodesStay', { project: name })
    await core.deleteNode({ name })
    await isSilent('ScaleToZeroNodesStay')
    // A node for what is put back is the sign by which it is noticed.
    await scaleByHand(2)
    await core.createNode({ body: { metadata: { name, labels: { project: name } } } })
    await fires('ScaleToZeroPutBack', { project: name })
    await fetch(`${clock.url}/api/v1/deployments/${name}/app-0/scale-to-zero`, {
      method: 'POST',
      body: '{"reason":"again"}',
    })
    for (const [title, expr] of queries) {
      const query = expr.replaceAll('$job', 'scale-api').replaceAll('$__rate_interval', '1m')
      const series = await waitFor({
        what: `the panel ${title} has series for ${query}`,
        look: () => prometheus.query(query),
        until: (found) => found.length > 0,
      })
      expect(series).not.toEqual([])
    }
  })

  test('all clocks stand still: the timers are silent within two ticks, and the dead man’s switch with them', async () => {
    await clock.stop()
    await fires('ScaleToZeroTimerSilent', { timer: 'nightlyScaleDown' })
    await fires('ScaleToZeroTimerSilent', { timer: 'scheduledScaleUp' })
    await fires('ScaleToZeroTimerSilent', { timer: 'verifyScaledToZero' })
    await isSilent('ScaleToZeroTimersRun')
  })

  test('no host tells anything: nobody knows', async () => {
    for (const host of [witness, lost]) await host.stop()
    await fires('ScaleToZeroTimersUnknown')
  })
})
