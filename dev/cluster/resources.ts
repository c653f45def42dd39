import { type Condition, isMap, type KubeObject, valueAt } from './objects.ts'
import type { FieldError } from './statusError.ts'
import { age, type Column } from './table.ts'

/** One row: all that the server needs to know to serve a resource. */
export interface Resource {
  /** Empty for the core group. */
  group: string
  version: string
  plural: string
  kind: string
  shortNames?: string[]
  /** `all`: shown by `kubectl get all`. */
  categories?: string[]
  namespaced: boolean
  /** Has a status that only `/status` may change. */
  hasStatus?: boolean
  /** Has a `/scale` of its `spec.replicas`. */
  scalable?: boolean
  /** What `fieldSelector` may name beside metadata.name and metadata.namespace. */
  fields?: string[]
  /** Counts the changes of its spec in metadata.generation. */
  hasGeneration?: boolean
  /** A changed annotation counts as a changed spec, because the controller copies annotations on. */
  generationCountsAnnotations?: boolean
  /** A deletion only marks it; who runs it removes it. */
  deletedGracefully?: boolean
  /** What the server fills in when it is absent. */
  defaults?: (object: KubeObject) => KubeObject
  validate?: (object: KubeObject) => FieldError[]
  /** What kubectl prints between NAME and AGE. */
  columns: Column[]
}

const text = (path: string) => (object: KubeObject) => String(valueAt(object, path) ?? '')
const count = (path: string) => (object: KubeObject) => Number(valueAt(object, path) ?? 0)
const negative = (replicas: unknown): FieldError[] =>
  Number(replicas) < 0
    ? [
        {
          reason: 'FieldValueInvalid',
          field: 'spec.replicas',
          message: `Invalid value: ${replicas}: must be greater than or equal to 0`,
        },
      ]
    : []

const apps = { group: 'apps', version: 'v1', namespaced: true } as const
const core = { group: '', version: 'v1' } as const

/** One replica when nothing is said, no negative number, and a selector. */
const replicated = {
  hasStatus: true,
  hasGeneration: true,
  scalable: true,
  defaults: (object) => ({ ...object, spec: { ...object.spec, replicas: object.spec?.replicas ?? 1 } }),
  validate: ({ spec }) => [
    ...negative(spec?.replicas),
    ...(isMap(spec?.selector)
      ? []
      : [{ reason: 'FieldValueRequired' as const, field: 'spec.selector', message: 'Required value' }]),
  ],
} satisfies Partial<Resource>

export const deployments: Resource = {
  ...apps,
  ...replicated,
  plural: 'deployments',
  kind: 'Deployment',
  categories: ['all'],
  shortNames: ['deploy'],
  generationCountsAnnotations: true,
  columns: [
    ['Ready', (object) => `${count('status.readyReplicas')(object)}/${count('spec.replicas')(object)}`],
    ['Up-to-date', count('status.updatedReplicas')],
    ['Available', count('status.availableReplicas')],
  ],
}

export const replicaSets: Resource = {
  ...apps,
  ...replicated,
  plural: 'replicasets',
  kind: 'ReplicaSet',
  categories: ['all'],
  shortNames: ['rs'],
  columns: [
    ['Desired', count('spec.replicas')],
    ['Current', count('status.replicas')],
    ['Ready', count('status.readyReplicas')],
  ],
}

export const namespaces: Resource = {
  ...core,
  plural: 'namespaces',
  kind: 'Namespace',
  shortNames: ['ns'],
  namespaced: false,
  hasStatus: true,
  fields: ['status.phase'],
  defaults: (object) => ({
    ...object,
    metadata: {
      ...object.metadata,
      labels: { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name },
    },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active', ...object.status },
  }),
  columns: [['Status', text('status.phase')]],
}

export const nodes: Resource = {
  ...core,
  plural: 'nodes',
  kind: 'Node',
  shortNames: ['no'],
  namespaced: false,
  hasStatus: true,
  fields: ['spec.unschedulable'],
  columns: [
    ['Status', (node) => (hasCondition(node, 'Ready') ? 'Ready' : 'NotReady')],
    ['Roles', () => '<none>'],
    ['Version', text('status.nodeInfo.kubeletVersion')],
  ],
}

export const pods: Resource = {
  ...core,
  plural: 'pods',
  kind: 'Pod',
  categories: ['all'],
  shortNames: ['po'],
  namespaced: true,
  hasStatus: true,
  hasGeneration: true,
  deletedGracefully: true,
  fields: ['spec.nodeName', 'status.phase'],
  defaults: (object) => ({ ...object, status: { phase: 'Pending', ...object.status } }),
  columns: [
    ['Ready', (pod) => `${hasCondition(pod, 'Ready') ? 1 : 0}/1`],
    ['Status', (pod) => (pod.metadata.deletionTimestamp ? 'Terminating' : text('status.phase')(pod))],
    ['Restarts', () => '0'],
    ['Node', (pod) => text('spec.nodeName')(pod) || '<none>', 'wide'],
  ],
}

export const events: Resource = {
  ...core,
  plural: 'events',
  kind: 'Event',
  shortNames: ['ev'],
  namespaced: true,
  fields: [
    ...['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion'].map((key) => `involvedObject.${key}`),
    ...['reason', 'source', 'type', 'reportingComponent'],
  ],
  validate: ({ metadata, involvedObject }) => {
    const namespace = valueAt(involvedObject, 'namespace') ?? ''
    // Events on cluster-scoped objects live in `default`.
    if (namespace === metadata.namespace || (namespace === '' && metadata.namespace === 'default')) return []
    const message = `Invalid value: ${JSON.stringify(namespace)}: does not match event.namespace`
    return [{ reason: 'FieldValueInvalid', field: 'involvedObject.namespace', message }]
  },
  columns: [
    ['Last Seen', (event, now) => age(text('lastTimestamp')(event) || event.metadata.creationTimestamp, now)],
    ['Type', text('type')],
    ['Reason', text('reason')],
    ['Object', (event) => `${text('involvedObject.kind')(event).toLowerCase()}/${text('involvedObject.name')(event)}`],
    ['Message', text('message')],
  ],
}

/** To serve one more resource, add its row here. */
export const resources: readonly Resource[] = [namespaces, nodes, pods, events, deployments, replicaSets]

/** `v1`, `apps/v1`. */
export const apiVersionOf = ({ group, version }: Pick<Resource, 'group' | 'version'>): string =>
  group ? `${group}/${version}` : version

/** Whether the status of `object` says that `type` is True. */
export function hasCondition(object: KubeObject, type: string): boolean {
  const conditions = (object.status?.conditions ?? []) as Condition[]
  return conditions.some((condition) => condition.type === type && condition.status === 'True')
}
