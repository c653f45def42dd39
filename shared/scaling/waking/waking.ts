import type { ClusterNode } from '../cluster/node.ts'
import { isAfter, newest, type ObservedEvent } from '../cluster/observedEvent.ts'
import type { Pod } from '../cluster/pod.ts'
import type { Workload, WorkloadRef } from '../cluster/workload.ts'
import { byProgress, type PodProgress, type Progress, progressOf } from './progress.ts'

/** How far a workload that is scaling up has come: as far as the least advanced of its Pods. */
export interface Waking extends Progress {
  ref: WorkloadRef
  /** The least advanced first. */
  pods: PodProgress[]
}

/** The observations that tell how far a workload has come. */
export interface Signs {
  /** The workload's own. */
  pods: Pod[]
  /** Events about Pods, by the uid of the Pod. */
  podEvents: Map<string | undefined, ObservedEvent[]>
  /** Events about the controllers that create Pods. */
  makerEvents: ObservedEvent[]
  nodes: ClusterNode[]
}

/** How far a workload has come. */
export function wakingOf(workload: Workload, { pods, podEvents, makerEvents, nodes }: Signs): Waking {
  const told = pods.map((pod): PodProgress => {
    const progress = progressOf(pod, { events: podEvents.get(pod.uid) ?? [], nodes })
    return { name: pod.name, ...progress, node: pod.nodeName }
  })
  const made = told.toSorted(byProgress)
  const isShort = pods.length < workload.desiredReplicas
  const refusal = isShort ? refusalToMakePods(workload, makerEvents) : undefined
  const missing: Progress = { stage: 'scheduling', since: workload.replicasChangedAt, why: refusal }
  const [least = missing] = (isShort ? [...made, missing] : made).toSorted(byProgress)
  return { ref: workload.ref, stage: least.stage, since: least.since, why: least.why ?? refusal, pods: made }
}

/** Those of the Pods that belong to the workload and are to stay. */
export const podsOf = ({ ref }: Workload, pods: Pod[]): Pod[] =>
  pods.filter(
    ({ namespace, controller, deletedAt, phase }) =>
      namespace === ref.namespace &&
      controller !== undefined &&
      makesPodsOf(ref, controller) &&
      deletedAt === undefined &&
      phase !== 'Succeeded' &&
      phase !== 'Failed',
  )

/** The kind of the controller that creates the Pods of a workload. Events about it say when it cannot. */
export const makerKindOf = ({ kind }: WorkloadRef): string => (kind === 'Deployment' ? 'ReplicaSet' : kind)

/**
 * A workload creates its Pods itself, or by a ReplicaSet that has the name of its Deployment and a hash without a dash.
 */
const makesPodsOf = (workload: WorkloadRef, { kind, name }: { kind: string; name: string }): boolean =>
  (kind === workload.kind && name === workload.name) ||
  (kind === makerKindOf(workload) &&
    name.startsWith(`${workload.name}-`) &&
    !name.includes('-', workload.name.length + 1))

/** The reason why no further Pod is created, such as a quota, unless one was created since. */
function refusalToMakePods({ ref }: Workload, events: ObservedEvent[]): string | undefined {
  const own = events.filter(({ about }) => makesPodsOf(ref, about))
  const refused = newest(own, ['FailedCreate'])
  const made = newest(own, ['SuccessfulCreate'])
  return isAfter(made, refused) ? undefined : refused?.message
}
