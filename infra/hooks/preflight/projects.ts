import { readFileSync } from 'node:fs'

/** What the preflight needs to know of a project: the pool that it needs. */
export interface ProjectPool {
  project: string
  name: string
  vmSize: string
  gpu: boolean
  /** The most nodes that it may have. */
  max: number
}

/** The pools of the projects that are deployed. Those with a GPU are left out until somebody asks for them. */
export function readProjectPools({ withGpu }: { withGpu: boolean }): ProjectPool[] {
  const projects = JSON.parse(readFileSync(new URL('../../projects.json', import.meta.url), 'utf8')) as {
    name: string
    pool: Omit<ProjectPool, 'project'>
  }[]
  return projects.map(({ name, pool }) => ({ project: name, ...pool })).filter(({ gpu }) => withGpu || !gpu)
}
