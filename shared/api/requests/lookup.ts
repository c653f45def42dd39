import type { Context } from 'hono'
import {
  describeWorkload,
  type Project,
  type Resolved,
  refuseProtectedNamespace,
  resolve,
  ScalingError,
  type UnusableProject,
  type WorkloadRef,
} from '../../scaling/index.ts'
import { ApiError } from '../errors.ts'
import type { ApiEnv } from '../middleware/apiEnv.ts'
import { changesNothing } from '../middleware/changing.ts'
import type { ApiOptions } from '../options.ts'
import { isVisible, projectOf, visibleProjects } from './visibility.ts'

/** Finds the Deployment or the project of a request, if it may be scaled and the caller may see it. */
export interface Lookup {
  /**
   * The Deployment that the path names; whether it exists is not checked. `signal` limits the one call that this may
   * take; without it, the request's deadline does.
   * @throws ScalingError `namespace-protected`, or `workload-not-found` when the caller may not see it
   * @throws ApiError `access-denied` when the request would change what the caller may only see, as all that follow
   */
  deployment(c: Context<ApiEnv>, signal?: AbortSignal): Promise<WorkloadRef>
  projects(c: Context<ApiEnv>, signal?: AbortSignal): Promise<Project[]>
  /** The same, with what is meant to be a project and cannot be used. */
  resolved(c: Context<ApiEnv>, signal?: AbortSignal): Promise<Resolved>
  /**
   * The project that the path names, or what is meant to be it and cannot be used, with all projects that the caller may
   * see.
   * @throws ScalingError `project-not-found`, or `namespace-protected` when a protected namespace has its name
   */
  named(c: Context<ApiEnv>): Promise<{ found: Project | UnusableProject; visible: Project[] }>
  /** The same, if it can be used. Otherwise the error says why not. */
  project(c: Context<ApiEnv>): Promise<Project>
}

/** Looks with the rights of each request's caller. */
export function createLookup({ scaling, projects, now }: ApiOptions): Lookup {
  const lookup: Lookup = {
    async deployment(c, signal) {
      const { namespace, name } = c.req.param() as { namespace: string; name: string }
      const ref: WorkloadRef = { kind: 'Deployment', namespace, name }
      refuseProtectedNamespace(namespace, scaling.protection)
      const { projects: allowed } = c.get('caller')
      const configured = projectOf(namespace, projects)
      if (configured !== undefined && isVisible(configured, allowed)) return mayBeScaled(c, configured, ref)
      // A namespace that is a project by its label is in no setting, so finding it takes one more call.
      const labelled = projects.length === 0 ? [] : await lookup.projects(c, signal)
      const own = labelled.find((project) => project.namespaces.some((one) => one.name === namespace))
      if (own !== undefined) return mayBeScaled(c, own.name, ref)
      throw new ScalingError('workload-not-found', `${describeWorkload(ref)} not found`)
    },
    async projects(c, signal) {
      return (await lookup.resolved(c, signal)).projects
    },
    async resolved(c, signal = c.get('deadline')) {
      const namespaces = await scaling.cluster.listNamespaces({ signal })
      const { projects: usable, unusable } = resolve(projects, namespaces, { ...scaling, now: now() })
      const { projects: allowed } = c.get('caller')
      return { projects: visibleProjects(usable, allowed), unusable: visibleProjects(unusable, allowed) }
    },
    async named(c) {
      const name = c.req.param('project') ?? ''
      const { projects: visible, unusable } = await lookup.resolved(c)
      const found = [...visible, ...unusable].find((project) => project.name === name)
      if (found !== undefined) return mayBeScaled(c, name, { found, visible })
      refuseProtectedNamespace(name, scaling.protection)
      throw new ScalingError('project-not-found', `Project ${name} not found`)
    },
    async project(c) {
      const { found } = await lookup.named(c)
      if ('memory' in found) return found
      // A namespace with the label of a project is none while it is protected.
      refuseProtectedNamespace(found.name, scaling.protection)
      throw new ScalingError('project-not-found', found.faults.map(({ message }) => message).join('; '))
    },
  }
  return lookup
}

/** The same `found`, unless the request would change a project that its caller may only see. @throws ApiError */
function mayBeScaled<Found>(c: Context<ApiEnv>, project: string, found: Found): Found {
  if (changesNothing(c) || isVisible(project, c.get('caller').changes)) return found
  throw new ApiError('access-denied', {
    message:
      `You may see project ${project} and not change it: ask whoever runs this service for a group or an app role with ` +
      '"may":"change" in the setting ACCESS',
  })
}
