import type { CallOptions } from '../cluster/cluster.ts'
import { kindNames } from '../cluster/kinds.ts'
import { namespaceRefOf } from '../cluster/namespace.ts'
import type { ClusterNode } from '../cluster/node.ts'
import type { Workload } from '../cluster/workload.ts'
import { wokenSince } from '../project/awake.ts'
import { namespaceAnnotations, type Project, type ProjectSettings, resolveProjects } from '../project/project.ts'
import type { Scaling } from '../scaling.ts'
import { eventAbout, type Finding } from './finding.ts'
import { nodesOf, whyUnknown } from './ownership.ts'
import { readProjectNodes } from './projectNodes.ts'

/** One look at the nodes of all projects that should be asleep. */
export interface VerifyRequest extends CallOptions {
  projects: ProjectSettings[]
  now: Date
  /** How long a project may keep nodes after it was put to zero before that is worth a warning. */
  graceMinutes: number
  /** Report, but write nothing to the cluster. */
  dryRun: boolean
  report(finding: Finding): void
}

/** A project that could not be looked at. */
export interface VerifyFailure {
  project: string
  error: unknown
}

/**
 * Checks whether the nodes of the projects that the schedule has put to zero are gone. For each scale-down it tells
 * once that they are gone, with the minutes that it took; and once, when the grace is over, that they are still there,
 * with what holds them. An idle run costs one LIST of namespaces. A run with projects that wait costs a LIST of nodes
 * as well.
 * @throws ScalingError when namespaces or nodes cannot be listed
 */
export async function verifyScaledToZero(scaling: Scaling, request: VerifyRequest): Promise<VerifyFailure[]> {
  const namespaces = await scaling.cluster.listNamespaces(request)
  const neighbours = resolveProjects(request.projects, namespaces, request.now)
  const waiting = neighbours.flatMap((project) => waitingOf(project) ?? [])
  if (waiting.length === 0) return []
  const nodes = await scaling.cluster.listNodes(request)
  const failures: VerifyFailure[] = []
  for (const one of waiting) {
    try {
      const finding = await look(scaling, request, { ...one, nodes, neighbours })
      if (finding !== undefined) await tell(scaling, request, { ...one, finding })
    } catch (error) {
      failures.push({ project: one.project.name, error })
    }
  }
  return failures
}

/** A project whose nodes have not been seen gone since its last scale-down. */
interface Waiting {
  project: Project
  /** The time at which the scale-down was due. The annotations remember a scale-down by it. */
  transition: Date
  asleepSince: Date
}

const { nodesVerified, nodesHeld, nodePoolUnknown } = namespaceAnnotations

/** Each finding has an annotation of its own: a corrected pool name must not hide that nodes stay. */
const rememberedBy: Record<Finding['result'], string> = {
  gone: nodesVerified,
  woken: nodesVerified,
  held: nodesHeld,
  'still-held': nodesHeld,
  misnamed: nodePoolUnknown,
}

const isRemembered = ({ project, transition }: Waiting, annotation: string): boolean =>
  project.namespaces[0]?.annotations[annotation] === transition.toISOString()

function waitingOf(project: Project): Waiting | undefined {
  const { asleepSince, applied } = project
  const transition = applied['scale-down']
  if (asleepSince === undefined || transition === undefined || whyUnknown(project) !== undefined) return undefined
  const waiting = { project, transition, asleepSince }
  return isRemembered(waiting, nodesVerified) ? undefined : waiting
}

type Seen = Waiting & { nodes: ClusterNode[]; neighbours: Project[] }

/** The finding about one project; undefined while there is nothing to tell, such as before the grace is over. */
async function look(scaling: Scaling, request: VerifyRequest, seen: Seen): Promise<Finding | undefined> {
  const { project, transition, asleepSince, nodes, neighbours } = seen
  const { now, graceMinutes, signal } = request
  const about = { project: project.name, transition, minutes: minutesBetween(transition, now) }
  const read = async (workloads: Workload[]) => {
    const subject = { project, workloads, shouldBeAsleep: true }
    const [status] = await readProjectNodes(scaling, [subject], { now, neighbours, nodes, signal })
    if (status === undefined) throw new Error('one project has one status')
    return status
  }
  const count = nodesOf(project, nodes).length
  if (count === 0) {
    const { pools, misnamed, withoutAzure } = await read([])
    if (misnamed !== undefined) {
      return isRemembered(seen, nodePoolUnknown) ? undefined : { ...about, result: 'misnamed', message: misnamed }
    }
    // Only Azure may know a pool at zero. Until it answers, this pool may as well not exist.
    const isAzureSilent = scaling.agentPools !== undefined && withoutAzure !== undefined
    if (isAzureSilent && project.nodePool !== undefined && pools.length === 0) return undefined
    return { ...about, result: 'gone' }
  }
  if (now.getTime() - asleepSince.getTime() < graceMinutes * minuteMs) return undefined
  const workloads = await workloadsOf(scaling, project, { signal })
  const woken = wokenSince(workloads, project, now)
  if (woken.length > 0) return { ...about, result: 'woken', workloads: woken.map(({ ref }) => ref) }
  if (isRemembered(seen, nodesHeld)) return { ...about, result: 'still-held', nodes: count }
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

/** Minutes, to a tenth. */
const minutesBetween = (from: Date, to: Date): number =>
  Math.round(((to.getTime() - from.getTime()) / minuteMs) * 10) / 10

/**
 * Tells a finding, and then remembers that it was told. A process that is killed in between tells it a second time, and
 * nothing is lost.
 */
async function tell(
  { cluster }: Scaling,
  { now, dryRun, report, signal }: VerifyRequest,
  { project, transition, finding }: Waiting & { finding: Finding },
): Promise<void> {
  report(finding)
  const event = eventAbout(finding)
  const [home] = project.namespaces
  if (dryRun || event === undefined || home === undefined) return
  await cluster.createEvent({ about: namespaceRefOf(home), at: now, ...event }, { signal })
  const annotations = { [rememberedBy[finding.result]]: transition.toISOString() }
  await cluster.annotateNamespace(home.name, annotations, { signal })
}
