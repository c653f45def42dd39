import type { ClusterNode, ObservedEvent, Pod, PodCondition } from '../../../../shared/scaling/index.ts'
import { node, pod as runningPod } from './objects.ts'

/** A time on the morning of the tests, e.g. `at('07:00:05')`. */
export const at = (time: string): string => `2026-11-23T${time}Z`

/** A new Pod of sample-app-a, with the changes that a test needs. */
export const pod = (changes: Partial<Pod> = {}): Pod =>
  runningPod({
    name: 'sample-app-a-6d5f7c9b8d-x7k2p',
    uid: 'pod-1',
    nodeName: undefined,
    nodeSelector: { project: 'a' },
    controller: { kind: 'ReplicaSet', name: 'sample-app-a-6d5f7c9b8d' },
    phase: 'Pending',
    createdAt: at('07:00:00'),
    ...changes,
  })

export const condition = (type: string, status: 'True' | 'False', more: Partial<PodCondition> = {}): PodCondition => ({
  type,
  status,
  reason: undefined,
  message: undefined,
  since: at('07:00:01'),
  ...more,
})

/** The scheduler's message about a Pod whose project has no node. */
export const noNode =
  "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't match Pod's node affinity/selector. " +
  'preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.'

export const unschedulable = condition('PodScheduled', 'False', { reason: 'Unschedulable', message: noNode })

/** A Pod that fits on no node. */
export const homeless = (changes: Partial<Pod> = {}) => pod({ conditions: [unschedulable], ...changes })

/** A Pod on its node. */
export const bound = ({ conditions = [], ...changes }: Partial<Pod> = {}) =>
  pod({
    nodeName: 'aks-projecta-10000000-vmss000000',
    conditions: [condition('PodScheduled', 'True', { since: at('07:02:00') }), ...conditions],
    ...changes,
  })

/** The state of a container that waits, in the words of the kubelet. */
export const waiting = (reason: string, message?: string) => ({ waiting: { reason, message } })

/** An Event about the Pod at that time, with the reason and message of its writer. */
export const event = (
  time: string,
  reason: string,
  { message = reason, type = 'Normal', source = 'kubelet', about = {} }: Partial<Told> = {},
): ObservedEvent => ({
  about: { kind: 'Pod', namespace: 'project-a', name: 'sample-app-a-6d5f7c9b8d-x7k2p', uid: 'pod-1', ...about },
  type,
  reason,
  message,
  at: at(time),
  source,
})

interface Told extends Pick<ObservedEvent, 'message' | 'type' | 'source'> {
  about: Partial<ObservedEvent['about']>
}

/** A node of project A that is not ready yet. */
export const newNode = (changes: Partial<ClusterNode> = {}): ClusterNode =>
  node({ labels: { project: 'a' }, ready: false, readySince: undefined, createdAt: at('07:01:30'), ...changes })
