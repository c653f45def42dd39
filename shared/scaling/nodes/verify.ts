import type { Transition } from '../../schedule/index.ts'
import type { CallOptions } from '../cluster/cluster.ts'
import { kindNames } from '../cluster/kinds.ts'
import type { ClusterNode } from '../cluster/node.ts'
import type { Workload } from '../cluster/workload.ts'
import { withEntry } from '../project/history/history.ts'
import { keepAfterwards } from '../project/history/keepHistory.ts'
import { withSeen } from '../project/history/nights.ts'
import { type Memory, remember } from '../project/memory.ts'
import { nodesOf, whyUnknown } from '../project/ownNodes.ts'
import { type Project, resolveProjects } from '../project/project.ts'
import { isPutBackTold, minutesBetween, raisedSince, tellPutBack } from '../project/putBack.ts'
import type { ProjectSettings } from '../project/settings.ts'
import type { Scaling } from '../scaling.ts'
import { eventAbout, type Finding, observationOf } from './finding.ts'
import { readProjectNodes } from './projectNodes.ts'
import { isAway, tellBack, tellReady } from './wakeUp.ts'

/** One look at the nodes of all projects that should be asleep. */
export interface VerifyRequest extends CallOptions {
  projects: ProjectSettings[]
  /** How long a project may keep nodes after it was put to zero before that is worth a warning. */
  graceMinutes: number
  /** Report, but write nothing to the cluster. */
  dryRun: boolean
  /** Aborted when the run must end: the projects that have not been looked at by then are left to the next one. */
  ending?: AbortSignal | undefined
  report(finding: Finding): void
}

/** The projects that were not looked at. */
export interface Verification {
  failures: VerifyFailure[]
  /** The names of those that the run had no more time for. */
  left: string[]
}

/** A project that could not be looked at. */
export interface VerifyFailure {
  project: string
  error: unknown
}

/**
 * Checks whether the nodes of the projects that the schedule has put to zero are gone. For each scale-down it tells
 * once that they are gone, with the minutes that it took; once, when the grace is over, that they are still there,
 * with what holds them; and once that somebody has put workloads back, for which nodes that came back are the sign. An
 * idle run costs one LIST of namespaces. While a project with known nodes sleeps, or its nodes have not come back, a run
 * costs a LIST of nodes as well; while a project wakes, LISTs of its workloads.
 * @throws ScalingError when namespaces or nodes cannot be listed
 */
export async function verifyScaledToZero(scaling: Scaling, request: VerifyRequest): Promise<Verification> {
  const now = scaling.now()
  const namespaces = await scaling.cluster.listNamespaces(request)
  const neighbours = resolveProjects(request.projects, namespaces, { ...scaling, now })
  const waiting = neighbours.flatMap((project) => waitingOf(project) ?? [])
  const away = neighbours.filter(isAway)
  const nodes = waiting.length + away.length === 0 ? [] : await scaling.cluster.listNodes(request)
  tellBack(scaling, request, { away, nodes, now })
  const counted = waiting.map((one) => ({ ...one, count: nodesOf(one.project, nodes).length }))
  const unsettled = counted.filter((one) => !isSettled(one))
  scaling.observe?.({
    what: 'nodes',
    projects: unsettled.map(({ project, count }) => ({ project: project.name, nodes: count })),
  })
  const failures = await tellReady(scaling, request, { projects: neighbours, now })
  const left: string[] = []
  for (const one of unsettled) {
    if (request.ending?.aborted) {
      left.push(one.project.name)
      continue
    }
    try {
      const finding = await look(scaling, request, { ...one, now, nodes, neighbours })
      if (finding !== undefined) await tell(scaling, request, { ...one, now, finding })
    } catch (error) {
      failures.push({ project: one.project.name, error })
    }
  }
  return { failures, left }
}

/** A project that is to be asleep, and whose nodes are known. */
interface Waiting {
  project: Project
  /** The scale-down; the time at which it was due is what is remembered of it. */
  transition: Transition
  asleepSince: Date
}

/** What is found after a scale-down, which is told once. */
type Found = Exclude<Finding, { result: 'back' | 'ready' }>

/** Each has a field of its own: correcting a wrong pool name must not hide that nodes stay. */
const rememberedBy = {
  gone: 'nodesVerified',
  woken: 'nodesVerified',
  'put-back': 'putBack',
  held: 'nodesHeld',
  'still-held': 'nodesHeld',
  misnamed: 'nodePoolUnknown',
} as const satisfies Record<Found['result'], keyof Memory>

const isRemembered = ({ project, transition }: Waiting, result: Found['result']): boolean =>
  project.memory[rememberedBy[result]]?.getTime() === transition.at.getTime()

function waitingOf(project: Project): Waiting | undefined {
  const { asleepSince, lastScaleDown: at } = project.memory
  if (asleepSince === undefined || at === undefined || whyUnknown(project) !== undefined) return undefined
  return { project, transition: { action: 'scale-down', at }, asleepSince }
}

type Counted = Waiting & { count: number }
type Seen = Counted & { now: Date; nodes: ClusterNode[]; neighbours: Project[] }

/** Whether its nodes are told to be gone, so that it needs no more looking at, unless somebody brings workloads back. */
const isSettled = (one: Counted): boolean =>
  isRemembered(one, 'gone') && (one.count === 0 || isPutBackTold(one.project))

/** The finding about one project; undefined while there is nothing to tell, such as before the grace is over. */
async function look(scaling: Scaling, request: VerifyRequest, seen: Seen): Promise<Found | undefined> {
  const { project, transition, asleepSince, now, nodes, neighbours, count } = seen
  const { graceMinutes, signal } = request
  const about = { project: project.name, transition, minutes: minutesBetween(transition.at, now) }
  const read = async (workloads: Workload[]) => {
    const subject = { project, workloads, shouldBeAsleep: true }
    // It is told by an Event where the project's people read it. One that claims nodes itself is told of nobody else.
    const known = project.claimsNodes ? { neighbours: [project], onlyOfProjects: true } : { neighbours }
    const [status] = await readProjectNodes(scaling, [subject], { ...known, now, nodes, signal })
    if (status === undefined) throw new Error('one project has one status')
    return status
  }
  const isVerified = isRemembered(seen, 'gone')
  if (count === 0) {
    const { pools, misnamed, withoutAzure } = await read([])
    if (misnamed !== undefined) {
      return isRemembered(seen, 'misnamed') ? undefined : { ...about, result: 'misnamed', message: misnamed }
    }
    // Only Azure may know a pool at zero. Until it answers, this pool may as well not exist.
    const isAzureSilent = scaling.agentPools !== undefined && withoutAzure !== undefined
    if (isAzureSilent && project.nodePool !== undefined && pools.length === 0) return undefined
    return { ...about, result: 'gone' }
  }
  if (!isVerified && now.getTime() - asleepSince.getTime() < graceMinutes * minuteMs) return undefined
  const workloads = await workloadsOf(scaling, project, { signal })
  const { woken, putBack } = raisedSince(workloads, project, now)
  if (putBack !== undefined)
    return isPutBackTold(project) ? undefined : { ...about, result: 'put-back', found: putBack }
  if (isVerified) return undefined
  if (woken.length > 0) return { ...about, result: 'woken', workloads: woken.map(({ ref }) => ref) }
  if (isRemembered(seen, 'held')) return { ...about, result: 'still-held', nodes: count }
  const { nodes: held, warnings } = await read(workloads)
  return { ...about, result: 'held', nodes: held, warnings }
}

async function workloadsOf({ cluster }: Scaling, { namespaces }: Project, options: CallOptions): Promise<Workload[]> {
  const listings = namespaces.flatMap(({ name: namespace }) =>
    kindNames.map((kind) => cluster.listWorkloads({ kind, namespace }, options)),
  )
  return (await Promise.all(listings)).flat()
}

const minuteMs = 60_000

/**
 * Tells a finding, and then remembers that it was told. A process that is killed in between tells it a second time, and
 * nothing is lost.
 */
async function tell(
  scaling: Scaling,
  { dryRun, report, signal }: VerifyRequest,
  { project, transition, now, finding }: Waiting & { now: Date; finding: Found },
): Promise<void> {
  const { cluster, observe } = scaling
  report(finding)
  if (finding.result === 'put-back') {
    if (!dryRun) await tellPutBack(scaling, { project, found: finding.found, now, signal })
    return
  }
  const event = eventAbout(finding, project.home)
  if (dryRun || event === undefined) return
  const observation = observationOf(finding)
  if (observation !== undefined) {
    observe?.(observation)
    const { project: _, ...seen } = observation
    keepAfterwards(scaling, project.home, (history) => ({
      ...withEntry(history, { at: now, ...seen, ...(finding.result === 'gone' && { transition: transition.at }) }),
      ...(finding.result === 'gone' && { nights: withSeen(history.nights, transition.at, { gone: now }) }),
    }))
  }
  await cluster.createEvent({ ...event, at: now }, { signal })
  await remember({ cluster, signal }, project.home, {
    [rememberedBy[finding.result]]: transition.at,
    ...(finding.result === 'gone' && { nodesAway: transition.at }),
  })
}
