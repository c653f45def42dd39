import { quote } from '../../schedule/index.ts'
import { describePod, type Pod, podRef } from '../cluster/pod.ts'
import { describeWorkload, type Workload } from '../cluster/workload.ts'
import { isChangedSince, wokenSince } from '../project/awake.ts'
import { describeLeftOut, leftOut, sleepsByName } from '../project/leftOut.ts'
import type { Project } from '../project/project.ts'
import { partnersAmong } from '../workload/pair.ts'
import { fieldManager, writerOf } from '../workload/patch/fieldManagers.ts'
import { readWoken } from '../workload/record/woken.ts'
import type { Blocker, BlockerReason, Tenancy } from './blocker.ts'

/** The condition on which the autoscaler removes a node with such a Pod on it. */
interface Elsewhere {
  reason: BlockerReason
  because: string
}

/**
 * The blocker for a Pod that the autoscaler may move: why the Pod is there, and what to do. It is a stranger's, or its
 * workload is awake, or nothing here puts it to zero.
 */
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
        `${name} belongs to ${whose}, not to project ${project.name}, and ${because}: give it a nodeSelector for another ` +
        'pool or taint this one, then delete the Pod so that it is placed again',
      object,
    }
  }
  const workload = workloadOf(pod, workloads)
  if (workload !== undefined && workload.desiredReplicas !== 0) {
    const message = `${describeWorkload(workload.ref)} is awake and runs here: ${whyAwake(workload, tenancy)}`
    return { reason: 'WorkloadAwake', message, object: { ...workload.ref } }
  }
  const what = pod.controller && `${pod.controller.kind} ${pod.controller.name}`
  if (pod.controller?.kind === 'Job') {
    return {
      reason,
      message: `${name} belongs to ${what}, which runs to its end, and ${because}: wait for it or delete the Job`,
      object,
    }
  }
  if (workload !== undefined) {
    const message = `${name} belongs to ${describeWorkload(workload.ref)}, which is at zero: Kubernetes is about to end it`
    return { reason: 'PodTerminating', message, object }
  }
  const doing =
    what === undefined
      ? 'delete it when it is done'
      : `put ${what} to zero yourself, as this service does not scale its kind`
  return { reason, message: `${name} still runs, and ${because}: ${doing}`, object }
}

/** The reason why a workload runs although its project should be asleep, and what to do about it. */
function whyAwake(workload: Workload, { project, workloads, now }: Tenancy): string {
  const left = leftOut(workload, partnersAmong(workloads)(workload), { project, now })
  if (left !== undefined) return describeLeftOut(left, workload.ref)
  if (wokenSince([workload], project, now).length > 0) {
    return `${whoWoke(workload, project, now)}; put it to zero when it is not needed`
  }
  const how = sleepsByName(workload.ref) ? 'by name or with its project' : 'with its project'
  return `no scale-down has put it to zero; put it to zero ${how}`
}

/**
 * Who woke a workload after its project was put to zero, and when, as far as the workload itself tells: by its trace where
 * this service did it, or by who set its replicas.
 */
function whoWoke(workload: Workload, project: Project, now: Date): string {
  const { replicasChangedAt: at, replicasOwner: owner } = workload
  const woken = readWoken(workload, now)
  // The trace of an earlier night says nothing about this one.
  if (woken !== undefined && woken.by !== '' && woken.at > (project.memory.lastScaleDown ?? 0)) {
    return `${quote(woken.by)} woke it by this service at ${woken.at.toISOString()}`
  }
  if (!isChangedSince(workload, project)) return 'somebody woke it after the scale-down'
  if (owner === undefined) return `somebody woke it at ${at}, after the scale-down`
  const who = owner.manager === fieldManager ? 'this service' : writerOf(owner).who
  return `somebody woke it after the scale-down, and its replicas were set at ${at} by ${who}`
}

/**
 * The workload that a Pod belongs to, by itself or by its ReplicaSet or Job; undefined for a kind that does not sleep.
 */
function workloadOf({ namespace, labels, controller }: Pod, workloads: Workload[]): Workload | undefined {
  if (controller === undefined) return undefined
  const { kind, name } = controller
  const isOwner = ({ ref }: Workload): boolean => {
    if (ref.namespace !== namespace) return false
    if (kind === 'ReplicaSet') return ref.kind === 'Deployment' && name === `${ref.name}-${labels['pod-template-hash']}`
    // The name of a CronJob's Job ends in a time, that of a ScaledJob's in five letters.
    if (kind === 'Job') {
      const prefix = name.slice(0, name.lastIndexOf('-'))
      return (ref.kind === 'CronJob' || ref.kind === 'ScaledJob') && ref.name === prefix
    }
    return ref.kind === kind && ref.name === name
  }
  return workloads.find(isOwner)
}
