import { describeWorkload, ScalingError, type WorkloadRef } from '../scaling/index.ts'

/** A project: namespaces that are scaled together. */
export interface Project {
  name: string
  namespaces: string[]
}

/**
 * Hides what is not the caller's: it is answered as if it were not there. Without configured projects, each namespace
 * is a project of its own name.
 * @param allowed names of the projects that the caller is limited to, if any
 * @throws ScalingError `workload-not-found`
 */
export function refuseInvisible(ref: WorkloadRef, projects: Project[], allowed: string[] | undefined): void {
  const project =
    projects.length === 0 ? ref.namespace : projects.find(({ namespaces }) => namespaces.includes(ref.namespace))?.name
  if (project !== undefined && (allowed?.includes(project) ?? true)) return
  throw new ScalingError('workload-not-found', `${describeWorkload(ref)} not found`)
}
