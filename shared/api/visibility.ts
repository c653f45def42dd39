import {
  describeWorkload,
  type Project,
  type ProjectSettings,
  ScalingError,
  type WorkloadRef,
} from '../scaling/index.ts'

/**
 * Hides what is not the caller's: it is answered as if it were not there. Without configured projects, each namespace
 * is a project of its own name.
 * @param allowed names of the projects that the caller is limited to, if any
 * @throws ScalingError `workload-not-found`
 */
export function refuseInvisible(ref: WorkloadRef, projects: ProjectSettings[], allowed: string[] | undefined): void {
  const project =
    projects.length === 0 ? ref.namespace : projects.find(({ namespaces }) => namespaces.includes(ref.namespace))?.name
  if (project !== undefined && (allowed?.includes(project) ?? true)) return
  throw new ScalingError('workload-not-found', `${describeWorkload(ref)} not found`)
}

/** The projects that a caller may see. */
export const visibleProjects = (projects: Project[], allowed: string[] | undefined): Project[] =>
  projects.filter(({ name }) => allowed?.includes(name) ?? true)
