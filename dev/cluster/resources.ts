import type { KubeObject, Node, Pod, Workload } from './objects.ts'

/** One row: all that the server needs to know to serve a resource. */
export interface Resource<T extends KubeObject = KubeObject> {
  kind: string
  /** `v1`, or `GROUP/VERSION`; one version a group. */
  apiVersion: string
  plural: string
  shortName: string
  clusterScoped?: true
  /** Has `spec.replicas` and a `/scale` of it. */
  scalable?: true
  /** What fields of the spec are when nobody says it. */
  defaults?: Record<string, unknown>
  /** Served only where this is installed, with its CustomResourceDefinitions. */
  custom?: 'keda' | 'karpenter'
  /** What metadata.generation counts the changes of; nothing when absent. */
  generationCounts?: 'spec' | 'spec and annotations'
  /** Never there: tells the compiler of what type its objects are. */
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
export const events: Resource = { ...core, kind: 'Event', plural: 'events', shortName: 'ev' }

const apps = { apiVersion: 'apps/v1', scalable: true, defaults: { replicas: 1 } } as const
export const deployments: Resource<Workload> = {
  ...apps,
  kind: 'Deployment',
  plural: 'deployments',
  shortName: 'deploy',
  // The real controller copies the annotations on to its ReplicaSets, so they count as something to observe.
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
  // These are only kept: nobody starts Jobs or scales anything for them.
  { ...batch, kind: 'CronJob', plural: 'cronjobs', shortName: 'cj' },
  { ...autoscaling, kind: 'HorizontalPodAutoscaler', plural: 'horizontalpodautoscalers', shortName: 'hpa' },
  { ...keda, kind: 'ScaledObject', plural: 'scaledobjects', shortName: 'so' },
  { ...keda, kind: 'ScaledJob', plural: 'scaledjobs', shortName: 'sj' },
  { ...core, kind: 'ConfigMap', plural: 'configmaps', shortName: 'cm' },
  // Nobody counts for a budget here, so it allows no disruption.
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', plural: 'poddisruptionbudgets', shortName: 'pdb' },
  { ...karpenter, kind: 'NodePool', plural: 'nodepools', shortName: 'np', clusterScoped: true },
]

/** `apps` of `apps/v1`; empty for the core group. */
export const groupOf = ({ apiVersion }: Pick<Resource, 'apiVersion'>): string =>
  apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')))

/** Where the paths of a group version begin: `/api/v1`, `/apis/apps/v1`. */
export const rootOf = (apiVersion: string): string => `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}`
