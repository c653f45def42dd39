import { userAgent } from './screen/logLines.ts'
import type { ScheduledProject } from './screen/scheduleTable.ts'
import type { Access, Sample } from './screen/tour.ts'

/** A project in the answer of GET /api/v1/projects. One that is listed for its faults alone has no namespaces. */
export interface ListedProject extends ScheduledProject {
  namespaces: string[]
}

/** Whether the host reaches its cluster. */
export async function isReady({ url }: Access): Promise<boolean> {
  const { ok } = await fetch(`${url}/ready`, { headers: { 'user-agent': userAgent } })
  return ok
}

/** The projects of the cluster; undefined when the host cannot say. */
export async function askProjects(access: Access): Promise<ListedProject[] | undefined> {
  const answer = await ask<{ projects: ListedProject[] }>(access, 'projects')
  return answer?.projects
}

interface Swept {
  workloads: { kind: string; namespace: string; name: string }[]
}

/** The first project with a Deployment, and that Deployment. A dry run lists a project's workloads and changes nothing. */
export async function findSample(access: Access, projects: ListedProject[]): Promise<Sample | undefined> {
  for (const { name: project } of projects.filter(({ namespaces }) => namespaces.length > 0)) {
    const answer = await ask<Swept>(access, `projects/${project}/scale-to-zero?dry_run=true`, { reason: 'npm start' })
    const found = answer?.workloads.find(({ kind }) => kind === 'Deployment')
    if (found) return { project, namespace: found.namespace, deployment: found.name }
  }
  return undefined
}

async function ask<Answer>(
  { url, functionKey, apiKey }: Access,
  path: string,
  body?: object,
): Promise<Answer | undefined> {
  const headers = {
    'user-agent': userAgent,
    'content-type': 'application/json',
    ...(functionKey !== undefined && { 'x-functions-key': functionKey }),
    ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
  }
  const request = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) }
  const response = await fetch(`${url}/api/v1/${path}`, request)
  return response.ok ? ((await response.json()) as Answer) : undefined
}
