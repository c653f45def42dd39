import type { Context } from 'hono'
import {
  type Project,
  refuseProtectedNamespace,
  resolveProjects,
  ScalingError,
  type WorkloadRef,
} from '../scaling/index.ts'
import type { ApiEnv } from './apiEnv.ts'
import type { ApiOptions } from './options.ts'
import { refuseInvisible, visibleProjects } from './visibility.ts'

/** Finds what a request is about, if it may be scaled at all and its caller may see it. */
export interface Lookup {
  /** Ends a call to the cluster when the request has no more time. */
  deadline(): AbortSignal
  /** The Deployment that the path names; whether it is there is for the cluster to say. */
  deployment(c: Context<ApiEnv>): WorkloadRef
  projects(c: Context<ApiEnv>): Promise<Project[]>
  /** @throws ScalingError `project-not-found` */
  project(c: Context<ApiEnv>): Promise<Project>
}

/** Looks with the rights of each request's caller. */
export function createLookup({ scaling, projects, requestTimeoutMs, now }: ApiOptions): Lookup {
  const lookup: Lookup = {
    deadline: () => AbortSignal.timeout(requestTimeoutMs),
    deployment(c) {
      const { namespace, name } = c.req.param() as { namespace: string; name: string }
      const ref: WorkloadRef = { kind: 'Deployment', namespace, name }
      refuseProtectedNamespace(namespace)
      refuseInvisible(ref, projects, c.get('caller').projects)
      return ref
    },
    async projects(c) {
      const namespaces = await scaling.cluster.listNamespaces({ signal: lookup.deadline() })
      return visibleProjects(resolveProjects(projects, namespaces, now()), c.get('caller').projects)
    },
    async project(c) {
      const name = c.req.param('project')
      const found = (await lookup.projects(c)).find((project) => project.name === name)
      if (found === undefined) throw new ScalingError('project-not-found', `Project ${name} not found`)
      return found
    },
  }
  return lookup
}

/** Whether a request is to change nothing. Its schema has seen to it that it says so in so many words. */
export const isDryRun = (c: Context): boolean => c.req.query('dry_run') === 'true'
