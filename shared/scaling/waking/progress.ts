import { hasLabels } from '../cluster/labelSelector.ts'
import { type ClusterNode, isGoing } from '../cluster/node.ts'
import { isAfter, newest, type ObservedEvent } from '../cluster/observedEvent.ts'
import type { Pod, PodCondition } from '../cluster/pod.ts'

/** The stages of a Pod on its way to be ready, in their order. */
export const stages = [
  /** Its Pods or the Events about them cannot be read. */
  'unknown',
  /** It fits on no node that there is. */
  'waiting-for-node',
  /** The autoscaler has asked for a node for it, or a node that fits is there and not ready. */
  'node-starting',
  /** Its controller has not created it, or the scheduler has not looked at it. */
  'scheduling',
  'pulling-image',
  /** It has a node, where its volumes, containers and probes come up. */
  'starting',
  'ready',
] as const

export type Stage = (typeof stages)[number]

/** How far something has come. */
export interface Progress {
  stage: Stage
  /** ISO 8601. */
  since: string
  /**
   * The trouble that it is stuck on, in the words of the component that reports it; undefined while it only takes time.
   */
  why: string | undefined
  /** The node, node group or NodeClaim that is on its way for it, as far as somebody names one. */
  waitsFor?: string | undefined
}

/** How far one Pod has come. */
export interface PodProgress extends Progress {
  name: string
  /** The name of its node, once it has one. */
  node: string | undefined
}

/**
 * Sorts the least advanced first. Within one stage, the stuck ones come first, then those that have been in it longest.
 */
export const byProgress = (a: Progress, b: Progress): number =>
  stages.indexOf(a.stage) - stages.indexOf(b.stage) ||
  Number(a.why === undefined) - Number(b.why === undefined) ||
  Date.parse(a.since) - Date.parse(b.since)

/** How far a Pod has come, by its conditions and the Events about it. */
export const progressOf = (pod: Pod, { events, nodes }: { events: ObservedEvent[]; nodes: ClusterNode[] }): Progress =>
  pod.nodeName === undefined ? withoutNode(pod, { events, nodes }) : onNode(pod, events)

function withoutNode(pod: Pod, { events, nodes }: { events: ObservedEvent[]; nodes: ClusterNode[] }): Progress {
  const scheduled = conditionOf(pod, 'PodScheduled')
  if (scheduled?.status !== 'False') return { stage: 'scheduling', since: pod.createdAt, why: undefined }
  const { reason, message: why, since = pod.createdAt } = scheduled
  // No node would help a Pod with another reason, such as SchedulingGated.
  if (reason !== 'Unschedulable') return { stage: 'scheduling', since, why }
  const help = newest(events, helpReasons)
  const refusal = refusalOf(events, help)
  if (refusal) return { stage: 'waiting-for-node', since, why: refusal.message }
  if (help) return { stage: 'node-starting', since: help.at, why: undefined, waitsFor: promisedBy(help) }
  const node = nodes.find((one) => isComing(one, pod))
  if (node) {
    return { stage: 'node-starting', since: later(node.createdAt, since), why: undefined, waitsFor: node.name }
  }
  return { stage: 'waiting-for-node', since, why }
}

function onNode(pod: Pod, events: ObservedEvent[]): Progress {
  const boundAt = conditionOf(pod, 'PodScheduled')?.since ?? pod.createdAt
  const ready = conditionOf(pod, 'Ready')
  if (ready?.status === 'True') return { stage: 'ready', since: ready.since ?? boundAt, why: undefined }
  // The kubelet gives a message with every trouble, and none with its ordinary waits such as ContainerCreating.
  const waiting = pod.containers.find((container) => container.waiting?.message !== undefined)?.waiting
  const last = newest(events)
  const why = waiting ? `${waiting.reason}: ${waiting.message}` : last?.type === 'Warning' ? last.message : undefined
  const pulling = newest(events, ['Pulling'])
  const pulled = newest(events, ['Pulled', 'Created'])
  if ((waiting && imageReasons.has(waiting.reason)) || isAfter(pulling, pulled)) {
    return { stage: 'pulling-image', since: pulling?.at ?? boundAt, why }
  }
  return { stage: 'starting', since: pulled?.at ?? boundAt, why }
}

/** The Events of the cluster autoscaler and of Karpenter about a Pod for which they have asked for a node. */
const helpReasons = ['TriggeredScaleUp', 'Nominated']

/**
 * How autoscalers name what they have asked for: Karpenter the node, once it has one, otherwise its NodeClaim; the cluster
 * autoscaler the node group, in the words of its older releases and of its newer ones.
 */
const promises = [/\bnode\/([\w.-]+)/, /\bnodeclaim\/([\w.-]+)/, /\[\{([\w.-]+) /, /\bgroup: ([\w.-]+)/]

const promisedBy = ({ message }: ObservedEvent): string | undefined =>
  promises.map((promise) => promise.exec(message)?.[1]).find((name) => name !== undefined)

/**
 * The last Event in which an autoscaler refuses a node for this Pod, unless it has helped since. A scale-up that failed
 * says more than the one that is then not tried for a while. cluster-autoscaler/processors/status of
 * kubernetes/autoscaler and pkg/controllers/provisioning/scheduling/events.go of kubernetes-sigs/karpenter;
 * FailedScaleUp is GKE's.
 */
function refusalOf(events: ObservedEvent[], help: ObservedEvent | undefined): ObservedEvent | undefined {
  // The scheduler writes FailedScheduling, too. Its words are in the condition, and they are no answer of the
  // autoscaler.
  const said = events.filter(({ reason, source }) => reason !== 'FailedScheduling' || source === 'karpenter')
  return ['FailedScaleUp', 'NotTriggerScaleUp', 'FailedScheduling']
    .map((reason) => newest(said, [reason]))
    .find((refusal) => isAfter(refusal, help))
}

/**
 * A container that waits for one of these reasons has no image yet. pkg/kubelet/images/types.go of
 * kubernetes/kubernetes
 */
const imageReasons = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'ImageInspectError',
  'InvalidImageName',
  'RegistryUnavailable',
  'SignatureValidationFailed',
])

/** Whether a node is on its way for the Pod: it is not ready, and has the labels that the Pod asks for. */
function isComing(node: ClusterNode, { nodeSelector }: Pod): boolean {
  // Any node would do for a Pod that asks for no labels, so any broken node would seem to be on its way.
  const asksForOne = Object.keys(nodeSelector).length > 0
  return !node.ready && !isGoing(node) && asksForOne && hasLabels(node.labels, nodeSelector)
}

const conditionOf = (pod: Pod, type: string): PodCondition | undefined =>
  pod.conditions.find((condition) => condition.type === type)

const later = (a: string, b: string): string => (Date.parse(a) > Date.parse(b) ? a : b)
