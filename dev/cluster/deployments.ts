import { hashLabel, hashOf, ownerUid, type Replicated } from './replicated.ts'
import { apiVersionOf, deployments, replicaSets } from './resources.ts'
import { newMetadata, ownedBy, recordEvent, type World } from './world.ts'

const revision = 'deployment.kubernetes.io/revision'
const component = 'deployment-controller'

/**
 * Keeps one ReplicaSet per template, the newest at the Deployment's replicas. Simpler than the real controller in
 * one point: a new template starts all its replicas at once, and the old ones go when those are ready.
 */
export function reconcileDeployments(world: World): void {
  const { store } = world
  const setsByOwner = Map.groupBy(store.list<Replicated>(replicaSets), ownerUid)
  for (const deployment of store.list<Replicated>(deployments)) {
    const sets = setsByOwner.get(deployment.metadata.uid) ?? []
    const hash = hashOf(deployment.spec.template)
    const newest = sets.find((set) => set.metadata.labels?.[hashLabel] === hash) ?? createSet(world, deployment, hash)
    const { replicas } = deployment.spec
    resize(world, deployment, { set: newest, replicas })
    const isReady = Number(newest.status?.readyReplicas ?? 0) >= replicas
    const old = sets.filter((set) => set !== newest)
    if (isReady) for (const set of old) resize(world, deployment, { set, replicas: 0 })
  }
}

function createSet(world: World, deployment: Replicated, hash: string): Replicated {
  const { selector, template, replicas } = deployment.spec
  const { name, namespace, annotations = {} } = deployment.metadata
  const labels = { ...template.metadata?.labels, [hashLabel]: hash }
  const spec = { replicas: 0, selector, template: { ...template, metadata: { ...template.metadata, labels } } }
  const number = String(Number(annotations[revision] ?? 0) + 1)
  const metadata = newMetadata(world, {
    ...{ name: `${name}-${hash}`, namespace: namespace as string, labels },
    annotations: { ...annotations, [revision]: number, 'deployment.kubernetes.io/desired-replicas': String(replicas) },
    ownerReferences: [ownedBy(deployments, deployment)],
  })
  const owner = { ...deployment.metadata, annotations: { ...annotations, [revision]: number } }
  world.store.put(deployments, { ...deployment, metadata: owner })
  const set = { apiVersion: apiVersionOf(replicaSets), kind: 'ReplicaSet', metadata, spec, status: {} }
  return world.store.put(replicaSets, set) as Replicated
}

function resize(world: World, deployment: Replicated, { set, replicas }: { set: Replicated; replicas: number }): void {
  const { spec, metadata } = set
  if (spec.replicas === replicas) return
  const generation = (metadata.generation ?? 0) + 1
  world.store.put(replicaSets, { ...set, metadata: { ...metadata, generation }, spec: { ...spec, replicas } })
  const direction = spec.replicas < replicas ? 'up' : 'down'
  const message = `Scaled ${direction} replica set ${metadata.name} from ${spec.replicas} to ${replicas}`
  recordEvent(world, deployment, { component, reason: 'ScalingReplicaSet', message })
}
