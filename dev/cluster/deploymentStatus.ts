import { isDeepStrictEqual } from 'node:util'
import type { Condition } from './objects.ts'
import { hashLabel, hashOf, ownerUid, type Replicated, withoutZeros } from './replicated.ts'
import { deployments, replicaSets } from './resources.ts'
import { type World, withCondition } from './world.ts'

/** Writes on each Deployment what its ReplicaSets have come to. */
export function writeDeploymentStatuses(world: World): void {
  const setsByOwner = Map.groupBy(world.store.list<Replicated>(replicaSets), ownerUid)
  for (const deployment of world.store.list<Replicated>(deployments)) {
    writeStatus(world, deployment, setsByOwner.get(deployment.metadata.uid) ?? [])
  }
}

function writeStatus({ store, now }: World, deployment: Replicated, all: Replicated[]): void {
  const hash = hashOf(deployment.spec.template)
  const newest = all.find(({ metadata }) => metadata.labels?.[hashLabel] === hash)
  if (!newest) return
  const sum = (field: string) => all.reduce((total, { status }) => total + Number(status?.[field] ?? 0), 0)
  const available = sum('availableReplicas')
  const counts = {
    replicas: sum('replicas'),
    updatedReplicas: Number(newest.status?.replicas ?? 0),
    readyReplicas: sum('readyReplicas'),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, all.reduce((total, { spec }) => total + spec.replicas, 0) - available),
  }
  const conditions = conditionsOf(deployment, { counts, set: newest.metadata.name, at: now() })
  const status = { observedGeneration: deployment.metadata.generation, ...withoutZeros(counts), conditions }
  if (!isDeepStrictEqual(status, deployment.status)) store.put(deployments, { ...deployment, status })
}

interface Figures {
  counts: { replicas: number; updatedReplicas: number; availableReplicas: number }
  /** The name of the newest ReplicaSet. */
  set: string
  at: Date
}

function conditionsOf({ spec, status }: Replicated, { counts, set, at }: Figures): Condition[] {
  const desired = spec.replicas
  const isAvailable = counts.availableReplicas >= desired - Math.floor(desired / 4)
  const before = (status?.conditions ?? []) as Condition[]
  const common = { at, hasUpdateTime: true }
  const conditions = withCondition(before, {
    ...{ ...common, type: 'Available', status: isAvailable ? 'True' : 'False' },
    reason: isAvailable ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    message: `Deployment ${isAvailable ? 'has' : 'does not have'} minimum availability.`,
  })
  const isComplete = [counts.replicas, counts.updatedReplicas, counts.availableReplicas].every(
    (number) => number === desired,
  )
  const progressing = before.find(({ type }) => type === 'Progressing')
  // A finished rollout stays finished until the template changes: scaling is no rollout.
  const isFinished = progressing?.reason === 'NewReplicaSetAvailable' && counts.replicas === counts.updatedReplicas
  if (isFinished) return conditions
  return withCondition(conditions, {
    ...{ ...common, type: 'Progressing', status: 'True' },
    reason: isComplete ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated',
    message: `ReplicaSet "${set}" ${isComplete ? 'has successfully progressed' : 'is progressing'}.`,
  })
}
