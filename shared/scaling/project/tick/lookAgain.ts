import type { CallOptions } from '../../cluster/cluster.ts'
import type { Scaling } from '../../scaling.ts'
import { systemNamespace } from '../exceptions.ts'
import { type Project, resolveProjects } from '../project.ts'
import type { ProjectSettings } from '../settings.ts'

/**
 * A project as it is by now; undefined when it is none any more. It reads the namespaces of this one only, and the one
 * that suspends all: reading all of them for each project that is due would cost the square of their number.
 */
export async function lookAgain(
  scaling: Scaling,
  { name, namespaces: before, claims }: Project,
  { projects, now, signal }: CallOptions & { projects: ProjectSettings[]; now: Date },
): Promise<Project | undefined> {
  const names = [...before.map((namespace) => namespace.name), systemNamespace]
  const found = await Promise.all(names.map((one) => scaling.cluster.findNamespace(one, { signal })))
  const namespaces = found.filter((namespace) => namespace !== undefined)
  const settings = projects.filter((project) => project.name === name || project.match !== undefined)
  return resolveProjects(settings, namespaces, { ...scaling, now, claims }).find((project) => project.name === name)
}
