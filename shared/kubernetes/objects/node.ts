import type { ClusterNode } from '../../scaling/index.ts'

/** The parts of a Node that we read. https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/node-v1/ */
export interface NodeObject {
  metadata: {
    name: string
    creationTimestamp: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
  }
  spec?: { taints?: ClusterNode['taints'] }
  status?: { conditions?: { type: string; status: string; lastTransitionTime?: string }[] }
}

/** A Node as the domain sees it. */
export function nodeOf({ metadata, spec, status }: NodeObject): ClusterNode {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')
  return {
    name: metadata.name,
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    taints: spec?.taints ?? [],
    ready: ready?.status === 'True',
    readySince: ready?.lastTransitionTime,
    createdAt: metadata.creationTimestamp,
  }
}
