import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { type Condition, type Deployment, newMetadata, type Pod, timestamp } from './objects.ts'
import type { World } from './reconcile.ts'
import { deployments, pods } from './resources.ts'
import { nameSuffix } from './writes.ts'

/** As many Pods as this process can carry; a Deployment that wants more waits, as it would for a full cluster. */
const podLimit = 1_000

/** Says on a Pod which template it is of. */
const hashLabel = 'pod-template-hash'

/**
 * Creates and deletes Pods until each Deployment has what it wants. Simplified: there are no ReplicaSets, so a
 * Deployment owns its Pods itself, and a new template replaces all of them at once instead of rolling.
 */
export function reconcileDeployments(world: World): void {
  const { store, now } = world
  const alive = store.list(pods).filter(({ metadata }) => !metadata.deletionTimestamp)
  const podsByOwner = Map.groupBy(alive, ({ metadata }) => metadata.ownerReferences?.[0]?.uid)
  // What a person made belongs to nobody.
  podsByOwner.delete(undefined)
  for (const deployment of store.list(deployments)) {
    const { uid } = deployment.metadata
    const { replicas, template } = deployment.spec
    const hash = createHash('sha256')
      .update(JSON.stringify(template ?? {}))
      .digest('hex')
      .slice(0, 10)
    const own = Map.groupBy(podsByOwner.get(uid) ?? [], ({ metadata }) => metadata.labels?.[hashLabel] === hash)
    podsByOwner.set(uid, own.get(false) ?? [])
    // Those that do not run are the first to go.
    const current = (own.get(true) ?? []).sort((a, b) => Number(isReady(b)) - Number(isReady(a)))
    while (current.length < Math.min(replicas, podLimit)) current.push(store.put(pods, newPod(deployment, hash, now())))
    podsByOwner.get(uid)?.push(...current.splice(replicas))
    writeStatus(world, deployment, current)
  }
  // Left are those with an old template, those that are too many and those whose Deployment is gone.
  for (const pod of [...podsByOwner.values()].flat()) {
    store.put(pods, { ...pod, metadata: { ...pod.metadata, deletionTimestamp: timestamp(now()) } })
  }
}

function newPod({ metadata, spec: { template = {} }, kind, apiVersion }: Deployment, hash: string, now: Date): Pod {
  const { name, namespace, uid } = metadata
  const given = {
    name: `${name}-${hash}-${nameSuffix()}`,
    ...(namespace && { namespace }),
    labels: { ...template.metadata?.labels, [hashLabel]: hash },
    ...(template.metadata?.annotations && { annotations: template.metadata.annotations }),
    ownerReferences: [{ apiVersion, kind, name, uid, controller: true as const }],
    generation: 1,
  }
  const spec = template.spec ?? {}
  return { apiVersion: 'v1', kind: 'Pod', metadata: newMetadata(given, now), spec, status: { phase: 'Pending' } }
}

const isReady = ({ status }: Pod): boolean => status?.phase === 'Running'

function writeStatus({ store, now }: World, deployment: Deployment, current: Pod[]): void {
  const desired = deployment.spec.replicas
  const ready = current.filter(isReady).length
  const counts = {
    ...{ replicas: current.length, updatedReplicas: current.length, readyReplicas: ready, availableReplicas: ready },
    unavailableReplicas: Math.max(0, desired - ready),
  }
  const before = deployment.status?.conditions ?? []
  // A quarter of the replicas may be missing.
  const isAvailable = ready >= desired - Math.floor(desired / 4)
  // A rollout that has finished stays finished: scaling is no rollout.
  const isComplete = ready === desired || before.some(({ reason }) => reason === 'NewReplicaSetAvailable')
  const conditions = [
    condition(before, now(), {
      type: 'Available',
      status: isAvailable ? 'True' : 'False',
      reason: isAvailable ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    }),
    condition(before, now(), {
      type: 'Progressing',
      status: 'True',
      reason: isComplete ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated',
    }),
  ]
  // A count of zero is absent, as `omitempty` leaves it out.
  const present = Object.entries(counts).filter(([, count]) => count !== 0)
  const observedGeneration = deployment.metadata.generation
  const status = { observedGeneration, ...Object.fromEntries(present), conditions }
  if (!isDeepStrictEqual(status, deployment.status)) store.put(deployments, { ...deployment, status })
}

/** The condition as it was when it says the same, else with new times. */
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
