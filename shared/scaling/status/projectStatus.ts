import { type Applied, nextTransitions } from '../../schedule/index.ts'
import type { CallOptions } from '../cluster/cluster.ts'
import { kindNames, kinds } from '../cluster/kinds.ts'
import type { Workload, WorkloadRef } from '../cluster/workload.ts'
import { ScalingError } from '../errors.ts'
import { guessNodes } from '../nodes/guess.ts'
import {
  type Circumstances,
  type ProjectNodes,
  readProjectNodes,
  type Subject,
  unknownNodes,
} from '../nodes/projectNodes.ts'
import type { Fault } from '../observation.ts'
import { asleepSinceOf } from '../project/asleepSince.ts'
import { faultOfSleeper, faultsOfWorkloads, named } from '../project/faults.ts'
import { findHistory } from '../project/history/keepHistory.ts'
import { type LeavingOut, leftOut } from '../project/leftOut.ts'
import { appliedOf } from '../project/memory.ts'
import type { Project } from '../project/project.ts'
import { faultsOfWiped, isWithoutRecord } from '../project/wiped.ts'
import type { Scaling } from '../scaling.ts'
import { findWaking } from '../waking/findWaking.ts'
import { byProgress } from '../waking/progress.ts'
import type { Waking } from '../waking/waking.ts'
import { partnersAmong } from '../workload/pair.ts'
import { workloadStatusOf } from '../workload/status.ts'
import { argoApplicationsOf } from './argoCd.ts'

/** How many workloads are in which state. `asleep` was put to zero by us, `inactive` by somebody else. */
export type WorkloadCounts = Record<'active' | 'scaling' | 'asleep' | 'inactive', number>

/** A project with its next transitions and the state of its workloads and nodes. */
export interface ProjectStatus {
  project: Project
  /** Those of its settings and namespaces, and those of its workloads. */
  faults: Fault[]
  next: Applied
  workloads: WorkloadCounts
  /** The workloads that a scale-down of the project leaves awake, each with the reason. */
  leftOut: { ref: WorkloadRef; why: string }[]
  /** A sentence for each sleeper whose record cannot be obeyed. */
  recordFaults: string[]
  /** The Applications of Argo CD that its workloads belong to. */
  argoApplications: string[]
  /** How far those that are scaling up have come, the least advanced first. */
  waking: Waking[]
  nodes: ProjectNodes
  /** Since when it sleeps, by its schedule or by requests; undefined while it is awake. */
  asleepSince: Date | undefined
  /** Its listings that were too large to be read, each as a sentence. Their workloads are not counted. */
  unread: string[]
}

/**
 * Reads the status of projects. It takes one LIST for each kind: of the namespace when all projects together have only
 * one, otherwise of the whole cluster. The calls for workloads that are scaling up and for nodes follow. Nodes that
 * cannot be read are told as unknown, since the rest is worth knowing without them.
 */
export async function statusOfProjects(
  scaling: Scaling,
  projects: Project[],
  circumstances: Circumstances,
): Promise<ProjectStatus[]> {
  if (projects.length === 0) return []
  const { now, signal } = circumstances
  const namespaces = projects.flatMap((project) => project.namespaces)
  const namespace = namespaces.length === 1 ? namespaces[0]?.name : undefined
  const unread: { namespace: string; error: ScalingError }[] = []
  const onTooLarge = (tooLarge: string, error: ScalingError) => unread.push({ namespace: tooLarge, error })
  const options = { signal, onTooLarge }
  const listings = kindNames.map((kind) => scaling.cluster.listWorkloads({ kind, namespace }, options))
  const workloads = Map.groupBy((await Promise.all(listings)).flat(), ({ ref }) => ref.namespace)
  const subjects = projects.map((project) => {
    const own = project.namespaces.flatMap(({ name }) => workloads.get(name) ?? [])
    const asleepSince = asleepSinceOf(project, own, now)
    const shouldBeAsleep = asleepSince !== undefined
    return { project, workloads: own, counts: countStates(own), asleepSince, shouldBeAsleep }
  })
  const [found, nodes] = await Promise.all([
    findWaking(
      scaling.cluster,
      subjects.flatMap((subject) => subject.workloads),
      { signal },
    ),
    nodesOrWhyNot(
      scaling,
      subjects.map((subject) => ({ ...subject, ...guessNodes(subject.project, subject.workloads) })),
      circumstances,
    ),
  ])
  const wiped = await Promise.all(subjects.map((subject) => wipedIn(scaling, subject, { signal })))
  const wakingIn = Map.groupBy(found, ({ ref }) => ref.namespace)
  return subjects.map(({ project, workloads: own, counts, asleepSince }, index) => ({
    project,
    faults: [...project.faults, ...named(project.name, faultsOfWorkloads(own, now))],
    next: nextOf(project, now),
    workloads: counts,
    leftOut: leftOutOf(own, { project, now }),
    recordFaults: [
      ...own.flatMap((workload) => faultOfSleeper(workload)?.fault.message ?? []),
      ...(wiped[index] ?? []),
    ],
    argoApplications: argoApplicationsOf(own),
    waking: project.namespaces.flatMap(({ name }) => wakingIn.get(name) ?? []).sort(byProgress),
    nodes: nodes[index] as ProjectNodes,
    asleepSince,
    unread: unread
      .filter((one) => project.namespaces.some(({ name }) => name === one.namespace))
      .map(({ error }) => error.message),
  }))
}

/**
 * A sentence for each workload whose record is gone though the project sleeps. It takes one GET, where something of the
 * project is at zero without a record.
 */
async function wipedIn(
  scaling: Scaling,
  { project, workloads }: Pick<Subject, 'project' | 'workloads'>,
  options: CallOptions,
): Promise<string[]> {
  const atZero = project.memory.asleepSince === undefined ? [] : workloads.filter(isWithoutRecord)
  if (atZero.length === 0) return []
  try {
    const history = await findHistory(scaling, project.home, options)
    const refs = atZero.map(({ ref }) => ref)
    return faultsOfWiped(refs, history).map(({ message }) => message)
  } catch (error) {
    if (!(error instanceof ScalingError)) throw error
    return [error.message]
  }
}

const nextOf = ({ schedule, exceptions, memory }: Project, now: Date): Applied =>
  schedule === undefined ? {} : nextTransitions(schedule, exceptions, { now, applied: appliedOf(memory) })

function leftOutOf(workloads: Workload[], circumstances: LeavingOut): ProjectStatus['leftOut'] {
  const partnersOf = partnersAmong(workloads)
  return workloads.flatMap((workload) => {
    if (workload.desiredReplicas === 0) return []
    const left = leftOut(workload, partnersOf(workload), circumstances)
    return left === undefined ? [] : { ref: workload.ref, why: left.why }
  })
}

async function nodesOrWhyNot(scaling: Scaling, subjects: Subject[], circumstances: Circumstances) {
  try {
    return await readProjectNodes(scaling, subjects, circumstances)
  } catch (error) {
    if (!(error instanceof ScalingError)) throw error
    return subjects.map((subject) => unknownNodes(subject, error.message))
  }
}

function countStates(workloads: Workload[]): WorkloadCounts {
  const counts: WorkloadCounts = { active: 0, scaling: 0, asleep: 0, inactive: 0 }
  for (const workload of workloads) {
    const { state, record } = workloadStatusOf(workload)
    if (state === 'inactive') counts[record === undefined ? 'inactive' : 'asleep']++
    else if (kinds[workload.ref.kind].drivesOthers || state === 'active') counts.active++
    else counts.scaling++
  }
  return counts
}
