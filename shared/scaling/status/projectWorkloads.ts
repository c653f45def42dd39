import type { CallOptions } from '../cluster/cluster.ts'
import { kindNames } from '../cluster/kinds.ts'
import type { Workload } from '../cluster/workload.ts'
import { ScalingError } from '../errors.ts'
import { asleepSinceOf } from '../project/asleepSince.ts'
import type { Project } from '../project/project.ts'
import type { Scaling } from '../scaling.ts'
import { type WorkloadStatus, workloadStatusOf } from '../workload/status.ts'

/** A workload of a project with its state, and its record if it sleeps. */
export interface ProjectWorkload {
  workload: Workload
  status: WorkloadStatus
}

/** The workloads of a project, and a sentence for each listing that was too large to be read. */
export interface ProjectWorkloads {
  workloads: ProjectWorkload[]
  unread: string[]
}

/** Reads whether a project sleeps off its workloads, as `workloadsOfProject`; undefined where they cannot be read. */
export async function findAsleepSince(
  scaling: Scaling,
  project: Project,
  { now, ...options }: CallOptions & { now: Date },
): Promise<{ asleepSince: Date | undefined } | undefined> {
  try {
    const { workloads, unread } = await workloadsOfProject(scaling, project, options)
    if (unread.length > 0) return undefined
    const own = workloads.map(({ workload }) => workload)
    return { asleepSince: asleepSinceOf(project, own, now) }
  } catch (error) {
    if (!(error instanceof ScalingError)) throw error
    return undefined
  }
}

/** Reads every workload of a project, in the order of names: a LIST for each kind and namespace. @throws ScalingError */
export async function workloadsOfProject(
  { cluster }: Scaling,
  { namespaces }: Project,
  options: CallOptions,
): Promise<ProjectWorkloads> {
  const unread: string[] = []
  const onTooLarge = (_namespace: string, error: ScalingError) => unread.push(error.message)
  const listings = namespaces.flatMap(({ name: namespace }) =>
    kindNames.map((kind) => cluster.listWorkloads({ kind, namespace }, { ...options, onTooLarge })),
  )
  const found = (await Promise.all(listings)).flat()
  const inOrder = found.toSorted((one, other) => (one.ref.name < other.ref.name ? -1 : 1))
  return { workloads: inOrder.map((workload) => ({ workload, status: workloadStatusOf(workload) })), unread }
}
