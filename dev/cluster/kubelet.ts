import { type ContainerStatus, isReady, type Pod, timestamp, withConditions } from './objects.ts'
import { nodes, pods } from './resources.ts'
import type { World } from './world.ts'

/** The kubelets: they start Pods that are bound and stop Pods that are deleted, each within the Pod delay. */
export function runPods(world: World): void {
  const { store, after, podDelayMs } = world
  for (const pod of store.list(pods)) {
    const { uid, deletionTimestamp } = pod.metadata
    const { nodeName } = pod.spec
    // A Pod that never ran has nothing to shut down.
    if (deletionTimestamp) after(`stop ${uid}`, nodeName ? podDelayMs : 0, () => store.remove(pods, pod))
    else if (nodeName && !store.get(nodes, nodeName)) store.remove(pods, pod)
    else if (nodeName) start(world, pod)
  }
}

/** Begins the next step of a Pod on its node. Half of the Pod delay passes until it runs, half until it is ready. */
function start(world: World, pod: Pod): void {
  const { after, podDelayMs } = world
  const { uid } = pod.metadata
  if (!pod.status?.containerStatuses) pull(world, pod)
  else if (pod.status.phase === 'Pending') after(`run ${uid}`, podDelayMs / 2, () => ifCurrent(world, pod, run))
  else if (!isReady(pod)) after(`probe ${uid}`, podDelayMs / 2, () => ifCurrent(world, pod, becomeReady))
}

/** Takes the step with the current state of the Pod, unless the Pod was deleted or replaced in the meantime. */
function ifCurrent(world: World, { metadata }: Pod, step: (world: World, pod: Pod) => void): void {
  const current = world.store.get(pods, metadata.name, metadata.namespace)
  if (current?.metadata.uid === metadata.uid && !current.metadata.deletionTimestamp) step(world, current)
}

function pull({ store, now, tell }: World, pod: Pod): void {
  for (const { image } of containersOf(pod)) {
    tell(pod, { reason: 'Pulling', message: `Pulling image "${image}"`, source: 'kubelet' })
  }
  const unready = { status: 'False', reason: 'ContainersNotReady', message: 'containers with unready status' } as const
  const pending = withConditions(pod, now(), [
    { type: 'Initialized', status: 'True' },
    { type: 'ContainersReady', ...unready },
    { type: 'Ready', ...unready },
  ])
  store.put(pods, withContainers(pending, { ready: false, state: { waiting: { reason: 'ContainerCreating' } } }))
}

function run({ store, now, tell }: World, pod: Pod): void {
  for (const { name, image } of containersOf(pod)) {
    tell(pod, { reason: 'Pulled', message: `Successfully pulled image "${image}"`, source: 'kubelet' })
    tell(pod, { reason: 'Created', message: `Created container: ${name}`, source: 'kubelet' })
    tell(pod, { reason: 'Started', message: `Started container ${name}`, source: 'kubelet' })
  }
  const running = { running: { startedAt: timestamp(now()) } }
  const started = withContainers(pod, { ready: false, state: running })
  store.put(pods, { ...started, status: { ...started.status, phase: 'Running' } })
}

function becomeReady({ store, now }: World, pod: Pod): void {
  const ready = withConditions(pod, now(), [
    { type: 'ContainersReady', status: 'True' },
    { type: 'Ready', status: 'True' },
  ])
  const containerStatuses = pod.status?.containerStatuses?.map((container) => ({ ...container, ready: true })) ?? []
  store.put(pods, { ...ready, status: { ...ready.status, containerStatuses } })
}

const containersOf = ({ spec }: Pod) => spec.containers ?? []

function withContainers(pod: Pod, state: Omit<ContainerStatus, 'name'>): Pod {
  const containerStatuses = containersOf(pod).map(({ name }) => ({ name, ...state }))
  return { ...pod, status: { ...pod.status, containerStatuses } }
}
