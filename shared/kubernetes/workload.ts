import type { Workload } from '../scaling/index.ts'

/**
 * The parts of an apps/v1 Deployment that we read, as the API server writes them.
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/deployment-v1/
 */
export interface Deployment {
  metadata: {
    name: string
    namespace: string
    uid: string
    generation?: number
    creationTimestamp: string
    annotations?: Record<string, string>
    labels?: Record<string, string>
    managedFields?: { time?: string; subresource?: string; fieldsV1?: { 'f:spec'?: { 'f:replicas'?: object } } }[]
  }
  spec: { replicas?: number }
  status?: {
    readyReplicas?: number
    availableReplicas?: number
    observedGeneration?: number
    conditions?: { type: string; lastUpdateTime?: string }[]
  }
}

/** A Deployment as the domain sees it. Absent counts are zero, an absent `spec.replicas` is the API's default of one. */
export function workloadOfDeployment({ metadata, spec, status }: Deployment): Workload {
  return {
    ref: { kind: 'Deployment', namespace: metadata.namespace, name: metadata.name },
    uid: metadata.uid,
    annotations: metadata.annotations,
    labels: metadata.labels,
    desiredReplicas: spec.replicas ?? 1,
    readyReplicas: status?.readyReplicas ?? 0,
    availableReplicas: status?.availableReplicas ?? 0,
    observed: (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0),
    replicasChangedAt: replicasChangedAt({ metadata, spec, status }),
  }
}

/**
 * Kubernetes keeps no time of the last scaling. The nearest is when the field manager that owns `spec.replicas` last
 * wrote. `kubectl scale` and autoscalers write through the scale subresource, which leaves no time; their controller's
 * status write follows at once and has one. Without either: the last progress of a rollout, then the creation.
 */
function replicasChangedAt({ metadata, status }: Deployment): string {
  const managed = metadata.managedFields ?? []
  const owner = managed.find(({ fieldsV1 }) => fieldsV1?.['f:spec']?.['f:replicas'] !== undefined)
  const observed = owner && managed.find(({ subresource }) => subresource === 'status')
  const progressed = status?.conditions?.find(({ type }) => type === 'Progressing')?.lastUpdateTime
  return owner?.time ?? observed?.time ?? progressed ?? metadata.creationTimestamp
}
