import { builtInRoles, roleNamed } from '../../azure/index.ts'
import { subscriptionId } from '../bicep/snapshots.ts'
import type { Finding } from '../finding.ts'
import { fileWith, type Given, type Kind, ofType } from './rule.ts'

/** A role that a deployment assigns. */
interface Assignment {
  role: string
  /** The type of the resource that it holds for. */
  on: string
  to: 'the function app' | 'the cluster' | 'the nodes' | 'the deployer'
  in: readonly Kind[]
  /** An action that only this role of those given to the identity allows, and who does it. */
  need: { action: string; of: string }
}

const cluster = 'Microsoft.ContainerService/managedClusters'
const ours = ['default', 'private'] as const
const everywhere = ['default', 'private', 'existing'] as const

/** Every role that is assigned, and why: no other one may be, and none at a wider scope. */
export const assignments: readonly Assignment[] = [
  {
    role: 'Storage Blob Data Owner',
    on: 'Microsoft.Storage/storageAccounts',
    to: 'the function app',
    in: everywhere,
    need: {
      action: 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write',
      // https://learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity
      of: 'the Functions host, which names this role for its storage',
    },
  },
  {
    role: 'Monitoring Metrics Publisher',
    on: 'Microsoft.Insights/components',
    to: 'the function app',
    in: everywhere,
    need: { action: 'Microsoft.Insights/Telemetry/Write', of: 'functions/applicationInsights.ts' },
  },
  {
    role: 'Azure Kubernetes Service Cluster User Role',
    on: cluster,
    to: 'the function app',
    in: everywhere,
    need: { action: `${cluster}/listClusterUserCredential/action`, of: 'shared/azure/aks.ts' },
  },
  {
    role: 'Reader',
    on: cluster,
    to: 'the function app',
    in: everywhere,
    need: { action: `${cluster}/agentPools/read`, of: 'shared/azure/aks.ts' },
  },
  {
    role: 'Azure Kubernetes Service RBAC Cluster Admin',
    on: 'Microsoft.Resources/resourceGroups',
    to: 'the deployer',
    in: ours,
    // The manifests have ClusterRoles and an admission policy, which RBAC Admin may not write.
    // https://learn.microsoft.com/azure/aks/manage-azure-rbac#aks-built-in-roles
    need: {
      action: `${cluster}/rbac.authorization.k8s.io/clusterroles/write`,
      of: 'the postprovision hook, which applies the manifests',
    },
  },
  {
    role: 'AcrPull',
    on: 'Microsoft.ContainerRegistry/registries',
    to: 'the nodes',
    in: ours,
    need: { action: 'Microsoft.ContainerRegistry/registries/pull/read', of: 'the nodes, which pull scale-api' },
  },
  {
    role: 'Network Contributor',
    on: 'Microsoft.Network/virtualNetworks/subnets',
    to: 'the cluster',
    in: ['private'],
    // https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay
    need: { action: 'Microsoft.Network/virtualNetworks/subnets/join/action', of: 'the cluster, which joins nodes' },
  },
]

/** The roles that a deployment assigns. */
export const assignedRoles = (variant: Pick<Given, 'snapshot'>) =>
  ofType(variant, 'Microsoft.Authorization/roleAssignments').map((resource) => {
    const { roleDefinitionId, principalId } = resource.properties as Record<string, string>
    const id = roleDefinitionId?.split('/').at(-1) ?? ''
    const role = builtInRoles.find((one) => one.id === id)?.name ?? `the role ${id}`
    return { id, role, on: scopeOf(resource.id), to: holderOf(principalId) }
  })

/** Exactly the roles of the list are assigned: each to its identity, on its resource. */
export function checkRoles(given: Given): Finding[] {
  const { root, kind } = given
  const left = assignments
    .filter((assignment) => assignment.in.includes(kind))
    .map((assignment) => ({ ...assignment, id: roleNamed(assignment.role).id }))
  const extra = assignedRoles(given).filter((assigned) => {
    const index = left.findIndex((one) => sentence(one) === sentence(assigned))
    if (index >= 0) left.splice(index, 1)
    return index < 0
  })
  return [
    ...extra.map((assigned) => ({
      file: fileWith(root, assigned.id),
      message: `it gives ${sentence(assigned)}, which is not on the list in dev/infra/rules/roles.ts`,
    })),
    ...left.map((missing) => ({ file: fileWith(root, missing.id), message: `nothing gives ${sentence(missing)}` })),
  ]
}

const sentence = ({ role, on, to }: { role: string; on: string; to: string }) => `${role} on ${on} to ${to}`

/** The type of the resource that a role assignment holds for, from the id of the assignment. */
function scopeOf(id: string): string {
  const scope = id.split('/providers/Microsoft.Authorization/roleAssignments/')[0] ?? ''
  const [, group, type] = scope.split(/\/resourceGroups\/|\/providers\//)
  if (group === undefined) return scope === `/subscriptions/${subscriptionId}` ? 'the subscription' : scope
  if (type === undefined) return 'Microsoft.Resources/resourceGroups'
  const [namespace, ...parts] = type.split('/')
  return [namespace, ...parts.filter((_, index) => index % 2 === 0)].join('/')
}

/** Who gets a role, from the expression by which Azure learns the object id, or from the id itself. */
function holderOf(principalId = ''): Assignment['to'] {
  if (principalId.includes('/userAssignedIdentities/id-functions-')) return 'the function app'
  if (principalId.includes('/userAssignedIdentities/id-cluster-')) return 'the cluster'
  return principalId.includes('.identityProfile') ? 'the nodes' : 'the deployer'
}
