import { applyJsonPatch } from '../../../../dev/cluster/patch.ts'
import { type KustomizationObject, kustomizationOf } from '../../../../shared/kubernetes/objects/kustomization.ts'
import { type WorkloadObject, workloadOf } from '../../../../shared/kubernetes/objects/workload.ts'
import {
  type Cluster,
  type ClusterEvent,
  describeKustomization,
  describeWorkload,
  inventoryIdOf,
  ScalingError,
  type WorkloadRef,
} from '../../../../shared/scaling/index.ts'

export const reconcile = 'kustomize.toolkit.fluxcd.io/reconcile'
export const memory = 'aks-scale-to-zero/flux-reconcile'

/** The labels that kustomize-controller writes on all that it applies. */
export const fluxLabels = (name = 'apps') => ({
  'kustomize.toolkit.fluxcd.io/name': name,
  'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
})

export const refOf = (name: string, kind: WorkloadRef['kind'] = 'Deployment'): WorkloadRef => ({
  kind,
  namespace: 'project-a',
  name,
})

/** A Kustomization with these workloads in its inventory. */
export const kustomization = (refs: WorkloadRef[], spec: object = {}): KustomizationObject => ({
  spec: { prune: true, ...spec },
  status: { inventory: { entries: refs.map((ref) => ({ id: inventoryIdOf(ref) })) } },
})

interface Made {
  kind?: WorkloadRef['kind']
  labels?: Record<string, string>
  annotations?: Record<string, string>
  managers?: NonNullable<WorkloadObject['metadata']['managedFields']>
  spec?: WorkloadObject['spec']
}

/**
 * A cluster of objects as the API server writes them, which our own readers read and our own patches change. The embedded
 * cluster has neither server-side apply nor Flux.
 */
export function fluxCluster() {
  const objects = new Map<string, { ref: WorkloadRef; object: WorkloadObject }>()
  const kustomizations = new Map<string, KustomizationObject | Error>()
  const asked: string[] = []
  const events: ClusterEvent[] = []
  const patches: string[] = []
  const read = (ref: WorkloadRef) => {
    const found = objects.get(describeWorkload(ref))
    if (found === undefined) throw new ScalingError('workload-not-found', `${describeWorkload(ref)} not found`)
    return found
  }
  const cluster: Partial<Cluster> = {
    getWorkload: async (ref) => workloadOf(ref.kind, read(ref).object),
    listWorkloads: async ({ kind, labelSelector }) => {
      const [key = '', value] = (labelSelector ?? '').split('=')
      return [...objects.values()]
        .filter(({ ref }) => ref.kind === kind)
        .filter(({ object: { metadata } }) => {
          const label = metadata.labels?.[key]
          return labelSelector === undefined || (label !== undefined && (value === undefined || label === value))
        })
        .map(({ object }) => workloadOf(kind, object))
    },
    patchWorkload: async (ref, patch, { dryRun } = {}) => {
      const { object } = read(ref)
      const changed = applyJsonPatch(object, patch) as WorkloadObject
      if (dryRun) return
      patches.push(ref.name)
      objects.set(describeWorkload(ref), { ref, object: changed })
    },
    getKustomization: async (ref) => {
      asked.push(describeKustomization(ref))
      const found = kustomizations.get(ref.name)
      if (found instanceof Error) throw found
      return found && kustomizationOf(found)
    },
    createEvent: async (event) => void events.push(event),
  }
  return {
    cluster: cluster as Cluster,
    kustomizations,
    asked,
    events,
    patches,
    /** A workload of two replicas that kustomize-controller has applied, unless other managers have. */
    make(name: string, { kind = 'Deployment', labels = fluxLabels(), annotations, managers, spec }: Made = {}) {
      const ref = refOf(name, kind)
      const metadata = {
        name,
        namespace: ref.namespace,
        uid: name,
        resourceVersion: '1',
        creationTimestamp: '2026-01-01T00:00:00Z',
        labels,
        annotations: { 'example.com/owner': 'team', ...annotations },
        managedFields: managers ?? [{ manager: 'kustomize-controller', operation: 'Apply' }],
      }
      const object: WorkloadObject = { metadata, spec: spec ?? { replicas: 2 } }
      objects.set(describeWorkload(ref), { ref, object })
      return ref
    },
    /** The annotations, the labels and the replicas of a workload. */
    look(ref: WorkloadRef) {
      const { metadata, spec } = read(ref).object
      return { annotations: metadata.annotations ?? {}, labels: metadata.labels ?? {}, replicas: spec?.replicas }
    },
    /** Somebody else changes it. */
    change(ref: WorkloadRef, change: (object: WorkloadObject) => void) {
      change(read(ref).object)
    },
  }
}
