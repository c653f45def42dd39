import type { Context } from 'hono'
import {
  describeWorkload,
  type Project,
  refuseProtectedNamespace,
  resolveProjects,
  ScalingError,
  type WorkloadRef,
} from '../../scaling/index.ts'
import type { ApiEnv } from '../middleware/apiEnv.ts'
import type { ApiOptions } from '../options.ts'
import { isVisible, visibleProjects } from './visibility.ts'

/** Finds what a request is about, if it may be scaled at all and its caller may see it. */
export interface Lookup {
  /**
   * The Deployment that the path names; whether it is there is for the cluster to say. `signal` bounds the call that it
   * may take, if the request's deadline is not the right one.
   * @throws ScalingError `namespace-protected`, or `workload-not-found` for what is not the caller's to see
   */
  deployment(c: Context<ApiEnv>, signal?: AbortSignal): Promise<WorkloadRef>
  projects(c: Context<ApiEnv>, signal?: AbortSignal): Promise<Project[]>
  /** @throws ScalingError `project-not-found` */
  project(c: Context<ApiEnv>): Promise<Project>
  /** The same, with all that the caller may see. */
  projectAmong(c: Context<ApiEnv>): Promise<{ found: Project; visible: Project[] }>
}

/** Looks with the rights of each request's caller. */
export function createLookup({ scaling, projects, now }: ApiOptions): Lookup {
  const lookup: Lookup = {
    async deployment(c, signal) {
      const { namespace, name } = c.req.param() as { namespace: string; name: string }
      const ref: WorkloadRef = { kind: 'Deployment', namespace, name }
      refuseProtectedNamespace(namespace)
      const { projects: allowed } = c.get('caller')
      if (isVisible(namespace, projects, allowed)) return ref
      // A namespace that is a project by its label is in no setting, so it costs one more call to find it.
      const labelled = projects.length === 0 ? [] : await lookup.projects(c, signal)
      if (labelled.some((project) => project.namespaces.some(({ name: own }) => own === namespace))) return ref
      throw new ScalingError('workload-not-found', `${describeWorkload(ref)} not found`)
    },
    async projects(c, signal = c.get('deadline')) {
      const namespaces = await scaling.cluster.listNamespaces({ signal })
      return visibleProjects(resolveProjects(projects, namespaces, now()), c.get('caller').projects)
    },
    async project(c) {
      return (await lookup.projectAmong(c)).found
    },
    async projectAmong(c) {
      const name = c.req.param('project')
      const visible = await lookup.projects(c)
      const found = visible.find((project) => project.name === name)
      if (found === undefined) throw new ScalingError('project-not-found', `Project ${name} not found`)
      return { found, visible }
    },
  }
  return lookup
}

/** Whether a request is to change nothing. Its schema has seen to it that it says so in so many words. */
export const isDryRun = (c: Context): boolean => c.req.query('dry_run') === 'true'
