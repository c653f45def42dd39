import type { CallOptions, Cluster } from '../cluster/cluster.ts'
import { describeKustomization, inventoryIdOf, type Kustomization } from '../cluster/kustomization.ts'
import type { NamespacedName } from '../cluster/namespacedName.ts'
import { describeWorkload, type Workload } from '../cluster/workload.ts'
import { messageOf } from '../errors.ts'
import type { Fault } from '../observation.ts'
import type { Decision } from './decide.ts'
import { trucesOf } from './record/record.ts'
import { isDisabled } from './record/truce.ts'

/** The names on workloads are written by people, and each costs a call. */
const mostKustomizations = 100

/** What Git has, read while workloads wake. */
export interface Orphans {
  /** The decision, unless it would wake what Flux has forgotten. It takes one GET for each Kustomization. */
  unlessOrphaned(workload: Workload, decision: Decision): Promise<Decision>
  /** A fault for each Kustomization that tells nothing: what it had was woken. */
  faults(): Fault[]
}

/**
 * Looks whether Git still has what is to be woken. Flux neither deletes nor remembers what has our truce when it is deleted
 * in Git: woken, it would run for ever and nobody would look after it. Where nobody knows, it wakes, since a broken Flux
 * must keep nobody asleep.
 */
export function createOrphans(cluster: Cluster, { signal }: CallOptions): Orphans {
  const found = new Map<string, Promise<Kustomization | string>>()
  const unknown = new Map<string, string>()
  let isBroken = false
  // One after the other: an inventory may be as large as an object can be.
  let last: Promise<unknown> = Promise.resolve()

  const read = async (ref: NamespacedName): Promise<Kustomization | string> => {
    if (isBroken) return 'Kubernetes has refused to tell of another one'
    try {
      return (await cluster.getKustomization(ref, { signal })) ?? 'it is not in this cluster'
    } catch (error) {
      isBroken = true
      return messageOf(error)
    }
  }

  const lookUp = (ref: NamespacedName): Promise<Kustomization | string> => {
    const key = describeKustomization(ref)
    const known = found.get(key)
    if (known !== undefined) return known
    if (found.size >= mostKustomizations) return Promise.resolve('there are too many others')
    const reading = last.then(() => read(ref))
    last = reading
    found.set(key, reading)
    return reading
  }

  return {
    async unlessOrphaned(workload, decision) {
      const { kustomization: ref, desiredReplicas } = workload
      if (decision.result !== 'changed' || desiredReplicas !== 0 || ref === undefined || !isForgettable(workload)) {
        return decision
      }
      const kustomization = await lookUp(ref)
      const described = describeKustomization(ref)
      if (typeof kustomization === 'string' || kustomization.inventory === undefined) {
        const why = typeof kustomization === 'string' ? kustomization : 'it has applied nothing to this cluster yet'
        unknown.set(described, why)
        return decision
      }
      if (!kustomization.prunes || kustomization.inventory.has(inventoryIdOf(workload.ref))) return decision
      return {
        result: 'orphaned',
        wanted: undefined,
        previousReplicas: 0,
        why:
          `${described} of Flux does not have it any more, so it was deleted or moved in Git while it slept: delete it; ` +
          `or remove its labels ${labels} to keep it, and wake it again`,
      }
    },
    faults: () =>
      [...unknown].map(([described, why]) => ({
        key: 'kustomize.toolkit.fluxcd.io/name',
        message: `${described} of Flux does not tell what Git has, so what it had is woken: ${why}`,
      })),
  }
}

const labels = 'kustomize.toolkit.fluxcd.io/name and /namespace'

/** Whether Flux would have deleted it but for our truce: people may tell Flux by themselves to leave it. */
function isForgettable(workload: Workload): boolean {
  const { fluxReconcile } = trucesOf(workload)
  if (fluxReconcile === undefined || isDisabled(fluxReconcile)) return false
  const marks = [workload.annotations, workload.labels]
  return !marks.some(
    (map) =>
      isDisabled(map?.['kustomize.toolkit.fluxcd.io/prune']) ||
      map?.['kustomize.toolkit.fluxcd.io/ssa']?.toLowerCase() === 'ignore',
  )
}

/** The fault of a workload that stays asleep because Git does not have it any more. */
export const orphanFault = (workload: Workload, why: string): Fault => ({
  key: 'kustomize.toolkit.fluxcd.io/name',
  message: `${describeWorkload(workload.ref)} stays asleep: ${why}`,
})
