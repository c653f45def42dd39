import type { Deployment, KubeObject, Node, Pod } from './objects.ts'

/** One row: all that the server needs to know to serve a resource. */
export interface Resource<T extends KubeObject = KubeObject> {
  kind: string
  /** `v1`, or `GROUP/VERSION`; one version a group. */
  apiVersion: string
  plural: string
  shortName: string
  clusterScoped?: true
  /** Has `spec.replicas`, by default 1, and a `/scale` of it. */
  scalable?: true
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

export const deployments: Resource<Deployment> = {
  kind: 'Deployment',
  apiVersion: 'apps/v1',
  plural: 'deployments',
  shortName: 'deploy',
  scalable: true,
  // The real controller copies the annotations on to its ReplicaSets, so they count as something to observe.
  generationCounts: 'spec and annotations',
}

/** To serve one more resource, add its row here. */
export const resources: readonly Resource[] = [namespaces, nodes, pods, events, deployments]

/** `apps` of `apps/v1`; empty for the core group. */
export const groupOf = ({ apiVersion }: Pick<Resource, 'apiVersion'>): string =>
  apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')))

/** Where the paths of a group version begin: `/api/v1`, `/apis/apps/v1`. */
export const rootOf = (apiVersion: string): string => `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}`
