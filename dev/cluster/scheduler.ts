import { conditionOf, type Node, type Pod, withConditions } from './objects.ts'
import { nodes, pods } from './resources.ts'
import type { World } from './world.ts'

/** The scheduler: it gives each waiting Pod a node with matching labels, tolerated taints and room, or says why not. */
export function schedulePods(world: World): void {
  const all = world.store.list(pods)
  const podsByNode = Map.groupBy(all, ({ spec }) => spec.nodeName ?? '')
  const candidates = world.store.list(nodes)
  for (const pod of all.filter(isWaiting)) {
    const othersOn = ({ metadata }: Node) => podsByNode.get(metadata.name) ?? []
    const node = candidates.find((one) => canRun(pod, one, othersOn(one)))
    if (node) podsByNode.set(node.metadata.name, [...othersOn(node), bind(world, pod, node)])
    else refuse(world, pod, { obstacles: candidates.map((one) => obstacleTo(pod, one, othersOn(one)) ?? '') })
  }
}

function bind({ store, now, tell }: World, pod: Pod, { metadata: { name } }: Node): Pod {
  const scheduled = withConditions(pod, now(), [{ type: 'PodScheduled', status: 'True' }])
  const message = `Successfully assigned ${pod.metadata.namespace}/${pod.metadata.name} to ${name}`
  tell(pod, { reason: 'Scheduled', message, source: 'default-scheduler' })
  return store.put(pods, { ...scheduled, spec: { ...pod.spec, nodeName: name } })
}

function refuse({ store, now, tell }: World, pod: Pod, { obstacles }: { obstacles: string[] }): void {
  const counts = [...Map.groupBy(obstacles, (obstacle) => obstacle)].map(([what, all]) => `${all.length} ${what}`)
  const message = `0/${obstacles.length} nodes are available: ${counts.sort().join(', ')}.`
  if (conditionOf(pod, 'PodScheduled')?.message === message) return
  tell(pod, { type: 'Warning', reason: 'FailedScheduling', message, source: 'default-scheduler' })
  const refusal = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message } as const
  store.put(pods, withConditions(pod, now(), [refusal]))
}

/** Whether a Pod has no node and still needs one. */
export const isWaiting = ({ spec, metadata }: Pod): boolean => !spec.nodeName && !metadata.deletionTimestamp

/** Whether `node` may run `pod` beside the `others` on it. */
export const canRun = (pod: Pod, node: Node, others: Pod[] = []): boolean => obstacleTo(pod, node, others) === undefined

/** The reason why the node cannot run the Pod, in the real scheduler's words; undefined when it can. */
function obstacleTo(pod: Pod, node: Node, others: Pod[]): string | undefined {
  const { nodeSelector = {}, tolerations = [] } = pod.spec
  const isTolerated = node.spec.taints.every((taint) =>
    tolerations.some(
      ({ key, operator, value }) => key === taint.key && (operator === 'Exists' || value === taint.value),
    ),
  )
  if (!isTolerated) return 'node(s) had untolerated taint(s)'
  const isSelected = Object.entries(nodeSelector).every(([key, value]) => node.metadata.labels?.[key] === value)
  if (!isSelected) return "node(s) didn't match Pod's node affinity/selector"
  return others.length < Number(node.status.allocatable.pods) ? undefined : 'Too many pods'
}
