import type { ProjectSettings } from '../../scaling/index.ts'

/**
 * Whether a namespace is one of a configured project that the caller may see. Without configured projects, each namespace
 * is a project of its own name.
 * @param allowed names of the projects that the caller is limited to, if any
 */
export function isVisible(namespace: string, projects: ProjectSettings[], allowed: string[] | undefined): boolean {
  const project =
    projects.length === 0 ? namespace : projects.find(({ namespaces }) => namespaces.includes(namespace))?.name
  return project !== undefined && (allowed?.includes(project) ?? true)
}

/** The projects that a caller may see. */
export const visibleProjects = <Named extends { name: string }>(
  projects: Named[],
  allowed: string[] | undefined,
): Named[] => projects.filter(({ name }) => allowed?.includes(name) ?? true)
