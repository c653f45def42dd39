import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { type Condition, isReady, newMetadata, type Pod, timestamp, type Workload } from './objects.ts'
import { deployments, pods, type Resource, statefulSets } from './resources.ts'
import type { World } from './world.ts'
import { claim, nameSuffix } from './writes.ts'

/** The most Pods of one workload, to spare this process. A workload that wants more waits, as in a full cluster. */
const podLimit = 1_000

/** The behaviour in which the kinds differ. */
interface Controller {
  resource: Resource<Workload>
  /** The label that tells from which template a Pod was made. */
  hashLabel: string
  /** The names of the `count` Pods that should exist; `current` are the existing ones of the right template. */
  podNames(prefixes: { name: string; hash: string }, count: number, current: Pod[]): string[]
  status(workload: Workload, counted: Counted): object
}

/** `current` are the Pods that should exist; `all` also has those that are ending. */
type Counted = { now: Date; current: Pod[]; all: Pod[] }

const controllers: readonly Controller[] = [
  {
    resource: deployments,
    hashLabel: 'pod-template-hash',
    podNames({ name, hash }, count, current) {
      // Pods that are not ready are the first to go.
      const names = current.toSorted((a, b) => Number(isReady(b)) - Number(isReady(a))).map((pod) => pod.metadata.name)
      while (names.length < count) names.push(`${name}-${hash}-${nameSuffix()}`)
      return names.slice(0, count)
    },
    status: deploymentStatus,
  },
  {
    resource: statefulSets,
    hashLabel: 'controller-revision-hash',
    podNames: ({ name }, count) => Array.from({ length: count }, (_, ordinal) => `${name}-${ordinal}`),
    status: statefulSetStatus,
  },
]

/**
 * Creates and deletes Pods until each workload has its replicas. Simplified: there are no ReplicaSets, so a
 * Deployment owns its Pods itself; a new template replaces all Pods at once instead of rolling; and the Pods of a
 * StatefulSet do not wait for each other, as with its `podManagementPolicy: Parallel`.
 */
export function reconcileWorkloads(world: World): void {
  const { store, now } = world
  const before = store.list(pods)
  const podsByOwner = Map.groupBy(before, ({ metadata }) => metadata.ownerReferences?.[0]?.uid)
  const kept = new Set<Pod>()
  for (const controller of controllers) {
    for (const workload of store.list(controller.resource)) {
      const own = podsByOwner.get(workload.metadata.uid) ?? []
      const current = podsOf(world, controller, { workload, own })
      for (const pod of current) kept.add(pod)
      const all = [...new Set([...own, ...current])]
      const status = controller.status(workload, { now: now(), current, all })
      writeStatus(world, controller, { workload, status })
    }
  }
  // The other Pods have an old template, are too many, or have lost their workload.
  for (const pod of before) {
    const { metadata } = pod
    // A Pod without an owner was made by a person, and stays.
    if (kept.has(pod) || isEnding(pod) || !metadata.ownerReferences?.length) continue
    store.put(pods, { ...pod, metadata: { ...metadata, deletionTimestamp: timestamp(now()) } })
  }
}

/** The Pods that the workload should have: those of its `own` that fit, and new ones. */
function podsOf({ store, now }: World, controller: Controller, { workload, own }: { workload: Workload; own: Pod[] }) {
  const { replicas, template = {} } = workload.spec
  const { name, namespace } = workload.metadata
  const hash = createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 10)
  const label = { [controller.hashLabel]: hash }
  const alive = own.filter((pod) => !isEnding(pod) && pod.metadata.labels?.[controller.hashLabel] === hash)
  const byName = new Map(alive.map((pod) => [pod.metadata.name, pod]))
  return controller.podNames({ name, hash }, Math.min(replicas, podLimit), alive).flatMap((podName) => {
    // A new Pod has to wait until a predecessor of the same name has ended.
    const isTaken = store.get(pods, podName, namespace) !== undefined
    return (
      byName.get(podName) ?? (isTaken ? [] : store.put(pods, newPod(workload, { name: podName, label, now: now() })))
    )
  })
}

function newPod(
  { metadata: { name: owner, namespace, uid }, spec: { template = {} }, kind, apiVersion }: Workload,
  { name, label, now }: { name: string; label: Record<string, string>; now: Date },
): Pod {
  const given = {
    name,
    ...(namespace && { namespace }),
    labels: { ...template.metadata?.labels, ...label },
    ...(template.metadata?.annotations && { annotations: template.metadata.annotations }),
    ownerReferences: [{ apiVersion, kind, name: owner, uid, controller: true as const }],
    generation: 1,
  }
  const spec = template.spec ?? {}
  return { apiVersion: 'v1', kind: 'Pod', metadata: newMetadata(given, now), spec, status: { phase: 'Pending' } }
}

const isEnding = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined

type Observed = { workload: Workload; status: object }
function writeStatus({ store, now }: World, { resource }: Controller, { workload, status: counts }: Observed): void {
  const { metadata } = workload
  const status = { observedGeneration: metadata.generation, ...counts }
  if (isDeepStrictEqual(status, workload.status)) return
  const writer = { resource, manager: 'kube-controller-manager', now: now(), subresource: 'status' } as const
  store.put(resource, { ...workload, metadata: { ...metadata, managedFields: claim(metadata, writer) }, status })
}

/** Leaves out counts of zero, as `omitempty` does. */
const present = (counts: Record<string, number>) =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0))

/** A Pod that is ending still counts. `replicas` and `availableReplicas` are present even when they are zero. */
function statefulSetStatus(_: Workload, { current, all }: Counted): object {
  const ready = all.filter(isReady).length
  const counts = present({ readyReplicas: ready, updatedReplicas: current.length })
  return { replicas: all.length, availableReplicas: ready, ...counts }
}

function deploymentStatus({ spec, status }: Workload, { now, current }: Counted): object {
  const desired = spec.replicas
  const ready = current.filter(isReady).length
  const counts = {
    ...{ replicas: current.length, updatedReplicas: current.length, readyReplicas: ready, availableReplicas: ready },
    unavailableReplicas: Math.max(0, desired - ready),
  }
  const before = status?.conditions ?? []
  // A quarter of the replicas may be missing, as with the default `maxUnavailable`.
  const isAvailable = ready >= desired - Math.floor(desired / 4)
  // A rollout that has finished stays finished: scaling is not a rollout.
  const isComplete = ready === desired || before.some(({ reason }) => reason === 'NewReplicaSetAvailable')
  const conditions = [
    condition(before, now, {
      type: 'Available',
      status: isAvailable ? 'True' : 'False',
      reason: isAvailable ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    }),
    condition(before, now, {
      type: 'Progressing',
      status: 'True',
      reason: isComplete ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated',
    }),
  ]
  return { ...present(counts), conditions }
}

/** The old condition when it says the same, and otherwise the wanted one with new times. */
function condition(before: Condition[], at: Date, wanted: Pick<Condition, 'type' | 'status' | 'reason'>): Condition {
  const old = before.find(({ type }) => type === wanted.type)
  if (old?.status === wanted.status && old.reason === wanted.reason) return old
  const time = timestamp(at)
  return {
    ...wanted,
    lastUpdateTime: time,
    lastTransitionTime: old?.status === wanted.status ? old.lastTransitionTime : time,
  }
}
