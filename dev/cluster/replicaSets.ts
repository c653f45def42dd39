import { isDeepStrictEqual } from 'node:util'
import { deletedAt, type KubeObject } from './objects.ts'
import { ownerUid, type Replicated, withoutZeros } from './replicated.ts'
import { deployments, hasCondition, pods, replicaSets } from './resources.ts'
import { nameSuffix, newMetadata, ownedBy, type World } from './world.ts'

/** As many Pods as this process can carry; a ReplicaSet that wants more waits, as it would for a full cluster. */
const podLimit = 2_000

/** Creates and deletes Pods until each ReplicaSet has as many as it wants. */
export function reconcileReplicaSets(world: World): void {
  const { store, now } = world
  const all = store.list(pods)
  const podsByOwner = Map.groupBy(all, ownerUid)
  let room = podLimit - all.length
  for (const set of store.list<Replicated>(replicaSets)) {
    const active = (podsByOwner.get(set.metadata.uid) ?? []).filter((pod) => !pod.metadata.deletionTimestamp)
    const { replicas, template } = set.spec
    for (let missing = replicas - active.length; missing > 0 && room > 0; missing--, room--) {
      const name = `${set.metadata.name}-${nameSuffix()}`
      const { labels, annotations } = template.metadata ?? {}
      const given = { ...{ name, ...(labels && { labels }), ...(annotations && { annotations }) } }
      const owner = { namespace: set.metadata.namespace as string, ownerReferences: [ownedBy(replicaSets, set)] }
      const metadata = newMetadata(world, { ...given, ...owner })
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec: template.spec, status: { phase: 'Pending' } }
      active.push(store.put(pods, pod as KubeObject))
    }
    // Those that do not run go first.
    const order = active.sort((a, b) => Number(hasCondition(b, 'Ready')) - Number(hasCondition(a, 'Ready')))
    for (const pod of order.splice(replicas)) store.put(pods, deletedAt(pod, now()))
    const ready = order.filter((pod) => hasCondition(pod, 'Ready')).length
    const counts = { fullyLabeledReplicas: order.length, readyReplicas: ready, availableReplicas: ready }
    const observedGeneration = set.metadata.generation
    const status = { replicas: order.length, ...withoutZeros(counts), observedGeneration }
    if (!isDeepStrictEqual(status, set.status)) store.put(replicaSets, { ...set, status })
  }
}

/** Removes ReplicaSets and Pods whose owner is gone. */
export function collectGarbage({ store, now }: World): void {
  const kinds = [deployments.kind, replicaSets.kind]
  const owners = new Set([...store.list(deployments), ...store.list(replicaSets)].map(({ metadata }) => metadata.uid))
  const isOrphan = ({ metadata: { ownerReferences = [] } }: KubeObject) =>
    ownerReferences.some(({ kind, uid }) => kinds.includes(kind) && !owners.has(uid))
  for (const set of store.list(replicaSets).filter(isOrphan)) store.remove(replicaSets, set)
  for (const pod of store.list(pods).filter(isOrphan)) {
    if (!pod.metadata.deletionTimestamp) store.put(pods, deletedAt(pod, now()))
  }
}
