import type { CallOptions } from '../../cluster/cluster.ts'
import type { Namespace } from '../../cluster/namespace.ts'
import { retryOnConflict } from '../../retryOnConflict.ts'
import type { Scaling } from '../../scaling.ts'
import type { Entry } from './entry.ts'
import { type History, historyName, readHistory, withEntry, writeHistory } from './history.ts'

type Home = Pick<Namespace, 'name'>
type KeepsHistory = Pick<Scaling, 'cluster' | 'wait' | 'random'>

// Two hosts, and the requests of a busy evening.
const mostAttempts = 8

/**
 * Changes a project's history. Each attempt rests on what it has read, so two hosts at once lose no entry. A history that
 * somebody has deleted begins again.
 * @throws ScalingError `workload-changed` when others have written all the time
 */
export async function keepHistory(
  { cluster, ...clock }: KeepsHistory,
  { name: namespace }: Home,
  { change, signal }: CallOptions & { change(history: History): History },
): Promise<void> {
  const ref = { namespace, name: historyName }
  await retryOnConflict(clock, mostAttempts, async () => {
    const found = await cluster.getConfigMap(ref, { signal })
    const before = found?.data ?? {}
    const data = writeHistory(change(readHistory(before)))
    // Another host, or an earlier attempt, has told the same.
    if (Object.entries(data).every(([key, text]) => text === (before[key] ?? ''))) return
    await cluster.applyConfigMap(ref, { data, resourceVersion: found?.resourceVersion }, { signal })
  })
}

/** A project's history; empty when there is none. @throws ScalingError */
export async function findHistory(
  { cluster }: Pick<Scaling, 'cluster'>,
  { name: namespace }: Home,
  options: CallOptions,
): Promise<History> {
  const found = await cluster.getConfigMap({ namespace, name: historyName }, options)
  return readHistory(found?.data ?? {})
}

/** Adds entries to a project's history. Nobody waits for it. */
export function keepEntries(scaling: KeepsHistory & Pick<Scaling, 'afterwards'>, home: Home, entries: Entry[]): void {
  if (entries.length > 0) keepAfterwards(scaling, home, (history) => entries.reduce(withEntry, history))
}

/** The same when nobody waits for it: its failure is not that of what is told. */
export function keepAfterwards(
  scaling: KeepsHistory & Pick<Scaling, 'afterwards'>,
  home: Home,
  change: (history: History) => History,
): void {
  scaling.afterwards(() => keepHistory(scaling, home, { change }))
}
