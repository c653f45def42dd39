import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node'
import { findHistory } from '../../shared/scaling/index.ts'
import { interruptedKubernetes } from '../contract/interruptedKubernetes.ts'
import { functionsKey, type Host, startFunctions, startScaleApi, tick } from '../hosts.ts'
import { clusterAt } from '../unit/kubernetes/clusterAt.ts'
import { waitFor } from '../waitFor.ts'
import { compare, runTimer } from './kills.ts'
import { createMixedWorkloads, type MixedWorkloads } from './mixedWorkloads.ts'
import { readTarget } from './target.ts'

const { kubeconfig, kubectl, inClusterEnv } = readTarget()
const minutes = (count: number) => count * 60_000
const historyName = 'aks-scale-to-zero-history'
const apiKey = 'api-key-of-the-tests'
const config = new KubeConfig()
config.loadFromFile(kubeconfig)
const core = config.makeApiClient(CoreV1Api)

let workloads: MixedWorkloads
let server: { url: string; child: ChildProcess }
let client: ReturnType<typeof clusterAt>
const ends: (() => unknown)[] = []
beforeEach(async () => {
  workloads = await createMixedWorkloads(kubeconfig, { name: `e2e-hostile-${Date.now()}`, count: 12 })
  server = await startKubectlProxy()
  client = clusterAt(server.url)
}, minutes(1))
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
  await client?.close()
  server?.child.kill()
  await workloads?.remove()
}, minutes(1))

/** The API server without TLS, so that a test can come between it and a host. */
async function startKubectlProxy() {
  const child = spawn(kubectl, ['--kubeconfig', kubeconfig, 'proxy', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [text] = (await once(child.stdout, 'data')) as [Buffer]
  return { url: `http://${/127\.0\.0\.1:\d+/.exec(text.toString())?.[0]}`, child }
}

/** A function app whose requests to Kubernetes wait for ever where the test says so. */
async function hostBehind(isHeld: (request: IncomingMessage) => boolean): Promise<{ host: Host; held(): number }> {
  let held = 0
  const proxy = await interruptedKubernetes(server.url, async ({ request, pass }) => {
    if (!isHeld(request)) return pass()
    held++
  })
  const directory = mkdtempSync(join(tmpdir(), 'hostile-'))
  const path = join(directory, 'kubeconfig')
  const single = { name: 'proxied', cluster: { server: proxy.url, 'insecure-skip-tls-verify': true } }
  const context = { name: 'proxied', context: { cluster: 'proxied', user: 'proxied' } }
  const users = [{ name: 'proxied', user: {} }]
  writeFileSync(path, JSON.stringify({ clusters: [single], contexts: [context], users, 'current-context': 'proxied' }))
  const host = await startFunctions({ KUBECONFIG: path })
  ends.push(
    () => rmSync(directory, { recursive: true }),
    proxy.stop,
    () => host.child.kill('SIGKILL'),
  )
  return { host, held: () => held }
}

async function cleanHost(): Promise<Host> {
  const host = await startFunctions({ KUBECONFIG: kubeconfig, LOG_LEVEL: 'debug' })
  ends.push(() => host.stop())
  return host
}

async function kill({ child }: Host): Promise<void> {
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

const sleepBy = (host: Host) => runTimer(host, 'nightlyScaleDown', workloads)
const wakeBy = (host: Host) => runTimer(host, 'scheduledScaleUp', workloads)
const history = () => findHistory(client, { name: workloads.name }, {})
const entries = async () => (await history()).entries.map(({ what }) => what)

describe('a host that is killed', () => {
  test(
    'between a transition and its history loses that entry and nothing else, and nothing is put to zero twice',
    async () => {
      const before = await workloads.look()
      const { host, held } = await hostBehind(({ url }) => url?.includes(historyName) === true)
      await workloads.bedtime()
      await sleepBy(host)
      await waitFor({ what: 'its history is on the way', look: async () => held(), until: (calls) => calls > 0 })
      await kill(host)
      expect(await entries()).toEqual([])

      const next = await cleanHost()
      await tick(next, 'nightlyScaleDown')
      await waitFor({
        what: 'the next host has looked',
        look: async () => next.output(),
        until: (output) => output.includes('"msg":"tick done"'),
      })
      const asleep = await workloads.look()
      await workloads.morning()
      await wakeBy(next)
      expect(compare({ before, asleep, after: await workloads.look() })).toEqual([])
      await waitFor({ what: 'the scale-up is in the history', look: entries, until: (all) => all.includes('scale-up') })
    },
    minutes(2),
  )

  test(
    'in a scale-down that somebody overtakes by awake-until leaves nothing asleep: the next tick takes it back',
    async () => {
      const before = await workloads.look()
      let patches = 0
      const { host, held } = await hostBehind(
        ({ method, url }) => method === 'PATCH' && /deployments|statefulsets|cronjobs/.test(url ?? '') && ++patches > 5,
      )
      await workloads.bedtime()
      const now = Date.now()
      // Its line of every fourth February is not to be made up for.
      await workloads.annotate({ 'aks-scale-to-zero/last-scale-up': new Date(now - minutes(2)).toISOString() })
      await tick(host, 'nightlyScaleDown')
      await waitFor({ what: 'it is in the middle', look: async () => held(), until: (calls) => calls > 0 })
      await workloads.annotate({ 'aks-scale-to-zero/awake-until': new Date(now + minutes(60)).toISOString() })
      await kill(host)
      const asleep = [...(await workloads.look()).values()].filter(({ replicas }) => replicas === 0)
      expect(asleep).toHaveLength(5)

      await tick(await cleanHost(), 'nightlyScaleDown')
      const replicasOf = (seen: typeof before) => [...seen].map(([name, { replicas }]) => `${name} ${replicas}`)
      await waitFor({
        what: 'all are awake as before',
        look: async () => replicasOf(await workloads.look()),
        until: (now) => JSON.stringify(now) === JSON.stringify(replicasOf(before)),
      })
      await waitFor({ what: 'it is in the history', look: entries, until: (all) => all.includes('scale-up') })
    },
    minutes(2),
  )
})

describe('the history', () => {
  test(
    'loses no entry to two hosts that write it at once',
    async () => {
      const functions = await cleanHost()
      const scaleApi = await startScaleApi({ ...inClusterEnv, PORT: '0', API_KEY: apiKey })
      ends.push(() => scaleApi.stop())
      const callers = [
        { url: functions.url, headers: { 'x-functions-key': functionsKey } },
        { url: scaleApi.url, headers: { authorization: `Bearer ${apiKey}` } },
      ]
      const reasons = [1, 2, 3, 4].flatMap((turn) =>
        callers.map((caller, index) => ({ caller, reason: `${index}/${turn}` })),
      )
      const answers = await Promise.all(
        reasons.map(({ caller: { url, headers }, reason }) =>
          fetch(`${url}/api/v1/projects/${workloads.name}/keep-awake`, {
            method: 'POST',
            headers,
            body: JSON.stringify({ for: '1h', reason }),
          }),
        ),
      )
      expect(answers.map(({ status }) => status)).toEqual(reasons.map(() => 200))
      const kept = await waitFor({
        what: 'all of it is kept',
        look: async () => (await history()).entries.flatMap((one) => (one.what === 'exception' ? one.reason : [])),
        until: (found) => found.length >= reasons.length,
      })
      expect(kept.toSorted()).toEqual(reasons.map(({ reason }) => reason).toSorted())
    },
    minutes(2),
  )

  const metadata = { name: historyName }
  const line = JSON.stringify({ at: '2026-11-01T22:00:00Z', what: 'nodes-gone', minutes: 3 })
  test.each([
    [
      'edited to nonsense',
      { 'entries.jsonl': 'nonsense\n{"at":1}\n', 'asleep.txt': '-1 x\n', 'nights.jsonl': '[]' },
      true,
    ],
    ['full of lines', { 'entries.jsonl': `${line}\n`.repeat(16_000) }, true],
    ['full of what somebody else has put there', { notes: 'x'.repeat(1_048_570) }, false],
    ['deleted', undefined, true],
  ])(
    'that is %s keeps no night from beginning and ending, and a new entry is in it where there is room',
    async (_how, data, hasRoom) => {
      const host = await cleanHost()
      const before = await workloads.look()
      const { name: namespace } = workloads
      await core.createNamespacedConfigMap({ namespace, body: { metadata, data: data ?? { 'entries.jsonl': line } } })
      if (data === undefined) await core.deleteNamespacedConfigMap({ namespace, name: historyName })
      await workloads.bedtime()
      await sleepBy(host)
      const asleep = await workloads.look()
      await workloads.morning()
      await wakeBy(host)
      expect(compare({ before, asleep, after: await workloads.look() })).toEqual([])
      if (hasRoom) {
        const kept = await waitFor({ what: 'both are kept', look: entries, until: (all) => all.includes('scale-up') })
        expect(kept).toContain('scale-down')
        return
      }
      await waitFor({
        what: 'the log tells that the history could not be written',
        look: async () => host.output(),
        until: (output) => output.includes(historyName),
      })
      expect(await entries()).toEqual([])
    },
    minutes(2),
  )
})
