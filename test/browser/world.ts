import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCluster } from '../../dev/cluster/index.ts'
import { lapseVariable } from '../../dev/demo/lapse.ts'
import { demoObjects } from '../../dev/demo/objects.ts'
import { beginning, demoPools, demoPrices, projectsSetting } from '../../dev/demo/projects.ts'
import {
  exceptionAnnotations,
  exceptionTraceOf,
  managedLabel,
  memoryAnnotations,
  scheduleAnnotations,
} from '../../shared/scaling/index.ts'
import { startScaleApi } from '../hosts.ts'
import { Client } from '../unit/dev/cluster/cluster.ts'
import { waitFor } from '../waitFor.ts'
import { hostileObjects, hostileProject, markup, refusalOf } from './hostile.ts'

/** A name as long as Kubernetes allows, without a place to break it. */
export const longName = 'x'.repeat(63)

const apiKey = 'api-key-of-the-tests'

/** A host with a project in every state, each of which is named after it where the demo has none. */
export interface World {
  url: string
  apiKey: string
  /** Asks the API as the page does. */
  ask(path: string, body?: object): Promise<unknown>
  stop(): Promise<void>
}

const hourBefore = new Date(beginning.getTime() - 3_600_000).toISOString()
const dayAfter = new Date(beginning.getTime() + 24 * 3_600_000).toISOString()
const nights = { [scheduleAnnotations.scaleDown]: '0 22 * * *', [scheduleAnnotations.scaleUp]: '0 7 * * *' }

const namespace = (name: string, annotations: Record<string, string>) => ({
  kind: 'Namespace',
  metadata: { name, labels: { [managedLabel.key]: managedLabel.value }, annotations },
})

const deployment = (of: string, name: string) => {
  const labels = { app: name }
  const containers = [{ name: 'main', image: 'registry.example.com/app:1' }]
  const template = { metadata: { labels }, spec: { nodeSelector: { project: 'shop' }, containers } }
  return {
    kind: 'Deployment',
    metadata: { name, namespace: of },
    spec: { replicas: 1, selector: { matchLabels: labels }, template },
  }
}

const suspended = exceptionTraceOf('suspend')
const asleep = { [memoryAnnotations.lastScaleDown]: hourBefore, [memoryAnnotations.asleepSince]: hourBefore }

/** The states that the demo comes to later, or never. */
const others = [
  namespace('put-back', {
    ...nights,
    ...asleep,
    [memoryAnnotations.putBack]: hourBefore,
  }),
  deployment('put-back', 'web'),
  namespace('going-to-sleep', { ...nights, ...asleep }),
  deployment('going-to-sleep', 'web'),
  namespace('faulty', { [scheduleAnnotations.scaleDown]: markup }),
  namespace('suspended', {
    ...nights,
    [exceptionAnnotations.suspend]: dayAfter,
    [suspended.by]: markup,
    [suspended.reason]: markup,
  }),
  namespace('excluded', { ...nights, 'aks-scale-to-zero/exclude': markup }),
  namespace('no-schedule', {}),
  namespace(longName, nights),
  deployment(longName, longName),
  ...hostileObjects(beginning),
]

/** Starts it at the evening with which the demo begins. */
export async function startWorld(): Promise<World> {
  const dir = mkdtempSync(join(tmpdir(), 'world-'))
  const lapse = { fromMs: beginning.getTime(), startedMs: Date.now(), pace: 1 }
  const now = () => new Date(lapse.fromMs + Date.now() - lapse.startedMs)
  const objects = [...demoObjects(), ...others] as ReturnType<typeof demoObjects>
  const cluster = await startCluster({ projects: { objects, pools: demoPools }, podDelayMs: 10, nodeDelayMs: 10, now })
  writeFileSync(join(dir, 'kubeconfig'), cluster.kubeconfig)
  const host = await startScaleApi({
    KUBECONFIG: join(dir, 'kubeconfig'),
    API_KEY: apiKey,
    PROJECTS: JSON.stringify([...JSON.parse(projectsSetting()), hostileProject]),
    NODE_PRICES: JSON.stringify({ ...JSON.parse(demoPrices), source: markup }),
    NODE_OPTIONS: `--import=${new URL('../../dev/demo/hostClock.ts', import.meta.url).href}`,
    [lapseVariable]: JSON.stringify(lapse),
  })
  const ask = async (path: string, body?: object) => {
    const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' }
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
    const answer = await fetch(`${host.url}/api/v1/${path}`, { ...init, headers })
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
    return answer.json()
  }

  const world = {
    url: `${host.url}/`,
    apiKey,
    ask,
    async stop() {
      await host.stop()
      await cluster.stop()
      rmSync(dir, { recursive: true })
    },
  }
  try {
    await refuseNodes(world, { client: new Client(cluster), now: now() })
    await bringToSleep(world)
  } catch (error) {
    await world.stop()
    throw error
  }
  return world
}

/** Wakes a workload that asks for a node which no pool has, so its Pods wait for ever, and the autoscaler says why. */
async function refuseNodes({ ask }: World, { client, now }: { client: Client; now: Date }): Promise<void> {
  const namespace = 'ml-training'
  const template = { spec: { nodeSelector: { accelerator: 'h100' } } }
  await client.patch(`/apis/apps/v1/namespaces/${namespace}/deployments/trainer`, { spec: { template } })
  await ask(`projects/${namespace}/restore`, { reason: markup })
  const stuck = await waitFor({
    what: 'its Pods wait',
    look: async () => (await client.get(`/api/v1/namespaces/${namespace}/pods`)).body.items.filter(isOfTrainer),
    until: (pods) => pods.length > 0,
  })
  for (const { metadata } of stuck) {
    const body = refusalOf({ namespace, name: metadata.name, uid: metadata.uid }, now)
    await client.send('POST', `/api/v1/namespaces/${namespace}/events`, { body })
  }
}

const isOfTrainer = ({ metadata }: { metadata: { name: string } }) => metadata.name.startsWith('trainer-')

/** Puts some projects to zero. A Pod of its own holds the node of the first; the others lose theirs. */
async function bringToSleep({ ask }: World): Promise<void> {
  for (const project of ['staging', 'payments', longName])
    await ask(`projects/${project}/scale-to-zero`, { reason: markup })
  const stateOf = async () => {
    const { projects } = (await ask('projects')) as { projects: { name: string; state: string }[] }
    return Object.fromEntries(projects.map((one) => [one.name, one.state]))
  }
  await waitFor({
    what: 'every project is in its state',
    look: stateOf,
    until: (states) => states.staging === 'held' && states.payments === 'asleep' && states['ml-training'] === 'waking',
  })
}
