import {
  annotationPrefix,
  type FieldOwner,
  fieldManager,
  gitTools,
  isPaused,
  kinds,
  type LabelSelector,
  type NamespacedName,
  pausedReplicas,
  type Workload,
  type WorkloadKind,
  wokenAnnotations,
} from '../../scaling/index.ts'
import { labelSelectorOf } from './labelSelector.ts'

/**
 * The parts of a workload that we read, for all kinds together, as the API server writes them.
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/
 */
export interface WorkloadObject {
  metadata: {
    name: string
    namespace: string
    uid: string
    resourceVersion: string
    generation?: number
    creationTimestamp: string
    annotations?: Record<string, string>
    labels?: Record<string, string>
    ownerReferences?: { kind: string; name: string; controller?: boolean }[]
    managedFields?: ManagedFieldsEntry[]
  }
  /** Only the built-in kinds always have one. */
  spec?: {
    replicas?: number
    suspend?: boolean
    selector?: LabelSelector
    volumeClaimTemplates?: unknown[]
    persistentVolumeClaimRetentionPolicy?: { whenScaled?: string }
    scaleTargetRef?: { apiVersion?: string; kind?: string; name: string }
    template?: PodTemplate
    jobTemplate?: { spec?: { template?: PodTemplate } }
  }
  status?: {
    readyReplicas?: number
    availableReplicas?: number
    observedGeneration?: number
    conditions?: { type: string; lastUpdateTime?: string }[]
  }
}

interface PodTemplate {
  spec?: { nodeSelector?: Record<string, string> }
}

/** The fields that one manager owns, and when it wrote last: https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
interface ManagedFieldsEntry {
  manager?: string
  operation?: string
  subresource?: string
  time?: string
  fieldsV1?: FieldsV1
}

/** Names of fields, as a tree. */
interface FieldsV1 {
  'f:spec'?: Record<string, object>
  'f:metadata'?: { 'f:annotations'?: Record<string, object> }
}

/** How many replicas an object wants, in the terms of its kind: the inverse of `Kind.dial`. */
const desiredReplicas: Record<WorkloadKind, (object: WorkloadObject) => number> = {
  // The API's default is one.
  Deployment: ({ spec }) => spec?.replicas ?? 1,
  StatefulSet: ({ spec }) => spec?.replicas ?? 1,
  CronJob: ({ spec }) => (spec?.suspend ? 0 : 1),
  ScaledObject: ({ metadata }) => replicasOfScaledObject(metadata.annotations),
  ScaledJob: ({ metadata }) => (isPaused(metadata.annotations) ? 0 : 1),
}

/**
 * Of the two annotations that stop KEDA, it looks at the number first. A pause at one replica is no count that could be
 * brought back, since 1 means that KEDA decides.
 */
function replicasOfScaledObject(annotations: Record<string, string> | undefined): number {
  const held = pausedReplicas(annotations)
  if (held === undefined) return isPaused(annotations) ? 0 : 1
  return held === 1 || held < 0 ? Number.NaN : held
}

/** The object that a ScaledObject scales, by the defaults that KEDA has: a Deployment. */
function scaleTargetOf({ apiVersion, kind, name }: { apiVersion?: string; kind?: string; name: string }) {
  const [group = ''] = (apiVersion || 'apps/v1').split('/')
  return { kind: `${kind || 'Deployment'}${group === 'apps' ? '' : `.${group}`}`, name }
}

/** The kinds of which the metadata has all that is read, so that the server need not send the rest. */
export const isReadFromMetadata = (kind: WorkloadKind): boolean => kind === 'ScaledJob'

/** An object as the domain sees it. Counts that are absent are zero. */
export function workloadOf(kind: WorkloadKind, object: WorkloadObject): Workload {
  const { metadata, spec, status } = object
  const owner = dialOwner(kind, metadata)
  const controller = metadata.ownerReferences?.find((owner) => owner.controller === true)
  return {
    ref: { kind, namespace: metadata.namespace, name: metadata.name },
    uid: metadata.uid,
    annotations: metadata.annotations && ofConcern(metadata.annotations),
    labels: metadata.labels && ofConcern(metadata.labels),
    controlledBy: controller && `${controller.kind} ${controller.name}`,
    podSelector: spec?.selector && labelSelectorOf(spec.selector),
    claimRetention: spec?.volumeClaimTemplates?.length ? (spec.persistentVolumeClaimRetentionPolicy ?? {}) : undefined,
    nodeSelector: nodeSelectorOf(spec?.template ?? spec?.jobTemplate?.spec?.template),
    scaleTarget: spec?.scaleTargetRef && scaleTargetOf(spec.scaleTargetRef),
    desiredReplicas: desiredReplicas[kind](object),
    readyReplicas: status?.readyReplicas ?? 0,
    availableReplicas: status?.availableReplicas ?? 0,
    observed: (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0),
    isApplied: metadata.managedFields?.some(isApplied) === true,
    kustomization: metadata.managedFields?.some(isAppliedByFlux) ? fluxRefOf('kustomize', metadata.labels) : undefined,
    helmRelease: fluxRefOf('helm', metadata.labels),
    argoApplication: argoApplicationOf(kind, metadata),
    ownEntries: (metadata.managedFields ?? []).flatMap(({ manager }, index) => (manager === fieldManager ? index : [])),
    replicasChangedAt: replicasChangedAt(object, owner),
    replicasOwner: owner && fieldOwnerOf(owner),
  }
}

const isApplied = (entry: ManagedFieldsEntry) =>
  entry.manager !== fieldManager && (entry.operation === 'Apply' || isOfArgoCd(entry))

const isOfArgoCd = ({ manager = '' }: ManagedFieldsEntry) => gitTools.argoCd.test(manager)

const isAppliedByFlux = ({ manager = '', operation }: ManagedFieldsEntry) =>
  operation === 'Apply' && gitTools.kustomizeController.test(manager)

// Anybody who may write to the workload writes its labels, and this one is made a path.
const objectName = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/

/** The object of Flux that a workload belongs to: its controllers write these labels on all that they make. */
function fluxRefOf(controller: 'kustomize' | 'helm', labels: Record<string, string> = {}): NamespacedName | undefined {
  const name = labels[`${controller}.toolkit.fluxcd.io/name`] ?? ''
  const namespace = labels[`${controller}.toolkit.fluxcd.io/namespace`] ?? ''
  return objectName.test(name) && objectName.test(namespace) ? { namespace, name } : undefined
}

/**
 * The Application of Argo CD that a workload belongs to, by the annotation `APPLICATION:GROUP/KIND:NAMESPACE/NAME`, or by the
 * label that Argo CD writes where it is told to. Other tools write that label, too.
 */
function argoApplicationOf(kind: WorkloadKind, metadata: WorkloadObject['metadata']): string | undefined {
  const { namespace, name, annotations, labels, managedFields } = metadata
  const id = annotations?.['argocd.argoproj.io/tracking-id'] ?? ''
  const ending = `:${kinds[kind].resource.group}/${kind}:${namespace}/${name}`
  const byLabel = managedFields?.some(isOfArgoCd) ? labels?.['app.kubernetes.io/instance'] : undefined
  const application = id.endsWith(ending) ? id.slice(0, -ending.length) : byLabel
  return argoName.test(application ?? '') ? application : undefined
}

// Of an Application elsewhere than in Argo CD's own namespace, it is NAMESPACE_NAME.
const argoName = /^[a-z0-9]([a-z0-9._-]{0,251}[a-z0-9])?$/

// There may be thousands of workloads in memory.
const longestSelector = 1024
const noLabels: Record<string, string> = {}

function nodeSelectorOf(template: PodTemplate | undefined): Record<string, string> | undefined {
  if (template === undefined) return undefined
  const { nodeSelector = noLabels } = template.spec ?? {}
  let length = 0
  for (const key in nodeSelector) length += key.length + (nodeSelector[key] ?? '').length
  return length > longestSelector ? undefined : nodeSelector
}

/** The prefixes of the annotations and labels that we, KEDA and Flux read. */
const prefixes = [annotationPrefix, 'autoscaling.keda.sh/', 'kustomize.toolkit.fluxcd.io/', 'helm.toolkit.fluxcd.io/']

/** Those of our concern. The others of one object may take 256 KiB, and there may be thousands of objects. */
const ofConcern = (entries: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(entries).filter(([key]) => prefixes.some((prefix) => key.startsWith(prefix))))

/**
 * The time of the last scaling, as near as Kubernetes tells it, since it keeps no such time. The best is the last write
 * of the field manager that owns the dial of the kind, such as `spec.replicas`. `kubectl scale` and autoscalers write
 * through the scale subresource, which leaves no time; the controller's status write follows at once and has one.
 * Without either it is the last progress of a rollout, and at last the creation.
 */
function replicasChangedAt({ metadata, status }: WorkloadObject, owner: ManagedFieldsEntry | undefined): string {
  const observed = owner && metadata.managedFields?.find(({ subresource }) => subresource === 'status')
  const progressed = status?.conditions?.find(({ type }) => type === 'Progressing')?.lastUpdateTime
  // After a wake-up we give the dial back, and only our trace has the time then.
  const woken = owner === undefined ? timeOf(metadata.annotations?.[wokenAnnotations.at]) : undefined
  return owner?.time ?? observed?.time ?? woken ?? progressed ?? metadata.creationTimestamp
}

function timeOf(text: string | undefined): string | undefined {
  const time = Date.parse(text ?? '')
  return Number.isNaN(time) ? undefined : new Date(time).toISOString()
}

/** The entry of the manager that owns the dial. Where several agree on its value, the one that wrote last is taken. */
function dialOwner(
  kind: WorkloadKind,
  { managedFields = [] }: WorkloadObject['metadata'],
): ManagedFieldsEntry | undefined {
  const owners = managedFields.filter(({ fieldsV1 }) => fieldsV1 !== undefined && hasDial(kind, fieldsV1))
  return owners.reduce<ManagedFieldsEntry | undefined>(
    (newest, one) => (newest === undefined || (one.time ?? '') > (newest.time ?? '') ? one : newest),
    undefined,
  )
}

// The API server takes no longer name of a manager, and there may be thousands of workloads in memory.
const longestName = 128

function fieldOwnerOf({ manager, operation, subresource, time }: ManagedFieldsEntry): FieldOwner | undefined {
  if (manager === undefined || Math.max(manager.length, subresource?.length ?? 0) > longestName) return undefined
  return {
    manager,
    operation: operation === 'Apply' ? 'Apply' : 'Update',
    subresource,
    at: time,
  }
}

function hasDial(kind: WorkloadKind, fields: FieldsV1): boolean {
  const dial = kinds[kind].dial(0)
  const [owned, names] =
    'spec' in dial
      ? [fields['f:spec'], Object.keys(dial.spec)]
      : [fields['f:metadata']?.['f:annotations'], Object.keys(dial.annotations)]
  return names.some((name) => owned?.[`f:${name}`] !== undefined)
}
