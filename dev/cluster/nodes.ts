import { type Node, newMetadata, type Pod, timestamp } from './objects.ts'
import type { World } from './reconcile.ts'
import { nodes, pods } from './resources.ts'

/** A node pool as AKS has it. */
interface Pool {
  name: string
  labels: Record<string, string>
  taints: Node['spec']['taints']
  /** What a node of it has. */
  capacity: Record<string, string>
}

const noSchedule = (key: string, value: string) => ({ key, value, effect: 'NoSchedule' })

const systemPool: Pool = {
  name: 'system',
  labels: { 'kubernetes.azure.com/mode': 'system' },
  taints: [noSchedule('CriticalAddonsOnly', 'true')],
  capacity: { pods: '110' },
}

const user = { 'kubernetes.azure.com/mode': 'user' }

/** One for each project of `samples/`; these come and go with their Pods. */
const projectPools: readonly Pool[] = [
  { name: 'projecta', labels: { ...user, project: 'a' }, taints: [], capacity: { pods: '110' } },
  {
    ...{ name: 'projectb', labels: { ...user, project: 'b' }, taints: [noSchedule('sku', 'gpu')] },
    // Simplified: nobody counts what Pods ask for, so a node with one GPU takes one Pod.
    capacity: { pods: '1', 'nvidia.com/gpu': '1' },
  },
]

/** Where a node says which pool it belongs to. */
const poolLabel = 'kubernetes.azure.com/agentpool'

/** The node on which the cluster's own Pods would run; it always stays. */
export const systemNode = (now: Date): Node => newNode(systemPool, 0, now)

const nodeName = (pool: Pool, index: number) => `aks-${pool.name}-10000000-vmss${index.toString(36).padStart(6, '0')}`

function newNode(pool: Pool, index: number, now: Date): Node {
  const name = nodeName(pool, index)
  const labels = { [poolLabel]: pool.name, 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', ...pool.labels }
  const ready = { type: 'Ready', status: 'True' as const, reason: 'KubeletReady', lastTransitionTime: timestamp(now) }
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: newMetadata({ name, labels }, now),
    spec: { taints: pool.taints },
    status: { capacity: pool.capacity, allocatable: pool.capacity, conditions: [ready] },
  }
}

/** The scheduler: gives each waiting Pod a node that its selector, the taints and the room there allow. */
export function schedulePods({ store }: World): void {
  const all = store.list(pods)
  const podsByNode = Map.groupBy(all, ({ spec }) => spec.nodeName ?? '')
  for (const pod of all.filter(isWaiting)) {
    for (const node of store.list(nodes)) {
      const { name } = node.metadata
      const others = podsByNode.get(name) ?? []
      if (!canRun(pod, node, others)) continue
      const bound = store.put(pods, { ...pod, spec: { ...pod.spec, nodeName: name } })
      podsByNode.set(name, [...others, bound])
      break
    }
  }
}

/** The kubelets: start what is bound, stop what is deleted, each after the Pod delay. */
export function runPods({ store, now, after, podDelayMs }: World): void {
  for (const pod of store.list(pods)) {
    const { uid, namespace, name, deletionTimestamp } = pod.metadata
    const { nodeName } = pod.spec
    // A Pod that never ran has nothing to shut down.
    if (deletionTimestamp) after(`stop ${uid}`, nodeName ? podDelayMs : 0, () => store.remove(pods, pod))
    else if (nodeName && !store.get(nodes, nodeName)) store.remove(pods, pod)
    else if (nodeName && pod.status?.phase !== 'Running') {
      after(`start ${uid}`, podDelayMs, () => {
        // It may have been changed, deleted or replaced meanwhile.
        const current = store.get(pods, name, namespace)
        if (current?.metadata.uid !== uid || current.metadata.deletionTimestamp) return
        const ready = { type: 'Ready', status: 'True' as const, lastTransitionTime: timestamp(now()) }
        store.put(pods, { ...current, status: { ...current.status, phase: 'Running', conditions: [ready] } })
      })
    }
  }
}

/** The node autoscaler: adds a node for Pods that fit nowhere, removes one that stayed empty, after the node delay. */
export function autoscaleNodes({ store, now, after, cancel, nodeDelayMs }: World): void {
  // Taken first: a node added below is empty until the scheduler's next turn, and must live to see it.
  const before = store.list(nodes)
  for (const pool of projectPools) {
    const isAwaited = () => store.list(pods).some((pod) => isWaiting(pod) && canRun(pod, newNode(pool, 0, now()), []))
    if (!isAwaited()) continue
    after(`add a node to ${pool.name}`, nodeDelayMs, () => {
      let index = 0
      while (store.get(nodes, nodeName(pool, index))) index++
      // One node at a time: whoever still waits then asks for the next.
      if (isAwaited()) store.put(nodes, newNode(pool, index, now()))
    })
  }
  const occupied = new Set(store.list(pods).map(({ spec }) => spec.nodeName))
  for (const node of before) {
    const { name, labels } = node.metadata
    if (!projectPools.some((pool) => pool.name === labels?.[poolLabel])) continue
    if (occupied.has(name)) cancel(`remove ${name}`)
    else after(`remove ${name}`, nodeDelayMs, () => store.remove(nodes, node))
  }
}

const isWaiting = ({ spec, metadata }: Pod): boolean => !spec.nodeName && !metadata.deletionTimestamp

/** Whether `node` may run `pod` beside the `others` on it. */
function canRun(pod: Pod, node: Node, others: Pod[]): boolean {
  const { nodeSelector = {}, tolerations = [] } = pod.spec
  const isSelected = Object.entries(nodeSelector).every(([key, value]) => node.metadata.labels?.[key] === value)
  const isTolerated = node.spec.taints.every((taint) =>
    tolerations.some(
      ({ key, operator, value }) => key === taint.key && (operator === 'Exists' || value === taint.value),
    ),
  )
  return isSelected && isTolerated && others.length < Number(node.status.allocatable.pods)
}
