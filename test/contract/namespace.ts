import { randomBytes } from 'node:crypto'
import {
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  PatchStrategy,
  setHeaderOptions,
  type V1Deployment,
} from '@kubernetes/client-node'

/** A person with kubectl: what the tests do and see beside the API, by the published client and as administrator. */
export async function createNamespace(kubeconfig: string) {
  const config = new KubeConfig()
  config.loadFromString(kubeconfig)
  const apps = config.makeApiClient(AppsV1Api)
  const core = config.makeApiClient(CoreV1Api)
  const namespace = `contract-${randomBytes(4).toString('hex')}`
  await core.createNamespace({ body: { metadata: { name: namespace } } })
  let made = 0

  const read = (name: string): Promise<V1Deployment> => apps.readNamespacedDeployment({ namespace, name })

  const patch = (name: string, body: object): Promise<V1Deployment> =>
    apps.patchNamespacedDeployment(
      { namespace, name, body, fieldManager: 'somebody' },
      setHeaderOptions('content-type', PatchStrategy.MergePatch),
    )

  return {
    namespace,
    read,
    patch,
    /** A Deployment whose Pods run on the system nodes, or nowhere. */
    async deploy({ replicas = 2, runs = true, annotations = {} }: DeployOptions = {}): Promise<string> {
      const name = `app-${++made}`
      const labels = { app: name }
      const nodeSelector = { 'kubernetes.azure.com/mode': runs ? 'system' : 'nowhere' }
      const tolerations = [{ key: 'CriticalAddonsOnly', operator: 'Exists' }]
      const containers = [{ name: 'app', image: 'registry.k8s.io/pause:3.10' }]
      await apps.createNamespacedDeployment({
        namespace,
        body: {
          metadata: { name, labels, annotations },
          spec: {
            replicas,
            selector: { matchLabels: labels },
            template: { metadata: { labels }, spec: { nodeSelector, tolerations, containers } },
          },
        },
      })
      return name
    },
    /** As `kubectl scale`. */
    scaleByHand: (name: string, replicas: number) =>
      apps.patchNamespacedDeploymentScale(
        { namespace, name, body: { spec: { replicas } }, fieldManager: 'somebody' },
        setHeaderOptions('content-type', PatchStrategy.MergePatch),
      ),
    annotate: (name: string, annotations: Record<string, string | null>) => patch(name, { metadata: { annotations } }),
    events: async (name: string) =>
      (await core.listNamespacedEvent({ namespace })).items.filter((event) => event.involvedObject.name === name),
    remove: () => core.deleteNamespace({ name: namespace }),
  }
}

interface DeployOptions {
  replicas?: number
  runs?: boolean
  annotations?: Record<string, string>
}

export type TestNamespace = Awaited<ReturnType<typeof createNamespace>>
