import {
  asleepLabel,
  describeWorkload,
  kinds,
  memoryAnnotations,
  messageOf,
  pointer,
  restore,
  type Scaling,
  staleTrucePatch,
  type WorkloadKind,
  wokenAnnotations,
} from '../../../shared/scaling/index.ts'

export interface Waking {
  woken: string[]
  /** Those that could not be woken, each with the reason. */
  failed: string[]
}

const request = { actor: 'kubernetes:remove', reason: 'aks-scale-to-zero is removed from this cluster' }

/** The kinds that make others run wake last, as when a project wakes. */
const inOrder = (Object.keys(kinds) as WorkloadKind[]).toSorted(
  (a, b) => Number(kinds[a].drivesOthers) - Number(kinds[b].drivesOthers),
)

/** Wakes everything that sleeps in the cluster, whatever put it to sleep: afterwards nobody would. */
export async function wakeEverything(scaling: Scaling): Promise<Waking> {
  const woken: string[] = []
  const failed: string[] = []
  for (const kind of inOrder) {
    const sleepers = await scaling.cluster.listWorkloads({
      kind,
      labelSelector: `${asleepLabel.key}=${asleepLabel.value}`,
    })
    for (const { ref } of sleepers) {
      try {
        const { result, targetReplicas, why } = await restore(scaling, { ref, ...request, now: scaling.now() })
        if (result === 'orphaned') failed.push(`${describeWorkload(ref)}: ${why}`)
        else woken.push(`${describeWorkload(ref)}: ${targetReplicas} replicas`)
      } catch (error) {
        failed.push(`${describeWorkload(ref)}: ${messageOf(error)}`)
      }
    }
  }
  return { woken, failed }
}

/**
 * Removes the notes of the timers from the namespaces, and from the workloads the traces of waking and truces that have come
 * back. What people wrote there, such as a schedule, stays.
 * @returns a sentence for each object
 */
export async function forgetEverything({ cluster }: Scaling): Promise<string[]> {
  const told: string[] = []
  const keys = Object.values(memoryAnnotations)
  const nothing = Object.fromEntries(keys.map((key) => [key, undefined]))
  for (const { name, annotations } of await cluster.listNamespaces()) {
    if (!keys.some((key) => key in annotations)) continue
    await cluster.annotateNamespace(name, nothing)
    told.push(`namespace ${name}: the notes of the timers are removed`)
  }
  for (const kind of inOrder) {
    for (const workload of await cluster.listWorkloads({ kind })) {
      const { ref, annotations = {} } = workload
      const truceEnd = staleTrucePatch(workload)
      if (truceEnd.length > 0) {
        await cluster.patchWorkload(ref, truceEnd)
        told.push(`${describeWorkload(ref)}: the truce of an earlier night is ended`)
      }
      const traces = Object.values(wokenAnnotations).filter((key) => key in annotations)
      if (traces.length === 0) continue
      const remove = (key: string) => ({ op: 'remove' as const, path: pointer('metadata', 'annotations', key) })
      await cluster.patchWorkload(ref, traces.map(remove))
      told.push(`${describeWorkload(ref)}: the trace of its wake-up is removed`)
    }
  }
  return told
}
