import type { Principal } from './principal.ts'

/** What the members of an Entra group, or the holders of an app role, may do. */
export interface Grant {
  /** The object id of a group. A grant has a group or a role. */
  group?: string | undefined
  /** The value of an app role. */
  role?: string | undefined
  /** Names of projects, or `*` for all of them. */
  projects: string[] | '*'
  may: 'read' | 'change'
}

/** The projects that a caller may see, and those of them that it may change; undefined stands for all. */
export interface Rights {
  projects: string[] | undefined
  changes: string[] | undefined
}

/** The rights of all grants that a principal has together; undefined when it has none. */
export function rightsOf({ groups, roles }: Principal, access: Grant[]): Rights | undefined {
  const own = access.filter(
    ({ group, role }) =>
      (group !== undefined && groups.includes(group.toLowerCase())) || (role !== undefined && roles.includes(role)),
  )
  if (own.length === 0) return undefined
  return { projects: projectsOf(own), changes: projectsOf(own.filter(({ may }) => may === 'change')) }
}

function projectsOf(grants: Grant[]): string[] | undefined {
  const named = grants.map(({ projects }) => projects)
  if (named.includes('*')) return undefined
  return [...new Set(named.flat())].toSorted()
}
