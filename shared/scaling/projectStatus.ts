import { type Applied, nextTransitions } from '../schedule/index.ts'
import type { CallOptions } from './cluster.ts'
import { kindNames, kinds } from './kinds.ts'
import { findWaking } from './nodes/findWaking.ts'
import type { Waking } from './nodes/waking.ts'
import type { Project } from './project.ts'
import type { Scaling } from './scaling.ts'
import { statusOf } from './status.ts'
import type { Workload } from './workload.ts'

/** How many workloads are in which state. `asleep` was put to zero by us, `inactive` by somebody else. */
export type WorkloadCounts = Record<'active' | 'scaling' | 'asleep' | 'inactive', number>

/** A project with what is to come and how its workloads are. */
export interface ProjectStatus {
  project: Project
  next: Applied
  workloads: WorkloadCounts
  /** Where those are that are scaling up. */
  waking: Waking[]
}

/**
 * How projects are: one LIST for each kind, of the project's namespace when it is one with one, else of the whole cluster;
 * and what it takes to find where those are that are scaling up.
 */
export async function statusOfProjects(
  { cluster }: Scaling,
  projects: Project[],
  { now, signal }: CallOptions & { now: Date },
): Promise<ProjectStatus[]> {
  const namespaces = projects.flatMap((project) => project.namespaces)
  const namespace = namespaces.length === 1 ? namespaces[0]?.name : undefined
  const listings = kindNames.map((kind) => cluster.listWorkloads({ kind, namespace }, { signal }))
  const listed = projects.length === 0 ? [] : (await Promise.all(listings)).flat()
  const names = new Set(namespaces.map(({ name }) => name))
  const workloads = listed.filter(({ ref }) => names.has(ref.namespace))
  const waking = await findWaking(cluster, workloads, { signal })
  return projects.map((project) => {
    const own = new Set(project.namespaces.map(({ name }) => name))
    return {
      project,
      next: project.schedule ? nextTransitions(project.schedule, now) : {},
      workloads: countStates(workloads.filter(({ ref }) => own.has(ref.namespace))),
      waking: waking.filter(({ ref }) => own.has(ref.namespace)),
    }
  })
}

function countStates(workloads: Workload[]): WorkloadCounts {
  const counts: WorkloadCounts = { active: 0, scaling: 0, asleep: 0, inactive: 0 }
  for (const workload of workloads) {
    const { state, record } = statusOf(workload)
    if (state === 'inactive') counts[record === undefined ? 'inactive' : 'asleep']++
    else if (kinds[workload.ref.kind].drivesOthers || state === 'active') counts.active++
    else counts.scaling++
  }
  return counts
}
