import { type Entry, historyName, withEntry, writeHistory } from '../../shared/scaling/index.ts'
import type { Transition } from '../../shared/schedule/index.ts'

interface PastProject {
  name: string
  deployments: Record<string, number>
}

const minuteMs = 60_000
/** Minutes until the nodes of a night were gone: by turns. */
const untilGone = [11, 14, 12, 17, 11, 13]

/** The ConfigMap with what has happened to a project in the nights before. */
export function pastOf(
  { name: namespace, deployments }: PastProject,
  { transitions, isAsleep }: { transitions: Transition[]; isAsleep: boolean },
): object {
  const entries = transitions.flatMap(({ action, at }, index): Entry[] => {
    const reason = `${action} of the schedule at ${at.toISOString()}`
    const results = { changed: Object.keys(deployments).length }
    const swept: Entry = { at, what: action, transition: at, by: 'schedule', reason, results, failures: [] }
    const minutes = untilGone[index % untilGone.length] ?? 0
    const gone: Entry = { at: new Date(at.getTime() + minutes * minuteMs), what: 'nodes-gone', minutes }
    return action === 'scale-down' ? [swept, gone] : [swept]
  })
  const sleepers = isAsleep ? Object.entries(deployments) : []
  const asleep = new Map(sleepers.map(([name, replicas]) => [`Deployment ${namespace}/${name}`, replicas]))
  const data = writeHistory(entries.reduce(withEntry, { entries: [], asleep }))
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: historyName, namespace }, data }
}
