import { agentPoolLabel } from '../../shared/scaling/index.ts'
import { type Node, newMetadata, timestamp } from './objects.ts'
import type { Pool } from './pool.ts'
import { nodes, pods } from './resources.ts'
import { canRun, isWaiting } from './scheduler.ts'
import type { World } from './world.ts'

const noSchedule = (key: string, value: string) => ({ key, value, effect: 'NoSchedule' })

/** The taint of a project's pool: the samples tolerate it, and no other Pod keeps such a node. */
const ofProject = (project: string) => noSchedule('aks-scale-to-zero/project', project)

const systemPool: Pool = {
  name: 'system',
  labels: { 'kubernetes.azure.com/mode': 'system' },
  taints: [noSchedule('CriticalAddonsOnly', 'true')],
  capacity: { pods: '110' },
}

const user = { 'kubernetes.azure.com/mode': 'user' }

/** One pool for each project in `samples/`; their nodes come and go with the Pods. */
export const samplePools: readonly Pool[] = [
  { name: 'projecta', labels: { ...user, project: 'a' }, taints: [ofProject('project-a')], capacity: { pods: '110' } },
  {
    ...{
      name: 'projectb',
      labels: { ...user, project: 'b' },
      taints: [ofProject('project-b'), noSchedule('sku', 'gpu')],
    },
    // Simplified: the resource requests of Pods are not counted, so a node with one GPU takes one Pod.
    capacity: { pods: '1', 'nvidia.com/gpu': '1' },
  },
]

/** The system node, on which the cluster's own Pods would run; it always stays. */
export const systemNode = (now: Date): Node => newNode(systemPool, 0, now)

const nodeName = (pool: Pool, index: number) => `aks-${pool.name}-10000000-vmss${index.toString(36).padStart(6, '0')}`

function newNode(pool: Pool, index: number, now: Date): Node {
  const name = nodeName(pool, index)
  const labels = {
    [agentPoolLabel]: pool.name,
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    ...pool.labels,
  }
  const ready = { type: 'Ready', status: 'True' as const, reason: 'KubeletReady', lastTransitionTime: timestamp(now) }
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: newMetadata({ name, labels }, now),
    spec: { taints: pool.taints },
    status: { capacity: pool.capacity, allocatable: pool.capacity, conditions: [ready] },
  }
}

/** The node autoscaler: after the node delay, it adds a node for Pods that fit nowhere, or removes an empty one. */
export function autoscaleNodes({ store, now, tell, after, cancel, nodeDelayMs, pools }: World): void {
  // Listed first: a node added below is empty until the scheduler's next turn, and must not be removed before that.
  const before = store.list(nodes)
  for (const pool of pools) {
    const awaiting = () => store.list(pods).filter((pod) => isWaiting(pod) && canRun(pod, newNode(pool, 0, now())))
    if (awaiting().length === 0) continue
    const key = `add a node to ${pool.name}`
    // Half of the delay passes before it looks, half until the machine is there. It adds one node at a time: Pods that
    // still wait then get the next.
    after(key, nodeDelayMs / 2, () => {
      const count = store.list(nodes).filter((node) => poolOf(node) === pool.name).length
      const message = `pod triggered scale-up: [{${nodeName(pool, 0).slice(0, -6)} ${count}->${count + 1} (max: 10)}]`
      const helped = awaiting()
      for (const pod of helped) tell(pod, { reason: 'TriggeredScaleUp', message, source: 'cluster-autoscaler' })
      if (helped.length === 0) return
      after(key, nodeDelayMs / 2, () => {
        let index = 0
        while (store.get(nodes, nodeName(pool, index))) index++
        if (awaiting().length > 0) store.put(nodes, newNode(pool, index, now()))
      })
    })
  }
  const occupied = new Set(store.list(pods).map(({ spec }) => spec.nodeName))
  for (const node of before) {
    const { name } = node.metadata
    if (!pools.some((pool) => pool.name === poolOf(node))) continue
    if (occupied.has(name)) cancel(`remove ${name}`)
    else after(`remove ${name}`, nodeDelayMs, () => store.remove(nodes, node))
  }
}

const poolOf = ({ metadata }: Node): string | undefined => metadata.labels?.[agentPoolLabel]
