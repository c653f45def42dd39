import type { ContainerState, Pod, PodCondition } from '../../scaling/index.ts'

/** The parts of a Pod that we read. https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ */
export interface PodObject {
  metadata: {
    name: string
    namespace: string
    uid: string
    creationTimestamp: string
    deletionTimestamp?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
    ownerReferences?: { kind: string; name: string; controller?: boolean }[]
  }
  spec: {
    nodeName?: string
    nodeSelector?: Record<string, string>
    restartPolicy?: Pod['restartPolicy']
    volumes?: { name: string; hostPath?: object; emptyDir?: { medium?: string } }[]
  }
  status?: {
    phase?: Pod['phase']
    conditions?: {
      type: string
      status: PodCondition['status']
      reason?: string
      message?: string
      lastTransitionTime?: string
    }[]
    initContainerStatuses?: ContainerStatus[]
    containerStatuses?: ContainerStatus[]
  }
}

interface ContainerStatus {
  state?: { waiting?: { reason?: string; message?: string } }
}

/** A Pod as the domain sees it. */
export function podOf({ metadata, spec, status }: PodObject): Pod {
  const controller = metadata.ownerReferences?.find((owner) => owner.controller === true)
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    uid: metadata.uid,
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    nodeName: spec.nodeName,
    nodeSelector: spec.nodeSelector ?? {},
    controller: controller && { kind: controller.kind, name: controller.name },
    phase: status?.phase ?? 'Pending',
    restartPolicy: spec.restartPolicy ?? 'Always',
    createdAt: metadata.creationTimestamp,
    deletedAt: metadata.deletionTimestamp,
    localVolumes: (spec.volumes ?? []).filter(isLocal).map(({ name }) => name),
    conditions: (status?.conditions ?? []).map(({ type, status: is, reason, message, lastTransitionTime }) => ({
      type,
      status: is,
      reason,
      message,
      since: lastTransitionTime,
    })),
    containers: [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].map(containerOf),
  }
}

type Volume = NonNullable<PodObject['spec']['volumes']>[number]

// The cluster autoscaler counts these as local: utils/drain of kubernetes/autoscaler.
const isLocal = ({ hostPath, emptyDir }: Volume): boolean =>
  hostPath !== undefined || (emptyDir !== undefined && emptyDir.medium !== 'Memory')

const containerOf = ({ state }: ContainerStatus): ContainerState => ({
  waiting: state?.waiting && { reason: state.waiting.reason ?? 'Waiting', message: state.waiting.message },
})
