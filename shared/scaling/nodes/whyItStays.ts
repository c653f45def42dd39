import { describePod, type Pod, podRef } from '../cluster/pod.ts'
import { describeWorkload, type Workload } from '../cluster/workload.ts'
import { isChangedSince, wokenSince } from '../project/awake.ts'
import { describeLeftOut, leftOut, sleepsByName } from '../project/leftOut.ts'
import type { Blocker, BlockerReason, Tenancy } from './blocker.ts'

/** What the autoscaler would need in order to remove a node with such a Pod on it. */
interface Elsewhere {
  reason: BlockerReason
  because: string
}

/** Why a Pod that the autoscaler may move is there, and what to do: it is of a workload that is awake, or a stranger's. */
export function whyItStays(pod: Pod, tenancy: Tenancy, { reason, because }: Elsewhere): Blocker {
  const { project, workloads, neighbours } = tenancy
  const name = describePod(pod)
  const object = podRef(pod)
  if (!project.namespaces.some((namespace) => namespace.name === pod.namespace)) {
    const other = neighbours.find(({ namespaces }) => namespaces.some((own) => own.name === pod.namespace))
    const whose = other === undefined ? `namespace ${pod.namespace}` : `project ${other.name}`
    return {
      reason: 'ForeignPod',
      message:
        `${name} is of ${whose}, not of project ${project.name}, and ${because}: give it a nodeSelector for another ` +
        'pool or taint this one, then delete the Pod so that it is placed again',
      object,
    }
  }
  const workload = workloadOf(pod, workloads)
  if (workload !== undefined && workload.desiredReplicas > 0) {
    const message = `${describeWorkload(workload.ref)} is awake and runs here: ${whyAwake(workload, tenancy)}`
    return { reason: 'WorkloadAwake', message, object: { ...workload.ref } }
  }
  const what = pod.controller && `${pod.controller.kind} ${pod.controller.name}`
  if (pod.controller?.kind === 'Job') {
    return {
      reason,
      message: `${name} is of ${what}, which runs to its end, and ${because}: wait for it or delete the Job`,
      object,
    }
  }
  if (workload !== undefined) {
    const message = `${name} is of ${describeWorkload(workload.ref)}, which is at zero: Kubernetes is about to end it`
    return { reason: 'PodTerminating', message, object }
  }
  const doing = what === undefined ? 'delete it when it is done' : `put ${what} to zero, which this service does not`
  return { reason, message: `${name} still runs, and ${because}: ${doing}`, object }
}

/** Why a workload of a project that should be asleep runs, and what to do about it. */
function whyAwake(workload: Workload, { project, now }: Tenancy): string {
  const left = leftOut(workload, project, now)
  if (left !== undefined) return describeLeftOut(left, workload.ref)
  if (wokenSince([workload], project, now).length > 0) {
    const when = isChangedSince(workload, project) ? ` at ${workload.replicasChangedAt},` : ''
    return `somebody woke it${when} after the scale-down; put it to zero when it is not needed`
  }
  const how = sleepsByName(workload.ref) ? 'by name or with its project' : 'with its project'
  return `no scale-down has put it to zero; put it to zero ${how}`
}

/** The workload that a Pod is of, directly or by its ReplicaSet or Job; undefined for one of no kind that sleeps. */
function workloadOf({ namespace, labels, controller }: Pod, workloads: Workload[]): Workload | undefined {
  if (controller === undefined) return undefined
  const { kind, name } = controller
  const isOwner = ({ ref }: Workload): boolean => {
    if (ref.namespace !== namespace) return false
    if (kind === 'ReplicaSet') return ref.kind === 'Deployment' && name === `${ref.name}-${labels['pod-template-hash']}`
    // A CronJob's Jobs end in a time, a ScaledJob's in five letters.
    if (kind === 'Job') {
      const prefix = name.slice(0, name.lastIndexOf('-'))
      return (ref.kind === 'CronJob' || ref.kind === 'ScaledJob') && ref.name === prefix
    }
    return ref.kind === kind && ref.name === name
  }
  return workloads.find(isOwner)
}
