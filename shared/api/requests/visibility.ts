import type { ProjectSettings } from '../../scaling/index.ts'

/** The project of a namespace, by the settings. Without configured projects, each namespace is a project of its own name. */
export const projectOf = (namespace: string, projects: ProjectSettings[]): string | undefined =>
  projects.length === 0 ? namespace : projects.find(({ namespaces }) => namespaces.includes(namespace))?.name

/**
 * Whether a project is one of those that a caller is limited to, if any.
 * @param allowed names of projects; undefined stands for all
 */
export const isVisible = (project: string, allowed: string[] | undefined): boolean => allowed?.includes(project) ?? true

/** The projects that a caller may see. */
export const visibleProjects = <Named extends { name: string }>(
  projects: Named[],
  allowed: string[] | undefined,
): Named[] => projects.filter(({ name }) => isVisible(name, allowed))
