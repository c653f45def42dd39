import {
  asleepLabel,
  describeWorkload,
  kinds,
  memoryAnnotations,
  messageOf,
  restore,
  type Scaling,
  type WorkloadKind,
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
        const { targetReplicas } = await restore(scaling, { ref, ...request, now: scaling.now() })
        woken.push(`${describeWorkload(ref)}: ${targetReplicas} replicas`)
      } catch (error) {
        failed.push(`${describeWorkload(ref)}: ${messageOf(error)}`)
      }
    }
  }
  return { woken, failed }
}

/** Removes the notes of the timers from the namespaces. What people wrote there, such as a schedule, stays. */
export async function forgetEverything({ cluster }: Scaling): Promise<string[]> {
  const keys = Object.values(memoryAnnotations)
  const nothing = Object.fromEntries(keys.map((key) => [key, undefined]))
  const noted = (await cluster.listNamespaces()).filter(({ annotations }) => keys.some((key) => key in annotations))
  for (const { name } of noted) await cluster.annotateNamespace(name, nothing)
  return noted.map(({ name }) => name)
}
