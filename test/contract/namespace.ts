import { randomBytes } from 'node:crypto'
import {
  AppsV1Api,
  BatchV1Api,
  CoreV1Api,
  KubeConfig,
  PatchStrategy,
  setHeaderOptions,
  type V1Deployment,
} from '@kubernetes/client-node'

/** A namespace as a person with kubectl changes and sees it: through the published client, as an administrator. */
export async function createNamespace(kubeconfig: string, metadata: { labels?: Labels; annotations?: Labels } = {}) {
  const config = new KubeConfig()
  config.loadFromString(kubeconfig)
  const apps = config.makeApiClient(AppsV1Api)
  const batch = config.makeApiClient(BatchV1Api)
  const core = config.makeApiClient(CoreV1Api)
  const namespace = `contract-${randomBytes(4).toString('hex')}`
  await core.createNamespace({ body: { metadata: { ...metadata, name: namespace } } })
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
    readStatefulSet: (name: string) => apps.readNamespacedStatefulSet({ namespace, name }),
    readCronJob: (name: string) => batch.readNamespacedCronJob({ namespace, name }),
    /** Creates a StatefulSet whose Pods fit on no node, and returns its name. */
    async deployStatefulSet(replicas: number): Promise<string> {
      const name = `set-${++made}`
      const labels = { app: name }
      const template = { metadata: { labels }, spec: { nodeSelector: { nowhere: 'true' }, containers: [container] } }
      const spec = { replicas, serviceName: name, selector: { matchLabels: labels }, template }
      await apps.createNamespacedStatefulSet({ namespace, body: { metadata: { name, labels }, spec } })
      return name
    },
    /** Creates a CronJob that starts nothing while the tests run, and returns its name. */
    async deployCronJob(suspend: boolean): Promise<string> {
      const name = `job-${++made}`
      const template = { spec: { restartPolicy: 'Never', containers: [container] } }
      const spec = { schedule: '0 0 1 1 *', suspend, jobTemplate: { spec: { template } } }
      await batch.createNamespacedCronJob({ namespace, body: { metadata: { name }, spec } })
      return name
    },
    /** Creates a Deployment whose Pods run on the system nodes, or fit on no node, and returns its name. */
    async deploy({ replicas = 2, runs = true, on, annotations = {}, owner }: DeployOptions = {}): Promise<string> {
      const name = `app-${++made}`
      const labels = { app: name }
      const nodeSelector = on ?? { 'kubernetes.azure.com/mode': runs ? 'system' : 'nowhere' }
      const tolerations = [{ key: 'CriticalAddonsOnly', operator: 'Exists' }]
      const ownerReferences = owner && [
        { apiVersion: 'example.com/v1', kind: 'Kafka', name: owner, uid: owner, controller: true },
      ]
      await apps.createNamespacedDeployment({
        namespace,
        body: {
          metadata: { name, labels, annotations, ...(ownerReferences && { ownerReferences }) },
          spec: {
            replicas,
            selector: { matchLabels: labels },
            template: { metadata: { labels }, spec: { nodeSelector, tolerations, containers: [container] } },
          },
        },
      })
      return name
    },
    /** Scales as `kubectl scale` does. */
    scaleByHand: (name: string, replicas: number) =>
      apps.patchNamespacedDeploymentScale(
        { namespace, name, body: { spec: { replicas } }, fieldManager: 'somebody' },
        setHeaderOptions('content-type', PatchStrategy.MergePatch),
      ),
    annotate: (name: string, annotations: Record<string, string | null>) => patch(name, { metadata: { annotations } }),
    events: async (name: string) =>
      (await core.listNamespacedEvent({ namespace })).items.filter((event) => event.involvedObject.name === name),
    limitPods: (pods: number) =>
      core.createNamespacedResourceQuota({
        namespace,
        body: { metadata: { name: 'pods' }, spec: { hard: { pods: String(pods) } } },
      }),
    delete: (name: string) => apps.deleteNamespacedDeployment({ namespace, name }),
    remove: () => core.deleteNamespace({ name: namespace }),
  }
}

const container = { name: 'app', image: 'registry.k8s.io/pause:3.10' }

type Labels = Record<string, string>

interface DeployOptions {
  /** The name of an object that controls the Deployment. */
  owner?: string
  replicas?: number
  runs?: boolean
  /** The labels of the nodes that it asks for, instead. */
  on?: Record<string, string>
  annotations?: Record<string, string>
}

export type TestNamespace = Awaited<ReturnType<typeof createNamespace>>
