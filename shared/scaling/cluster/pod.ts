/** A Pod as the cluster last reported it. Times are ISO 8601. */
export interface Pod {
  namespace: string
  name: string
  uid: string
  labels: Record<string, string>
  annotations: Record<string, string>
  /** Undefined until the scheduler has found it a node. */
  nodeName: string | undefined
  /** The labels that its node must have; empty when any node will do. */
  nodeSelector: Record<string, string>
  /** The object that manages it; undefined for a bare Pod. */
  controller: { kind: string; name: string } | undefined
  phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown'
  restartPolicy: 'Always' | 'OnFailure' | 'Never'
  createdAt: string
  /** The end of its grace period, by which it must have ended. Undefined while nobody has deleted it. */
  deletedAt: string | undefined
  /** Its volumes that are lost with the node: hostPath, and emptyDir unless in memory. */
  localVolumes: string[]
  conditions: PodCondition[]
  containers: ContainerState[]
}

/** https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-conditions */
export interface PodCondition {
  /** `PodScheduled`, `Initialized`, `ContainersReady`, `Ready` ... */
  type: string
  status: 'True' | 'False' | 'Unknown'
  reason: string | undefined
  message: string | undefined
  since: string | undefined
}

/** A container of a Pod, init containers included. */
export interface ContainerState {
  /** Why it does not run, e.g. `ContainerCreating`, `ImagePullBackOff`, `CrashLoopBackOff`. */
  waiting: { reason: string; message: string | undefined } | undefined
}

/** The Pods to list: those that match every field. `labelSelector` as in `kubectl get -l`. */
export interface PodQuery {
  namespace?: string | undefined
  labelSelector?: string | undefined
  nodeName?: string | undefined
}

/** "Pod project-a/sample-app-a-x7k2p", for messages. */
export const describePod = ({ namespace, name }: Pick<Pod, 'namespace' | 'name'>): string => `Pod ${namespace}/${name}`

/** The Pod as a blocker refers to it. */
export const podRef = ({ namespace, name }: Pick<Pod, 'namespace' | 'name'>) => ({ kind: 'Pod', namespace, name })

/** The kubelet's own Pod, which the API server only mirrors. */
export const isMirror = ({ annotations, controller }: Pod): boolean =>
  annotations['kubernetes.io/config.mirror'] !== undefined || controller?.kind === 'Node'

/** A Pod of a DaemonSet. */
export const isOfDaemonSet = ({ controller }: Pod): boolean => controller?.kind === 'DaemonSet'

/** A Pod that is on every node, from a DaemonSet or the kubelet, and so keeps none. */
export const isOfEveryNode = (pod: Pod): boolean => isMirror(pod) || isOfDaemonSet(pod)

/** A Pod that has ended and is not started again. */
export const isTerminal = ({ phase, restartPolicy }: Pod): boolean =>
  phase === 'Failed' || (phase === 'Succeeded' && restartPolicy !== 'Always')

/** A Pod that must have ended more than `longestMs` ago, by its grace period, and is still there. */
export const isPastGrace = ({ deletedAt }: Pod, now: Date, longestMs: number): boolean =>
  deletedAt !== undefined && now.getTime() - Date.parse(deletedAt) > longestMs
