import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { AppsV1Api, AutoscalingV2Api, CustomObjectsApi, KubeConfig } from '@kubernetes/client-node'
import { downLab, type Lab, upLab } from '../../../dev/lab/index.ts'
import { createNamespace, type TestNamespace } from '../../contract/namespace.ts'
import { waitFor } from '../../waitFor.ts'
import { describeWithTool } from './withTool.ts'

jest.setTimeout(10 * 60_000)
// A lab of its own: the other tests have no KEDA.
const name = 'e2e-keda'
const report = (line: string) => process.stderr.write(`${line}\n`)

const apiVersion = 'keda.sh/v1alpha1'
// Inactive but for one minute of the year: KEDA then keeps a target at its minimum, here 2. It looks every 5 s.
const triggers = [
  { type: 'cron', metadata: { timezone: 'Etc/UTC', start: '0 0 1 1 *', end: '1 0 1 1 *', desiredReplicas: '3' } },
]
const limits = { minReplicaCount: 2, maxReplicaCount: 5, pollingInterval: 5 }
const container = { name: 'job', image: 'registry.k8s.io/pause:3.10' }
const pods = { nodeSelector: { nowhere: 'true' }, containers: [container] }
interface TargetKind {
  create(kubernetes: TestNamespace): Promise<string>
  replicas(namespace: string, name: string): Promise<number | undefined>
}
const scaledJob = {
  apiVersion,
  kind: 'ScaledJob',
  metadata: { name: 'jobs' },
  spec: { jobTargetRef: { template: { spec: { restartPolicy: 'Never', containers: [container] } } }, triggers },
}
type Annotations = Record<string, string>
type KedaObject = {
  metadata: { annotations?: Annotations }
  status?: { conditions?: { type: string; status: string; message?: string }[] }
}
const conditionOf = ({ status }: KedaObject, type: string) => status?.conditions?.find((one) => one.type === type)
type Target = 'Deployment' | 'StatefulSet' | 'ReplicaSet'

await describeWithTool('keda', "KEDA's operator", () => {
  let lab: Lab
  let custom: CustomObjectsApi
  let autoscaling: AutoscalingV2Api
  let apps: AppsV1Api
  beforeAll(async () => {
    // A killed run may have left it.
    await downLab({ name, report })
    lab = await upLab({ name, addOns: ['keda'], apiAuth: 'key', report })
    const config = new KubeConfig()
    config.loadFromFile(lab.kubeconfig)
    custom = config.makeApiClient(CustomObjectsApi)
    autoscaling = config.makeApiClient(AutoscalingV2Api)
    apps = config.makeApiClient(AppsV1Api)
  })
  // The namespaces go with the lab: they would wait for KEDA's finalizers.
  afterAll(() => downLab({ name, report }))

  const post = async (url: string, headers: Record<string, string>) => {
    const response = await fetch(url, { method: 'POST', headers, body: '{"reason":"nightly"}' })
    return { status: response.status, body: await response.json() }
  }
  // Each of our two identities, under the admission policy.
  const byFunctions = (path: string) =>
    post(`${lab.functionsUrl}/api/v1/${path}`, { 'x-functions-key': lab.functionsKey })
  const byScaleApi = (path: string) =>
    post(`${lab.scaleApiUrl}/api/v1/${path}`, { authorization: `Bearer ${lab.apiKey}` })

  const targets: Record<Target, TargetKind> = {
    Deployment: {
      create: (kubernetes) => kubernetes.deploy({ replicas: 2, runs: false }),
      replicas: async (namespace, name) => (await apps.readNamespacedDeployment({ namespace, name })).spec?.replicas,
    },
    StatefulSet: {
      create: (kubernetes) => kubernetes.deployStatefulSet(2),
      replicas: async (namespace, name) => (await apps.readNamespacedStatefulSet({ namespace, name })).spec?.replicas,
    },
    ReplicaSet: {
      async create({ namespace }) {
        const labels = { app: 'set' }
        const spec = { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pods } }
        await apps.createNamespacedReplicaSet({ namespace, body: { metadata: { name: 'set' }, spec } })
        return 'set'
      },
      replicas: async (namespace, name) => (await apps.readNamespacedReplicaSet({ namespace, name })).spec?.replicas,
    },
  }

  /**
   * A project with a target at 2 replicas, and a ScaledObject by which KEDA keeps it there.
   * @param kind of the target; a ReplicaSet stands for the kinds that this service does not know
   * @param pause how somebody has paused the ScaledObject, and the replicas that KEDA gives the target then
   */
  async function createPair(kind: Target = 'Deployment', pause?: { annotations: Annotations; replicas: number }) {
    const kubernetes = await createNamespace(readFileSync(lab.kubeconfig, 'utf8'), {
      labels: { 'aks-scale-to-zero/managed': 'true' },
    })
    const { namespace } = kubernetes
    const target = await targets[kind].create(kubernetes)
    const place = { group: 'keda.sh', version: 'v1alpha1', namespace }
    const create = (plural: string, body: object) => custom.createNamespacedCustomObject({ ...place, plural, body })
    await create('scaledobjects', {
      apiVersion,
      kind: 'ScaledObject',
      metadata: { name: 'web', annotations: pause?.annotations },
      spec: { scaleTargetRef: { kind, name: target }, ...limits, triggers },
    })
    await create('scaledjobs', scaledJob)
    const read = async (plural: string, name: string) =>
      (await custom.getNamespacedCustomObject({ ...place, plural, name })) as KedaObject
    const look = async () => {
      const [object, job] = [await read('scaledobjects', 'web'), await read('scaledjobs', 'jobs')]
      return {
        replicas: await targets[kind].replicas(namespace, target),
        autoscalers: (await autoscaling.listNamespacedHorizontalPodAutoscaler({ namespace })).items.length,
        objectPaused: conditionOf(object, 'Paused')?.status,
        pausedAt: object.metadata.annotations?.['autoscaling.keda.sh/paused-replicas'],
        // KEDA v2.21 leaves the condition Paused of a ScaledJob as it is when the pause ends, but not the message of Ready.
        jobPaused: conditionOf(job, 'Ready')?.message?.includes('is paused'),
      }
    }
    const until = (what: string, expected: Partial<Awaited<ReturnType<typeof look>>>) =>
      waitFor({
        what,
        look,
        until: (found) => Object.entries(expected).every(([key, value]) => found[key as keyof typeof found] === value),
      })
    const ready = { autoscalers: 1, objectPaused: 'False', pausedAt: undefined }
    await until('KEDA has taken over the pair', pause ? { objectPaused: 'True', replicas: pause.replicas } : ready)
    return { namespace, target, ready, look, until, scaleByHand: kubernetes.scaleByHand }
  }

  /** Waits until KEDA has raised what somebody has put to zero, so that it had the time to raise others. */
  async function letKedaAct(other: Awaited<ReturnType<typeof createPair>>) {
    await other.scaleByHand(other.target, 0)
    await other.until('KEDA has raised a target that is not paused', { replicas: 2 })
  }

  const asleep = { replicas: 0, autoscalers: 0, objectPaused: 'True', pausedAt: '0' }
  const resultsOf = ({ body }: { body: unknown }) =>
    Object.fromEntries(
      (body as { workloads: { kind: string; result: string }[] }).workloads.map(({ kind, result }) => [kind, result]),
    )

  test('holds the target at zero while its project sleeps, and takes it over again when the project wakes', async () => {
    const pair = await createPair()
    const slept = await byFunctions(`projects/${pair.namespace}/scale-to-zero`)
    // The count is recorded before KEDA acts, however fast it is.
    expect(resultsOf(slept)).toEqual({ ScaledObject: 'changed', ScaledJob: 'changed', Deployment: 'changed' })
    await pair.until('KEDA has paused both', { ...asleep, jobPaused: true })
    await letKedaAct(await createPair())
    expect(await pair.look()).toEqual({ ...asleep, jobPaused: true })

    expect((await byScaleApi(`projects/${pair.namespace}/restore`)).status).toBe(200)
    await pair.until('KEDA has both again', { replicas: 2, ...pair.ready, jobPaused: false })
  })

  test('holds a target at zero that was put there by its name, and takes it over again by its name', async () => {
    const pair = await createPair()
    const path = `deployments/${pair.namespace}/${pair.target}`
    expect(await byFunctions(`${path}/scale-to-zero`)).toMatchObject({
      status: 200,
      body: {
        result: 'changed',
        message: 'Deployment scaled to zero. ScaledObject web: paused at 0 replicas',
        deployment: { scaled_objects: [{ name: 'web', status: 'paused' }] },
      },
    })
    await pair.until('KEDA has paused it', asleep)
    await letKedaAct(await createPair())
    expect(await pair.look()).toMatchObject(asleep)
    // The morning of the project leaves it asleep, and so does KEDA.
    await byFunctions(`projects/${pair.namespace}/restore`)
    await letKedaAct(await createPair())
    expect(await pair.look()).toMatchObject(asleep)

    expect(await byScaleApi(`${path}/restore`)).toMatchObject({
      status: 200,
      body: { result: 'changed', deployment: { target_replicas: 2, scaled_objects: [{ status: 'active' }] } },
    })
    await pair.until('KEDA has it again', { replicas: 2, ...pair.ready })
  })

  test.each<Target>(['StatefulSet', 'ReplicaSet'])('sleeps and wakes a %s with its project', async (kind) => {
    const pair = await createPair(kind)
    await byFunctions(`projects/${pair.namespace}/scale-to-zero`)
    await pair.until('KEDA has paused it', asleep)
    await byScaleApi(`projects/${pair.namespace}/restore`)
    await pair.until('KEDA has it again', { replicas: 2, ...pair.ready })
  })

  // As KEDA reads the texts, and under the admission policy, which reads them, too.
  test('holds a target at the number at which somebody has paused it, before the night and after it', async () => {
    const pause = { annotations: { 'autoscaling.keda.sh/paused-replicas': '+4' }, replicas: 4 }
    const pair = await createPair('Deployment', pause)
    await byFunctions(`projects/${pair.namespace}/scale-to-zero`)
    await pair.until('KEDA has paused it', asleep)
    await byScaleApi(`projects/${pair.namespace}/restore`)
    await pair.until('KEDA holds it again', { replicas: 4, objectPaused: 'True', pausedAt: '4' })
  })

  test('leaves a target alone that somebody has paused where it is, while it sleeps and wakes', async () => {
    const pause = { annotations: { 'autoscaling.keda.sh/paused': 'until Monday' }, replicas: 2 }
    const pair = await createPair('Deployment', pause)
    const slept = await byFunctions(`projects/${pair.namespace}/scale-to-zero`)
    expect(resultsOf(slept)).toMatchObject({ ScaledObject: 'at-zero-before', Deployment: 'changed' })
    await letKedaAct(await createPair())
    expect(await pair.look()).toMatchObject({ replicas: 0, objectPaused: 'True', pausedAt: undefined })
    await byScaleApi(`projects/${pair.namespace}/restore`)
    expect(await pair.look()).toMatchObject({ replicas: 2, objectPaused: 'True', pausedAt: undefined })
  })
})
