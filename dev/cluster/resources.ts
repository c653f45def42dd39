import type { KubeObject, Node, Pod, Workload } from './objects.ts'

/** One row of the table: all that the server needs to know to serve a resource. */
export interface Resource<T extends KubeObject = KubeObject> {
  kind: string
  /** `v1`, or `GROUP/VERSION`; each group has one version. */
  apiVersion: string
  plural: string
  shortName: string
  clusterScoped?: true
  /** The resource has `spec.replicas` and the subresource `/scale`. */
  scalable?: true
  /** Default values of fields of the spec. */
  defaults?: Record<string, unknown>
  /** The product whose CustomResourceDefinitions bring it; it is served only when that is installed. */
  custom?: 'keda' | 'karpenter'
  /** The parts whose changes metadata.generation counts; without it an object has no generation. */
  generationCounts?: 'spec' | 'spec and annotations'
  /** Never set: it tells the compiler the type of the objects. */
  readonly type?: T
}

const core = { apiVersion: 'v1' }
export const namespaces: Resource = {
  ...core,
  kind: 'Namespace',
  plural: 'namespaces',
  shortName: 'ns',
  clusterScoped: true,
}
export const nodes: Resource<Node> = { ...core, kind: 'Node', plural: 'nodes', shortName: 'no', clusterScoped: true }
export const pods: Resource<Pod> = { ...core, kind: 'Pod', plural: 'pods', shortName: 'po', generationCounts: 'spec' }
export const configMaps: Resource = { ...core, kind: 'ConfigMap', plural: 'configmaps', shortName: 'cm' }
export const events: Resource = { ...core, kind: 'Event', plural: 'events', shortName: 'ev' }

const apps = { apiVersion: 'apps/v1', scalable: true, defaults: { replicas: 1 } } as const
export const deployments: Resource<Workload> = {
  ...apps,
  kind: 'Deployment',
  plural: 'deployments',
  shortName: 'deploy',
  // The real controller copies the annotations to its ReplicaSets, so a change of them is one to observe.
  generationCounts: 'spec and annotations',
}

export const statefulSets: Resource<Workload> = {
  ...apps,
  kind: 'StatefulSet',
  plural: 'statefulsets',
  shortName: 'sts',
  generationCounts: 'spec',
}

const batch = { apiVersion: 'batch/v1', defaults: { suspend: false }, generationCounts: 'spec' } as const
const autoscaling = { apiVersion: 'autoscaling/v2' }
const keda = { apiVersion: 'keda.sh/v1alpha1', custom: 'keda', generationCounts: 'spec' } as const
const karpenter = { apiVersion: 'karpenter.sh/v1', custom: 'karpenter' } as const

/** To serve one more resource, add its row here. */
export const resources: readonly Resource[] = [
  ...[namespaces, nodes, pods, events, deployments, statefulSets],
  // These are only stored: nothing here starts Jobs or scales anything for them.
  { ...batch, kind: 'CronJob', plural: 'cronjobs', shortName: 'cj' },
  { ...autoscaling, kind: 'HorizontalPodAutoscaler', plural: 'horizontalpodautoscalers', shortName: 'hpa' },
  { ...keda, kind: 'ScaledObject', plural: 'scaledobjects', shortName: 'so' },
  { ...keda, kind: 'ScaledJob', plural: 'scaledjobs', shortName: 'sj' },
  configMaps,
  { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', plural: 'leases', shortName: 'lease' },
  // Nothing here counts Pods for a budget, so its status allows no disruption.
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', plural: 'poddisruptionbudgets', shortName: 'pdb' },
  { ...karpenter, kind: 'NodePool', plural: 'nodepools', shortName: 'np', clusterScoped: true },
]

/** `apps` of `apps/v1`; empty for the core group. */
export const groupOf = ({ apiVersion }: Pick<Resource, 'apiVersion'>): string =>
  apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')))

/** Where the paths of a group version begin: `/api/v1`, `/apis/apps/v1`. */
export const rootOf = (apiVersion: string): string => `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}`
