import {
  type Entry,
  historyName,
  type Night,
  type NodeCount,
  withEntry,
  writeHistory,
} from '../../shared/scaling/index.ts'
import type { Transition } from '../../shared/schedule/index.ts'

interface PastProject {
  name: string
  deployments: Record<string, number>
  /** Those that it has by day. */
  nodes: NodeCount[]
}

const minuteMs = 60_000
/** Minutes until the nodes of a night were gone: by turns. */
const untilGone = [11, 14, 12, 17, 11, 13]

/** The ConfigMap with what has happened to a project in the nights before. */
export function pastOf(
  { name: namespace, deployments, nodes }: PastProject,
  { transitions, isAsleep }: { transitions: Transition[]; isAsleep: boolean },
): object {
  const goneAt = (at: Date, index: number) => {
    const minutes = untilGone[index % untilGone.length] ?? 0
    return { minutes, at: new Date(at.getTime() + minutes * minuteMs) }
  }
  const nights = transitions.flatMap(({ action, at }, index): Night[] => {
    if (action !== 'scale-down' || transitions[index - 1]?.action === 'scale-down') return []
    const morning = transitions.slice(index).find((one) => one.action === 'scale-up')?.at
    const back = morning && new Date(morning.getTime() + 4 * minuteMs)
    return [{ scaleDown: at, nodes, gone: goneAt(at, index).at, ...(morning && { woken: morning, back }) }]
  })
  const entries = transitions.flatMap(({ action, at }, index): Entry[] => {
    const reason = `${action} of the schedule at ${at.toISOString()}`
    const results = { changed: Object.keys(deployments).length }
    const swept: Entry = { at, what: action, transition: at, by: 'schedule', reason, results, failures: [] }
    const gone: Entry = { ...goneAt(at, index), what: 'nodes-gone', transition: at }
    return action === 'scale-down' ? [swept, gone] : [swept]
  })
  const sleepers = isAsleep ? Object.entries(deployments) : []
  const asleep = new Map(sleepers.map(([name, replicas]) => [`Deployment ${namespace}/${name}`, replicas]))
  const data = writeHistory(entries.reduce(withEntry, { entries: [], asleep, nights }))
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: historyName, namespace }, data }
}
