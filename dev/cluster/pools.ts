import type { KubeObject } from './objects.ts'
import { newMetadata, type World } from './world.ts'

export interface Taint {
  key: string
  value?: string
  effect: 'NoSchedule' | 'NoExecute' | 'PreferNoSchedule'
}

/** A node pool as AKS has it. */
export interface Pool {
  name: string
  mode: 'system' | 'user'
  labels: Record<string, string>
  taints: Taint[]
  gpus: number
}

/** Where the node says which pool it belongs to. */
export const poolLabel = 'kubernetes.azure.com/agentpool'

export const systemPool: Pool = {
  name: 'system',
  mode: 'system',
  labels: {},
  taints: [{ key: 'CriticalAddonsOnly', value: 'true', effect: 'NoSchedule' }],
  gpus: 0,
}

/** One for each project of `samples/`. */
export const projectPools: readonly Pool[] = [
  { name: 'projecta', mode: 'user', labels: { project: 'a' }, taints: [], gpus: 0 },
  {
    name: 'projectb',
    mode: 'user',
    labels: { project: 'b' },
    taints: [{ key: 'sku', value: 'gpu', effect: 'NoSchedule' }],
    gpus: 1,
  },
]

/** A ready node of `pool`, not yet stored; `index` is its number in the scale set. */
export function newNode(world: Pick<World, 'now'>, pool: Pool, index: number): KubeObject {
  const name = `aks-${pool.name}-10000000-vmss${index.toString(36).padStart(6, '0')}`
  const capacity = {
    cpu: '4',
    memory: '16Gi',
    pods: '110',
    ...(pool.gpus > 0 && { 'nvidia.com/gpu': String(pool.gpus) }),
  }
  const { generation: _, ...metadata } = newMetadata(world, {
    name,
    labels: {
      [poolLabel]: pool.name,
      agentpool: pool.name,
      'kubernetes.azure.com/mode': pool.mode,
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
      ...pool.labels,
    },
  })
  const time = metadata.creationTimestamp
  const ready = { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata,
    spec: { ...(pool.taints.length > 0 && { taints: pool.taints }) },
    status: {
      capacity,
      allocatable: capacity,
      conditions: [{ ...ready, lastHeartbeatTime: time, lastTransitionTime: time }],
      nodeInfo: { kubeletVersion: 'v1.36.3', operatingSystem: 'linux', architecture: 'amd64' },
    },
  }
}
