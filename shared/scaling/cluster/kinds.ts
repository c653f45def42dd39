import { kedaPaused, kedaPausedReplicas } from './kedaPause.ts'

/** The kinds of workload that can be put to sleep. */
export type WorkloadKind = 'Deployment' | 'StatefulSet' | 'CronJob' | 'ScaledObject' | 'ScaledJob'

/** Where the API server serves a kind: `/apis/{group}/{version}/namespaces/{namespace}/{plural}`. */
export interface Resource {
  group: string
  version: string
  plural: string
  /** Served only where its CustomResourceDefinition is installed. */
  isCustom: boolean
}

/** The part of an object that says how many replicas it has: a field of its spec, or an annotation. */
export type Dial = { spec: Record<string, unknown> } | { annotations: Record<string, string | undefined> }

/** How one kind sleeps. Whatever a kind counts by nature, here it has replicas, and at zero it is asleep. */
export interface Kind {
  resource: Resource
  /** The dial of an object with this many replicas. */
  dial(replicas: number): Dial
  /**
   * Whether it makes other workloads run, and so wakes after them. Otherwise an autoscaler would wake its target, to
   * another number than the recorded one.
   */
  drivesOthers: boolean
}

const keda = { group: 'keda.sh', version: 'v1alpha1', isCustom: true }
const apps = { group: 'apps', version: 'v1', isCustom: false }

/** Every kind. A new one is a row here, and a reader of its objects in kubernetes/. */
export const kinds: Record<WorkloadKind, Kind> = {
  Deployment: {
    resource: { ...apps, plural: 'deployments' },
    dial: (replicas) => ({ spec: { replicas } }),
    drivesOthers: false,
  },
  StatefulSet: {
    resource: { ...apps, plural: 'statefulsets' },
    dial: (replicas) => ({ spec: { replicas } }),
    drivesOthers: false,
  },
  // One replica when it may start Jobs, none when it is suspended.
  CronJob: {
    resource: { group: 'batch', version: 'v1', plural: 'cronjobs', isCustom: false },
    dial: (replicas) => ({ spec: { suspend: replicas === 0 } }),
    drivesOthers: true,
  },
  // One replica when KEDA decides. Somebody may have paused it at any other number.
  ScaledObject: {
    resource: { ...keda, plural: 'scaledobjects' },
    dial: (replicas) => ({ annotations: { [kedaPausedReplicas]: replicas === 1 ? undefined : String(replicas) } }),
    drivesOthers: true,
  },
  ScaledJob: {
    resource: { ...keda, plural: 'scaledjobs' },
    dial: (replicas) => ({ annotations: { [kedaPaused]: replicas === 0 ? 'true' : undefined } }),
    drivesOthers: true,
  },
}

export const kindNames = Object.keys(kinds) as WorkloadKind[]
