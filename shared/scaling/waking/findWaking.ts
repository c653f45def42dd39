import type { CallOptions, Cluster } from '../cluster/cluster.ts'
import type { ClusterNode } from '../cluster/node.ts'
import { isWaking, type Workload } from '../cluster/workload.ts'
import { ScalingError } from '../errors.ts'
import { makerKindOf, podsOf, type Waking, wakingOf } from './waking.ts'

/**
 * Finds how far the workloads that are scaling up have come. It makes no call when none is. Each namespace with such a
 * workload takes a LIST of its Pods and one of the Events about them; where Pods are missing, also one of the Events
 * about their controllers. One LIST of the nodes comes on top when a Pod has no node. The stage is `unknown` where this
 * cannot be read, for example without the rights: the state of the workloads is worth knowing without it.
 */
export async function findWaking(cluster: Cluster, workloads: Workload[], options: CallOptions): Promise<Waking[]> {
  let nodes: Promise<ClusterNode[]> | undefined
  const listNodes = () => (nodes ??= cluster.listNodes(options))

  async function inNamespace(namespace: string, waking: Workload[]): Promise<Waking[]> {
    const labelSelector = waking.length === 1 ? waking[0]?.podSelector : undefined
    const [pods, aboutPods] = await Promise.all([
      cluster.listPods({ namespace, labelSelector }, options),
      cluster.listEvents({ namespace, kind: 'Pod' }, options),
    ])
    const own = waking.map((workload) => ({ workload, pods: podsOf(workload, pods) }))
    const short = own.filter((one) => one.pods.length < one.workload.desiredReplicas)
    const makers = [...new Set(short.map(({ workload }) => makerKindOf(workload.ref)))]
    const isNodeMissing = own.some((one) => one.pods.some(({ nodeName }) => nodeName === undefined))
    const [seenNodes, ...aboutMakers] = await Promise.all([
      isNodeMissing ? listNodes() : [],
      ...makers.map((kind) => cluster.listEvents({ namespace, kind }, options)),
    ])
    const podEvents = Map.groupBy(aboutPods, ({ about }) => about.uid)
    const signs = { podEvents, makerEvents: aboutMakers.flat(), nodes: seenNodes }
    return own.map((one) => wakingOf(one.workload, { ...signs, pods: one.pods }))
  }

  const byNamespace = Map.groupBy(workloads.filter(isWaking), ({ ref }) => ref.namespace)
  const found = [...byNamespace].map(([namespace, waking]) =>
    inNamespace(namespace, waking).catch((error: unknown) => waking.map((workload) => unknownWaking(workload, error))),
  )
  return (await Promise.all(found)).flat()
}

function unknownWaking({ ref, replicasChangedAt }: Workload, error: unknown): Waking {
  if (!(error instanceof ScalingError)) throw error
  return { ref, stage: 'unknown', since: replicasChangedAt, why: error.message, pods: [] }
}
