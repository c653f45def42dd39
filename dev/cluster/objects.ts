import { randomUUID } from 'node:crypto'

/** The parts of Kubernetes objects that the cluster itself reads; everything else passes through untouched. */
export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: ObjectMeta
  spec?: { replicas?: number; [field: string]: unknown }
  status?: { [field: string]: unknown }
  /** Only a ConfigMap has it. */
  data?: Record<string, string>
  /** Only an Event has it. */
  involvedObject?: { kind?: string; namespace?: string; name?: string; uid?: string }
}

export interface ObjectMeta {
  name: string
  namespace?: string
  generateName?: string
  uid: string
  /** The value of the one counter that every write in the cluster raises. */
  resourceVersion: string
  generation?: number
  /** RFC 3339, whole seconds. */
  creationTimestamp: string
  deletionTimestamp?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
  ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string; controller: true }[]
  managedFields?: { fieldsV1: object }[]
}

export interface Condition {
  type: string
  status: 'True' | 'False'
  reason?: string
  message?: string
  lastUpdateTime?: string
  lastTransitionTime: string
}

/** A Deployment or a StatefulSet. */
export interface Workload extends KubeObject {
  spec: { replicas: number; template?: { metadata?: Partial<ObjectMeta>; spec?: Pod['spec'] } }
  status?: { conditions?: Condition[]; [field: string]: unknown }
}

export interface Pod extends KubeObject {
  spec: {
    nodeName?: string
    nodeSelector?: Record<string, string>
    tolerations?: { key?: string; operator?: string; value?: string }[]
    containers?: { name: string; image?: string }[]
  }
  status?: { phase?: string; conditions?: Condition[]; containerStatuses?: ContainerStatus[] }
}

export interface ContainerStatus {
  name: string
  ready: boolean
  state: { waiting: { reason: string } } | { running: { startedAt: string } }
}

export interface Node extends KubeObject {
  spec: { taints: { key: string; value: string; effect: string }[] }
  status: { capacity: Record<string, string>; allocatable: Record<string, string>; conditions: Condition[] }
}

/** The condition of this type, if the Pod has it. */
export const conditionOf = ({ status }: Pod, type: string): Condition | undefined =>
  status?.conditions?.find((condition) => condition.type === type)

/** Whether a Pod is ready to serve. */
export const isReady = (pod: Pod): boolean => conditionOf(pod, 'Ready')?.status === 'True'

/** The Pod with these conditions in place of its own of the same types. An unchanged status keeps its time. */
export function withConditions(pod: Pod, at: Date, wanted: Omit<Condition, 'lastTransitionTime'>[]): Pod {
  const conditions = wanted.map((condition) => {
    const old = conditionOf(pod, condition.type)
    const lastTransitionTime = old?.status === condition.status ? old.lastTransitionTime : timestamp(at)
    return { ...condition, lastTransitionTime }
  })
  const types = new Set(conditions.map(({ type }) => type))
  const others = (pod.status?.conditions ?? []).filter(({ type }) => !types.has(type))
  return { ...pod, status: { ...pod.status, conditions: [...others, ...conditions] } }
}

/** The metadata of a new object. */
export function newMetadata<T extends Partial<ObjectMeta> & { name: string }>(given: T, now: Date): T & ObjectMeta {
  return { ...given, uid: randomUUID(), resourceVersion: '', creationTimestamp: timestamp(now) }
}

/** A time as the API server writes it: whole seconds, UTC. */
export const timestamp = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, 'Z')

/** True for a JSON object: neither an array nor null. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
