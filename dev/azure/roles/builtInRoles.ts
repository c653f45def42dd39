import { readFileSync } from 'node:fs'

/** A built-in role of Azure, and what it allows. A `*` in an action stands for anything. */
export interface BuiltInRole {
  name: string
  id: string
  actions: string[]
  dataActions: string[]
}

const { roles } = JSON.parse(readFileSync(new URL('./builtInRoles.json', import.meta.url), 'utf8')) as {
  roles: BuiltInRole[]
}

/** The roles that this project uses, as Azure defines them. Their source is in the file of data. */
export const builtInRoles: readonly BuiltInRole[] = roles

/** The built-in role of this name. @throws Error when its definition is not among the data */
export function roleNamed(wanted: string): BuiltInRole {
  const role = roles.find(({ name }) => name === wanted)
  if (role === undefined) throw new Error(`dev/azure/roles/builtInRoles.json has no role "${wanted}"`)
  return role
}

/** Whether a role allows an action, of the management or of the data of a resource. Case does not count, as in Azure. */
export const allows = ({ actions, dataActions }: BuiltInRole, action: string): boolean =>
  [...actions, ...dataActions].some((pattern) => matches(pattern, action))

function matches(pattern: string, action: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.]/g, '\\.'))
  return new RegExp(`^${parts.join('.*')}$`, 'i').test(action)
}
