import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { AppsV1Api, CoreV1Api, KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import { functionsKey, type Host, tick } from '../hosts.ts'
import { waitFor } from '../waitFor.ts'
import { nodesOf, type OwnFunctions, startOwnFunctions } from './ownFunctions.ts'
import { samplesOf } from './samples.ts'
import { readTarget } from './target.ts'
import { readIdentity } from './withIdentity.ts'

const { kubeconfig } = readTarget()
const samples = samplesOf(kubeconfig)
const minutes = (count: number) => count * 60_000

const config = new KubeConfig()
config.loadFromFile(kubeconfig)
const core = config.makeApiClient(CoreV1Api)
const apps = config.makeApiClient(AppsV1Api)
const namespace = 'project-a'
const prefix = 'aks-scale-to-zero/'

const longAgo = '2000-01-01T00:00:00.000Z'
const forgotten = {
  'asleep-since': null,
  'nodes-verified': null,
  'nodes-held': null,
  'node-pool-unknown': null,
  'nodes-away': null,
}
/** Sets the memory annotations of the namespace; null removes one. */
const remember = (annotations: Record<string, string | null>) => {
  const prefixed = Object.fromEntries(Object.entries(annotations).map(([key, value]) => [prefix + key, value]))
  return core.patchNamespace(
    { name: namespace, body: { metadata: { annotations: prefixed } } },
    setHeaderOptions('content-type', PatchStrategy.MergePatch),
  )
}
const remembered = async () => (await core.readNamespace({ name: namespace })).metadata?.annotations ?? {}

const hasIdentity = readIdentity().tokens.length > 0

let own: OwnFunctions | undefined
let host: Host
beforeAll(async () => {
  const project = { name: namespace, ...nodesOf('a'), scaleDown: '* * * * *', scaleUp: '0 0 29 2 *' }
  own = await startOwnFunctions([project], { NODE_GRACE_MINUTES: '0' })
  host = own.host
})
afterAll(async () => {
  await remember({ 'last-scale-down': null, 'last-scale-up': null, ...forgotten })
  await own?.stop()
})
beforeEach(async () => {
  await samples.waitUntilRunning('a')
  // A scale-down is due from now on.
  await remember({ 'last-scale-down': longAgo, 'last-scale-up': longAgo, ...forgotten })
}, minutes(20))

/** The lines of the host's log with this `msg`, after the first `since` characters of its output. */
const lines = (msg: string, since = 0): Record<string, unknown>[] =>
  host
    .output()
    .slice(since)
    .split('\n')
    .filter((line) => line.includes(`"msg":"${msg}"`))
    .map((line) => JSON.parse(line))

async function scaleDown(): Promise<void> {
  await tick(host, 'nightlyScaleDown')
  await waitFor({
    what: `the scale-down is done; the host said ${host.output().slice(-2000)}`,
    look: remembered,
    until: (annotations) => annotations[`${prefix}asleep-since`] !== undefined,
  })
}

const verifyUntilSaid = (msg: string, since: number) =>
  waitFor({
    what: `the host says ${msg}`,
    look: async () => {
      await tick(host, 'verifyScaledToZero')
      return lines(msg, since)
    },
    until: (found) => found.length > 0,
    timeoutMs: minutes(15),
  })

const api = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(`${host.url}/api/v1/${path}`, { ...init, headers: { 'x-functions-key': functionsKey } })
  return (await response.json()) as {
    project: { nodes: { nodes: { blockers: unknown[] }[] } }
    node_pools: { name: string; count: number }[]
    history: { what: string; at: string }[]
    projects: { project: string; node_hours: number; unknown_node_hours: number }[]
  }
}
const poolOfA = async () =>
  (await api('node-pools')).node_pools.find(({ name }) => name === 'projecta') ?? { count: -1 }
const wake = () => api(`projects/${namespace}/restore`, { method: 'POST', body: '{"reason":"morning"}' })

const events = async (reason: string) =>
  (await core.listNamespacedEvent({ namespace: 'default' })).items
    .filter((event) => event.involvedObject.name === namespace && event.reason === reason)
    .map(({ message }) => message)

describe('after the nightly scale-down', () => {
  test(
    'the nodes of a project go, the log says how long that took, and the node-hours agree with the Node objects',
    async () => {
      const since = host.output().length
      // From this run on, somebody looks. The scale-down that is due is that of the minute, so it must be a later one.
      await tick(host, 'verifyScaledToZero')
      const watchedSince = Date.now()
      await waitFor({
        what: 'the next minute',
        timeoutMs: minutes(2),
        look: async () => Math.floor(Date.now() / minutes(1)),
        until: (minute) => minute > Math.floor((watchedSince + 5000) / minutes(1)),
      })
      const before = (await samples.nodes('a')).length
      await scaleDown()
      await samples.waitUntilNodesGone('a')
      const goneAt = Date.now()
      const [gone] = await verifyUntilSaid('project_nodes_gone', since)
      const transition = (await remembered())[`${prefix}last-scale-down`]
      expect(gone).toMatchObject({ level: 'info', project: namespace, transition, minutes: expect.any(Number) })
      await waitFor({
        what: 'the namespace has its annotation',
        look: remembered,
        until: (annotations) => annotations[`${prefix}nodes-verified`] === transition,
      })
      expect((await events('NodesGone')).join()).toContain('The nodes of project project-a are gone')
      if (hasIdentity) {
        const counted = await waitFor({
          what: 'Azure counts no node',
          look: poolOfA,
          until: ({ count }) => count === 0,
        })
        expect(counted).toMatchObject({ min: 0, autoscaling: true, nodes: [], warnings: [], project: namespace })
      }
      // The answer has hours with two digits, so a few seconds would be none.
      await waitFor({
        what: 'two minutes',
        timeoutMs: minutes(5),
        look: async () => Date.now() - goneAt,
        until: (ms) => ms > minutes(2),
      })
      await wake()
      await samples.waitUntilRunning('a')
      const saved = await waitFor({
        what: 'the first node is seen back',
        look: async () => {
          await tick(host, 'verifyScaledToZero')
          const { history } = await api(`projects/${namespace}/history?days=1`)
          return history.some(({ what, at }) => what === 'nodes-back' && Date.parse(at) >= goneAt)
            ? await api('savings?days=2')
            : undefined
        },
        until: (answer) => answer !== undefined,
      })
      // An independent count, from the Node objects alone.
      const { items } = await core.listNode({ labelSelector: 'project=a' })
      const backAt = Math.min(...items.map(({ metadata }) => metadata?.creationTimestamp?.getTime() ?? 0))
      const counted = (before * (backAt - goneAt)) / minutes(60)
      const own = saved?.projects.find(({ project }) => project === namespace)
      process.stderr.write(`node-hours: ${own?.node_hours} saved, ${counted.toFixed(3)} by the Node objects\n`)
      expect(counted).toBeGreaterThan(0.03)
      // A run of the timer every second or two, and a digit.
      expect(Math.abs((own?.node_hours ?? 0) - counted)).toBeLessThan((before * 15_000) / minutes(60) + 0.005)
      expect(own?.unknown_node_hours).toBe(0)
    },
    minutes(40),
  )

  test(
    'a Pod that must not be disrupted holds the node and is named once; without it the node goes',
    async () => {
      const since = host.output().length
      const pod = await startHolder()
      try {
        await scaleDown()
        const held = await waitFor({
          what: 'only the Pod that must not be disrupted holds the node',
          look: async () => (await api(`projects/${namespace}`)).project.nodes.nodes,
          until: (nodes) => nodes.length === 1 && nodes[0]?.blockers.length === 1,
        })
        const blocker = {
          reason: expect.stringMatching(/^(DoNotDisrupt|NotSafeToEvictAnnotation)$/),
          object: { kind: 'Pod', namespace, name: pod },
        }
        expect(held).toMatchObject([{ blockers: [blocker] }])

        const [told] = await verifyUntilSaid('project_nodes_held', since)
        expect(told).toMatchObject({ level: 'warn', project: namespace, nodes: 1, blockers: [blocker] })
        expect((await events('NodesHeld')).join()).toContain(pod)
        await verifyUntilSaid('project_nodes_still_held', since)
        expect(lines('project_nodes_held', since)).toHaveLength(1)
      } finally {
        await apps.deleteNamespacedDeployment({ namespace, name: holder })
      }
      await verifyUntilSaid('project_nodes_gone', since)
      await wake()
      await samples.waitUntilRunning('a')
    },
    minutes(40),
  )
})

const holder = 'holder'

/** Starts a Deployment that is left out of scale-downs and whose Pod must not be moved. Returns its Pod's name. */
async function startHolder(): Promise<string> {
  const { spec } = await samples.deployment('a')
  const labels = { app: holder }
  const annotations = {
    'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
    'karpenter.sh/do-not-disrupt': 'true',
  }
  const template = { metadata: { labels, annotations }, spec: spec?.template.spec }
  await apps.createNamespacedDeployment({
    namespace,
    body: {
      metadata: { name: holder, annotations: { [`${prefix}exclude`]: 'true' } },
      spec: { replicas: 1, selector: { matchLabels: labels }, template },
    },
  })
  const [pod] = await waitFor({
    what: 'the Pod runs',
    look: async () => (await core.listNamespacedPod({ namespace, labelSelector: `app=${holder}` })).items,
    until: ([found]) => found?.status?.phase === 'Running',
  })
  return pod?.metadata?.name ?? ''
}
