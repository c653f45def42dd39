import type { CallOptions, Cluster } from '../cluster/cluster.ts'
import { pausedReplicas } from '../cluster/kedaPause.ts'
import { kinds } from '../cluster/kinds.ts'
import type { Workload, WorkloadRef } from '../cluster/workload.ts'
import { readRecord } from './record/record.ts'

/** A ScaledObject and its target are a pair: KEDA would undo what is done to the target alone. */
export type PartnersOf = (workload: Workload) => Workload[]

/**
 * Finds partners among workloads: the ScaledObjects that scale a workload, or the target of a ScaledObject. A target of
 * another kind than ours has none.
 */
export function partnersAmong(workloads: Workload[]): PartnersOf {
  const scalers = Map.groupBy(
    workloads.filter(({ scaleTarget }) => scaleTarget !== undefined),
    targetKeyOf,
  )
  if (scalers.size === 0) return () => []
  const targets = new Map(workloads.map((workload) => [keyOf(workload.ref), workload]))
  return (workload) =>
    workload.scaleTarget === undefined
      ? (scalers.get(keyOf(workload.ref)) ?? [])
      : [targets.get(targetKeyOf(workload)) ?? []].flat()
}

/**
 * The ScaledObjects that scale a workload. It takes one LIST of its namespace, and none for some minutes where KEDA was
 * not installed.
 */
export async function findScalers(cluster: Cluster, ref: WorkloadRef, { signal }: CallOptions): Promise<Workload[]> {
  if (kinds[ref.kind].drivesOthers) return []
  const query = { kind: 'ScaledObject', namespace: ref.namespace } as const
  const listed = await cluster.listWorkloads(query, { signal, mayTrustAbsence: true })
  return listed.filter((one) => one.scaleTarget !== undefined && targetKeyOf(one) === keyOf(ref))
}

/** Whether KEDA decides: nobody has paused it. */
export const isKedaActive = (replicas: number): boolean => replicas === 1

/** The number at which KEDA will hold the target once our own pause has ended; undefined when it holds none. */
export function holdAfterWaking(scaler: Workload): number | undefined {
  const record = scaler.desiredReplicas === 0 ? readRecord(scaler) : undefined
  if (record !== undefined) return isKedaActive(record.originalReplicas) ? undefined : record.originalReplicas
  const held = pausedReplicas(scaler.annotations)
  return Number.isNaN(held) ? undefined : held
}

const keyOf = ({ kind, namespace, name }: { kind: string; namespace: string; name: string }) =>
  `${kind} ${namespace}/${name}`

const targetKeyOf = ({ ref, scaleTarget }: Workload) =>
  keyOf({ kind: scaleTarget?.kind ?? '', namespace: ref.namespace, name: scaleTarget?.name ?? '' })
