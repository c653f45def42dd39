import { error, type Finding } from './finding.ts'
import { existingClusterOf, type Preflight } from './preflight.ts'

/** What the caller may do somewhere: https://learn.microsoft.com/rest/api/authorization/permissions */
export interface Permission {
  actions: string[]
  notActions: string[]
}

const ofTheDeployment = [
  'Microsoft.Resources/deployments/write',
  'Microsoft.Resources/subscriptions/resourceGroups/write',
  'Microsoft.Authorization/roleAssignments/write',
  'Microsoft.ManagedIdentity/userAssignedIdentities/write',
  'Microsoft.Storage/storageAccounts/write',
  'Microsoft.Web/sites/write',
  'Microsoft.Insights/components/write',
]
const ofOwnCluster = ['Microsoft.ContainerService/managedClusters/write']
const onExistingCluster = [
  'Microsoft.ContainerService/managedClusters/read',
  'Microsoft.ContainerService/managedClusters/listClusterUserCredential/action',
  'Microsoft.Authorization/roleAssignments/write',
]

/** Whether the caller may do what the templates and hooks do. */
export async function checkRights(preflight: Preflight): Promise<Finding[]> {
  const { environment, subscription } = preflight
  const existing = existingClusterOf(environment)
  const wanted = existing ? ofTheDeployment : [...ofTheDeployment, ...ofOwnCluster]
  const places = [{ scope: `/subscriptions/${subscription}`, wanted }]
  if (existing) places.push({ scope: existing.id, wanted: onExistingCluster })
  return (await Promise.all(places.map((place) => missingAt(preflight, place)))).flat()
}

async function missingAt(
  { tools, user }: Preflight,
  { scope, wanted }: { scope: string; wanted: string[] },
): Promise<Finding[]> {
  const url = `${scope}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01`
  const { value } = await tools.az<{ value: Permission[] }>`rest --method get --url ${url}`
  const missing = wanted.filter((action) => !isAllowed(action, value))
  if (missing.length === 0) return []
  const needsRoles = missing.some((action) => action.startsWith('Microsoft.Authorization/'))
  const isOnlyRoles = missing.every((action) => action.startsWith('Microsoft.Authorization/'))
  const roles = [...(isOnlyRoles ? [] : ['Contributor']), ...(needsRoles ? ['User Access Administrator'] : [])]
  const grant = (role: string) => `az role assignment create --assignee ${user} --role "${role}" --scope ${scope}`
  return [error(`${user} may not do this at ${scope}: ${missing.join(', ')}`, roles.map(grant).join(' && '))]
}

/** An action is allowed when one role has it and does not take it away itself. */
export function isAllowed(action: string, permissions: Permission[]): boolean {
  const covers = (patterns: string[]) => patterns.some((pattern) => matches(pattern, action))
  return permissions.some(({ actions, notActions }) => covers(actions) && !covers(notActions))
}

function matches(pattern: string, action: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 'i').test(action)
}
