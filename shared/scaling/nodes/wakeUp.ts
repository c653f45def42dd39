import type { Transition } from '../../schedule/index.ts'
import type { CallOptions } from '../cluster/cluster.ts'
import { kindNames, kinds } from '../cluster/kinds.ts'
import type { ClusterNode } from '../cluster/node.ts'
import { isWaking } from '../cluster/workload.ts'
import { withEntry } from '../project/history/history.ts'
import { keepHistory } from '../project/history/keepHistory.ts'
import { withSeen } from '../project/history/nights.ts'
import { type Memory, remember } from '../project/memory.ts'
import { nodesOf, whyUnknown } from '../project/ownNodes.ts'
import type { Project } from '../project/project.ts'
import { minutesBetween } from '../project/putBack.ts'
import type { Scaling } from '../scaling.ts'
import type { Finding } from './finding.ts'

/** A look at the projects that wake. */
interface Look extends CallOptions {
  dryRun: boolean
  report(finding: Finding): void
}

/** Whether a project's nodes were seen gone, and not yet back. */
export const isAway = (project: Project): boolean =>
  project.memory.nodesAway !== undefined && whyUnknown(project) === undefined

/**
 * Tells of each project whose first node is back. Its history is written before it is forgotten that the nodes are away: a
 * host that is killed in between tells it again, and no saving goes on for want of an end.
 */
export function tellBack(
  scaling: Scaling,
  { dryRun, report }: Look,
  { away, nodes, now }: { away: Project[]; nodes: ClusterNode[]; now: Date },
): void {
  for (const project of away) {
    const own = nodesOf(project, nodes)
    const { nodesAway: scaleDown, lastScaleUp } = project.memory
    if (own.length === 0 || scaleDown === undefined) continue
    // The clock of the API server, and to the second where ours knows it to one tick.
    const created = Math.min(...own.map(({ createdAt }) => Date.parse(createdAt)))
    const back = new Date(Math.min(now.getTime(), Math.max(scaleDown.getTime(), created || now.getTime())))
    const isScheduled = lastScaleUp !== undefined && scaleDown < lastScaleUp && lastScaleUp <= back
    const finding = isScheduled ? wokenAt(project, { at: lastScaleUp, now: back, result: 'back' }) : undefined
    if (finding !== undefined) report(finding)
    if (dryRun) continue
    scaling.afterwards(async () => {
      await keepHistory(scaling, project.home, {
        change: (history) => ({
          ...withEntry(history, {
            at: back,
            what: 'nodes-back',
            transition: scaleDown,
            ...(finding && { minutes: finding.minutes }),
          }),
          nights: withSeen(history.nights, scaleDown, { back }),
        }),
      })
      await settle(scaling, project, { finding, memory: { nodesAway: undefined } })
    })
  }
}

/** The kinds that have Pods of their own, which can be ready. */
const withPods = kindNames.filter((kind) => !kinds[kind].drivesOthers)

/** What has not become ready by then is left to those who look at its status. */
const patienceMs = 2 * 60 * 60 * 1000

/**
 * Tells of each project that was woken by its schedule and whose workloads are all ready. It takes two LISTs,
 * of the namespace when all of them together have only one, otherwise of the whole cluster.
 * @returns the projects that could not be looked at
 */
export async function tellReady(
  scaling: Scaling,
  { dryRun, report, signal }: Look,
  { projects, now }: { projects: Project[]; now: Date },
): Promise<{ project: string; error: unknown }[]> {
  const waking = projects.filter(({ memory }) => memory.wakingSince !== undefined)
  const namespaces = waking.flatMap((project) => project.namespaces.map(({ name }) => name))
  if (namespaces.length === 0) return []
  const namespace = namespaces.length === 1 ? namespaces[0] : undefined
  const unread = new Set<string>()
  const onTooLarge = (tooLarge: string) => unread.add(tooLarge)
  try {
    const listings = withPods.map((kind) => scaling.cluster.listWorkloads({ kind, namespace }, { signal, onTooLarge }))
    const unready = new Set(
      (await Promise.all(listings)).flat().flatMap((one) => (isWaking(one) ? one.ref.namespace : [])),
    )
    for (const project of waking) {
      const { wakingSince: at = now } = project.memory
      const isReady = !project.namespaces.some(({ name }) => unready.has(name) || unread.has(name))
      // A time far ahead is one that somebody made up, and nothing is waited for until then.
      const isGivenUp = Math.abs(now.getTime() - at.getTime()) > patienceMs
      if (!isReady && !isGivenUp) continue
      const finding = isReady ? wokenAt(project, { at, now, result: 'ready' }) : undefined
      if (finding !== undefined) report(finding)
      if (dryRun) continue
      scaling.afterwards(async () => {
        if (finding !== undefined)
          await keepHistory(scaling, project.home, {
            change: (history) =>
              withEntry(history, { at: now, what: 'ready', transition: at, minutes: finding.minutes }),
          })
        await settle(scaling, project, { finding, memory: { wakingSince: undefined } })
      })
    }
    return []
  } catch (error) {
    return waking.map(({ name }) => ({ project: name, error }))
  }
}

interface WokenFinding {
  project: string
  transition: Transition
  minutes: number
  result: 'back' | 'ready'
}

const wokenAt = (
  { name: project }: Project,
  { at, now, result }: { at: Date; now: Date; result: 'back' | 'ready' },
): WokenFinding => ({
  project,
  transition: { action: 'scale-up', at },
  minutes: Math.max(0, minutesBetween(at, now)),
  result,
})

/** Forgets what was waited for, when the history has it. */
async function settle(
  { cluster, observe }: Scaling,
  { home }: Project,
  { finding, memory }: { finding: WokenFinding | undefined; memory: Partial<Memory> },
): Promise<void> {
  await remember({ cluster }, home, memory)
  if (finding === undefined) return
  const { project, minutes, result } = finding
  observe?.({ what: result === 'back' ? 'nodes-back' : 'ready', project, minutes })
}
