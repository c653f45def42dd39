import { type Condition, type KubeObject, timestamp, valueAt } from './objects.ts'
import { newNode, type Pool, poolLabel, projectPools, type Taint } from './pools.ts'
import { nodes, pods } from './resources.ts'
import { recordEvent, type World, withCondition } from './world.ts'

interface Toleration {
  key?: string
  operator?: 'Exists' | 'Equal'
  value?: string
  effect?: string
}

const gpu = 'nvidia.com/gpu'

/** The scheduler: gives each waiting Pod a node that its selector, the taints and the free GPUs allow. */
export function schedulePods(world: World): void {
  const { store, now } = world
  const bound = store.list(pods).filter(nodeOf)
  for (const pod of store.list(pods).filter(isWaiting)) {
    const fitting = store.list(nodes).find((node) => canRun(pod, node, bound))
    const conditions = (pod.status?.conditions ?? []) as Condition[]
    if (fitting) {
      const scheduled = withCondition(conditions, { type: 'PodScheduled', status: 'True', at: now() })
      const spec = { ...pod.spec, nodeName: fitting.metadata.name }
      bound.push(store.put(pods, { ...pod, spec, status: { ...pod.status, conditions: scheduled } }))
    } else if (!conditions.some(({ reason }) => reason === 'Unschedulable')) {
      const message = `0/${store.list(nodes).length} nodes are available.`
      const reason = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, at: now() } as const
      store.put(pods, { ...pod, status: { ...pod.status, conditions: withCondition(conditions, reason) } })
      recordEvent(world, pod, { component: 'default-scheduler', reason: 'FailedScheduling', message, type: 'Warning' })
    }
  }
}

/** The kubelets: start what is bound, stop what is deleted, each after the Pod delay. */
export function runPods(world: World): void {
  const { store, now, after, podDelayMs } = world
  for (const pod of store.list(pods)) {
    const { uid, namespace, name, deletionTimestamp } = pod.metadata
    const current = () => {
      const found = store.get(pods, namespace, name)
      return found?.metadata.uid === uid ? found : undefined
    }
    const node = nodeOf(pod)
    if (deletionTimestamp) {
      const stop = () => store.remove(pods, current() ?? pod)
      // A Pod that never ran has nothing to shut down.
      after(`stop ${uid}`, node ? podDelayMs : 0, stop)
    } else if (node && !store.get(nodes, undefined, node)) store.remove(pods, pod)
    else if (node && pod.status?.phase === 'Pending') {
      after(`start ${uid}`, podDelayMs, () => {
        const waiting = current()
        if (waiting && !waiting.metadata.deletionTimestamp) store.put(pods, running(waiting, now()))
      })
    }
  }
}

/** The node autoscaler: adds a node for Pods that fit nowhere, removes one that stayed empty, after the node delay. */
export function autoscaleNodes(world: World): void {
  const { store, after, cancel, nodeDelayMs } = world
  // Taken first: a node added below is empty until the scheduler's next turn, and must live to see it.
  const before = store.list(nodes)
  for (const pool of projectPools) {
    const waiting = () => store.list(pods).filter((pod) => isWaiting(pod) && canRun(pod, newNode(world, pool, 0), []))
    const [first] = waiting()
    if (!first) continue
    const isNew = after(`add a node to ${pool.name}`, nodeDelayMs, () => {
      // One node at a time: whoever still waits then asks for the next.
      if (waiting().length > 0) store.put(nodes, newNode(world, pool, freeIndex(world, pool)))
    })
    if (isNew) announce(world, first, pool)
  }
  const occupied = new Set(store.list(pods).map(nodeOf))
  for (const node of before) {
    const { name, labels } = node.metadata
    if (!projectPools.some((pool) => pool.name === labels?.[poolLabel])) continue
    const key = `remove node ${name}`
    if (occupied.has(name)) cancel(key)
    else after(key, nodeDelayMs, () => store.remove(nodes, node))
  }
}

function announce(world: World, pod: KubeObject, { name }: Pool): void {
  const message = `pod triggered scale-up: [{aks-${name}-10000000-vmss}]`
  recordEvent(world, pod, { component: 'cluster-autoscaler', reason: 'TriggeredScaleUp', message })
}

function freeIndex({ store }: World, pool: Pool): number {
  const taken = store.list(nodes).filter(({ metadata }) => metadata.labels?.[poolLabel] === pool.name).length
  return [...Array(taken + 1).keys()].find((index) => {
    const suffix = `-vmss${index.toString(36).padStart(6, '0')}`
    return !store.get(nodes, undefined, `aks-${pool.name}-10000000${suffix}`)
  }) as number
}

const nodeOf = (pod: KubeObject) => pod.spec?.nodeName as string | undefined
const isWaiting = (pod: KubeObject) => !nodeOf(pod) && !pod.metadata.deletionTimestamp

/** Whether `node` may run `pod` beside the pods that are on it already. */
function canRun(pod: KubeObject, node: KubeObject, others: KubeObject[]): boolean {
  const selector = Object.entries((pod.spec?.nodeSelector ?? {}) as Record<string, string>)
  if (!selector.every(([key, value]) => node.metadata.labels?.[key] === value)) return false
  const tolerations = (pod.spec?.tolerations ?? []) as Toleration[]
  const taints = ((node.spec?.taints ?? []) as Taint[]).filter(({ effect }) => effect !== 'PreferNoSchedule')
  if (node.spec?.unschedulable || !taints.every((taint) => tolerations.some((each) => tolerates(each, taint))))
    return false
  const here = others.filter((other) => nodeOf(other) === node.metadata.name)
  const allocatable = (node.status?.allocatable ?? {}) as Record<string, string>
  const gpus = [pod, ...here].reduce((sum, each) => sum + gpusOf(each), 0)
  return here.length < Number(allocatable.pods ?? 110) && gpus <= Number(allocatable[gpu] ?? 0)
}

const tolerates = ({ key, operator = 'Equal', value = '', effect }: Toleration, taint: Taint): boolean =>
  (key === undefined ? operator === 'Exists' : key === taint.key) &&
  (operator === 'Exists' || value === (taint.value ?? '')) &&
  (!effect || effect === taint.effect)

function gpusOf(pod: KubeObject): number {
  const containers = (pod.spec?.containers ?? []) as object[]
  return containers.reduce((sum, container) => {
    const { limits = {}, requests = {} } = (valueAt(container, 'resources') ?? {}) as Record<
      string,
      Record<string, string>
    >
    return sum + Number(requests[gpu] ?? limits[gpu] ?? 0)
  }, 0)
}

function running(pod: KubeObject, at: Date): KubeObject {
  const types = ['Initialized', 'ContainersReady', 'Ready']
  const before = (pod.status?.conditions ?? []) as Condition[]
  const conditions = types.reduce((list, type) => withCondition(list, { type, status: 'True', at }), before)
  const startedAt = timestamp(at)
  const containers = (pod.spec?.containers ?? []) as { name: string; image: string }[]
  const containerStatuses = containers.map(({ name, image }) => ({
    ...{ name, image, imageID: '', ready: true, started: true, restartCount: 0 },
    state: { running: { startedAt } },
  }))
  return { ...pod, status: { ...pod.status, phase: 'Running', conditions, startTime: startedAt, containerStatuses } }
}
