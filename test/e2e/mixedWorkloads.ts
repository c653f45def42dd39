import { AppsV1Api, BatchV1Api, CoreV1Api, KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'

const container = { name: 'app', image: 'registry.k8s.io/pause:3.10' }
// No Pod runs: the tests look at the wanted replicas only, and Pods would slow the machine down.
const podSpec = { nodeSelector: { nowhere: 'true' }, containers: [container] }

/** The facts about one workload that a test looks at. */
export interface Seen {
  /** Replicas; for a CronJob 1, or 0 when it is suspended. */
  replicas: number
  original: string | undefined
  /** Grows by one with each write to the spec. */
  generation: number
}

/** Creates a namespace with workloads of several kinds and counts, whose schedule a test can set. */
export async function createMixedWorkloads(kubeconfigPath: string, { name, count }: { name: string; count: number }) {
  const config = new KubeConfig()
  config.loadFromFile(kubeconfigPath)
  const apps = config.makeApiClient(AppsV1Api)
  const batch = config.makeApiClient(BatchV1Api)
  const core = config.makeApiClient(CoreV1Api)
  const labels = { 'aks-scale-to-zero/managed': 'true' }
  await core.createNamespace({ body: { metadata: { name, labels } } })
  await Promise.all(
    Array.from({ length: count }, (_, index) => {
      const metadata = { name: `app-${index}`, labels: { app: `app-${index}` } }
      const spec = {
        replicas: 1 + (index % 7),
        selector: { matchLabels: metadata.labels },
        template: { metadata: { labels: metadata.labels }, spec: podSpec },
      }
      if (index % 4 === 3) {
        const template = { spec: { ...podSpec, restartPolicy: 'Never' } }
        const jobSpec = { schedule: '0 0 1 1 *', jobTemplate: { spec: { template } } }
        return batch.createNamespacedCronJob({ namespace: name, body: { metadata, spec: jobSpec } })
      }
      if (index % 4 === 2) {
        return apps.createNamespacedStatefulSet({
          namespace: name,
          body: { metadata, spec: { ...spec, serviceName: 'none' } },
        })
      }
      return apps.createNamespacedDeployment({ namespace: name, body: { metadata, spec } })
    }),
  )

  const annotate = (annotations: Record<string, string | null>) =>
    core.patchNamespace(
      { name, body: { metadata: { annotations } } },
      setHeaderOptions('content-type', PatchStrategy.MergePatch),
    )
  const never = '0 0 29 2 *'
  const eachMinute = '* * * * *'
  const longAgo = '2000-01-01T00:00:00.000Z'
  const schedule = (down: string, up: string) =>
    annotate({
      'aks-scale-to-zero/scale-down': down,
      'aks-scale-to-zero/scale-up': up,
      'aks-scale-to-zero/last-scale-down': longAgo,
      'aks-scale-to-zero/last-scale-up': longAgo,
    })

  return {
    name,
    /** Makes a scale-down due from now on, and no scale-up. */
    bedtime: () => schedule(eachMinute, never),
    /** Makes a scale-up due from now on, and no scale-down. */
    morning: () => schedule(never, eachMinute),
    annotate,
    annotations: async () => (await core.readNamespace({ name })).metadata?.annotations ?? {},
    async look(): Promise<Map<string, Seen>> {
      const [deployments, sets, jobs] = await Promise.all([
        apps.listNamespacedDeployment({ namespace: name }),
        apps.listNamespacedStatefulSet({ namespace: name }),
        batch.listNamespacedCronJob({ namespace: name }),
      ])
      const seen = new Map<string, Seen>()
      const see = (metadata: (typeof deployments.items)[number]['metadata'], replicas: number) =>
        seen.set(metadata?.name ?? '', {
          replicas,
          original: metadata?.annotations?.['aks-scale-to-zero/original-replicas'],
          generation: metadata?.generation ?? 0,
        })
      for (const { metadata, spec } of [...deployments.items, ...sets.items]) see(metadata, spec?.replicas ?? 1)
      for (const { metadata, spec } of jobs.items) see(metadata, spec?.suspend ? 0 : 1)
      return seen
    },
    remove: () => core.deleteNamespace({ name }),
  }
}

export type MixedWorkloads = Awaited<ReturnType<typeof createMixedWorkloads>>
