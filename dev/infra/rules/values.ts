import { isDeepStrictEqual } from 'node:util'
import type { Resource } from '../bicep/snapshots.ts'
import type { Finding } from '../finding.ts'
import { fileWith, type Given, type Kind, ofType } from './rule.ts'

/** A value that every resource of a type has, or those that `of` takes. */
interface Promised {
  type: string
  /** The way to the value, below the resource. */
  path: string
  value: unknown
  why: string
  in?: readonly Kind[]
  of?: (resource: Resource) => boolean
}

const cluster = 'Microsoft.ContainerService/managedClusters'
const pool = `${cluster}/agentPools`
const storage = 'Microsoft.Storage/storageAccounts'
const site = 'Microsoft.Web/sites'
const noKeys = 'nobody signs in with a key or a password'
const isClosed = 'the private variant has no public address for it'
const toZero = 'otherwise the pool of a project does not go to zero, or does not stay there'

const promises: readonly Promised[] = [
  { type: cluster, path: 'properties.disableLocalAccounts', value: true, why: noKeys },
  { type: cluster, path: 'properties.enableRBAC', value: true, why: noKeys },
  { type: cluster, path: 'properties.aadProfile.managed', value: true, why: noKeys },
  { type: cluster, path: 'properties.aadProfile.enableAzureRBAC', value: true, why: noKeys },
  { type: storage, path: 'properties.allowSharedKeyAccess', value: false, why: noKeys },
  { type: storage, path: 'properties.allowBlobPublicAccess', value: false, why: noKeys },
  { type: 'Microsoft.ContainerRegistry/registries', path: 'properties.adminUserEnabled', value: false, why: noKeys },
  { type: 'Microsoft.Insights/components', path: 'properties.DisableLocalAuth', value: true, why: noKeys },
  {
    type: 'Microsoft.OperationalInsights/workspaces',
    path: 'properties.features.disableLocalAuth',
    value: true,
    why: noKeys,
  },
  { type: `${site}/basicPublishingCredentialsPolicies`, path: 'properties.allow', value: false, why: noKeys },
  {
    type: site,
    path: 'properties.functionAppConfig.deployment.storage.authentication.type',
    value: 'UserAssignedIdentity',
    why: noKeys,
  },
  { type: site, path: 'properties.httpsOnly', value: true, why: 'keys are sent to it' },
  {
    type: site,
    path: 'properties.functionAppConfig.runtime',
    value: { name: 'node', version: '24' },
    why: 'it is tested on it',
  },

  {
    type: cluster,
    path: 'properties.apiServerAccessProfile.enablePrivateCluster',
    value: true,
    why: isClosed,
    in: ['private'],
  },
  {
    type: cluster,
    path: 'properties.apiServerAccessProfile.enablePrivateClusterPublicFQDN',
    value: false,
    why: isClosed,
    in: ['private'],
  },
  { type: storage, path: 'properties.publicNetworkAccess', value: 'Disabled', why: isClosed, in: ['private'] },
  { type: storage, path: 'properties.networkAcls.defaultAction', value: 'Deny', why: isClosed, in: ['private'] },
  {
    type: site,
    path: 'properties.publicNetworkAccess',
    value: 'Enabled',
    why: 'otherwise azd, the smoke test and the callers of the API are locked out',
  },

  { type: cluster, path: 'properties.oidcIssuerProfile.enabled', value: true, why: 'workload identity needs it' },
  { type: cluster, path: 'properties.securityProfile.workloadIdentity.enabled', value: true, why: 'projects use it' },
  {
    type: cluster,
    path: 'properties.networkProfile.networkPluginMode',
    value: 'overlay',
    why: 'Pods take no addresses of the network',
  },
  {
    type: cluster,
    path: 'properties.networkProfile.networkDataplane',
    value: 'cilium',
    why: 'our NetworkPolicy needs it',
  },
  {
    type: cluster,
    path: 'properties.networkProfile.networkPolicy',
    value: 'cilium',
    why: 'our NetworkPolicy needs it',
  },
  {
    type: cluster,
    path: 'properties.autoUpgradeProfile',
    value: { upgradeChannel: 'patch', nodeOSUpgradeChannel: 'NodeImage' },
    why: 'patches are applied in the maintenance window',
  },
  {
    type: cluster,
    path: 'properties.autoScalerProfile',
    value: {
      'scan-interval': '10s',
      'scale-down-unneeded-time': '3m',
      'scale-down-delay-after-add': '3m',
      'skip-nodes-with-system-pods': 'false',
      'skip-nodes-with-local-storage': 'false',
    },
    why: `${toZero}; AKS takes texts here`,
  },

  { type: pool, path: 'properties.mode', value: 'User', why: toZero },
  { type: pool, path: 'properties.enableAutoScaling', value: true, why: toZero },
  { type: pool, path: 'properties.minCount', value: 0, why: toZero },
  { type: pool, path: 'properties.scaleDownMode', value: 'Delete', why: toZero },
  {
    type: pool,
    path: 'properties.gpuProfile.driver',
    value: 'Install',
    why: 'the device plugin of ours finds no GPU without it',
    of: (resource) => JSON.stringify(resource).includes('sku=gpu:NoSchedule'),
  },
]

/** Every value of the list is as it must be. */
export function checkValues(given: Given): Finding[] {
  const { root, kind } = given
  const faults = promises
    .filter((promise) => promise.in?.includes(kind) ?? true)
    .flatMap(({ type, path, value, why, of = () => true }) =>
      ofType(given, type)
        .filter((resource) => of(resource) && !isDeepStrictEqual(valueAt(resource, path), value))
        .map((resource) => ({
          file: fileWith(root, type === pool ? "'agentPools'" : `'${type}@`),
          message: `${type} ${resource.name}: ${path} is ${text(valueAt(resource, path))} and must be ${text(value)}, because ${why}`,
        })),
    )
  return [...faults, ...checkSystemPool(given), ...checkPrivateStorage(given)]
}

/** The pool that is always there has room for what the cluster itself needs, and for nothing of a project. */
function checkSystemPool(given: Given): Finding[] {
  const file = fileWith(given.root, `'${cluster}@`)
  return ofType(given, cluster).flatMap(({ properties }) => {
    const { agentPoolProfiles } = properties as { agentPoolProfiles: Record<string, unknown>[] }
    const [system, ...others] = agentPoolProfiles
    const { mode, count, nodeTaints, vmSize } = system ?? {}
    // https://learn.microsoft.com/azure/aks/use-system-pools#system-and-user-node-pools
    const cores = Number(/^Standard_D(\d+)/.exec(String(vmSize))?.[1] ?? 0)
    return [
      ...(others.length > 0 ? ['it has pools beside the system pool, which are in nodePool.bicep'] : []),
      ...(mode === 'System' && Number(count) >= 2 ? [] : ['the system pool must have 2 or more nodes']),
      ...(cores >= 4 ? [] : [`the nodes of the system pool need 4 or more vCPU of the D series: ${vmSize}`]),
      ...(isDeepStrictEqual(nodeTaints, ['CriticalAddonsOnly=true:NoSchedule'])
        ? []
        : ['the system pool must have the taint CriticalAddonsOnly=true:NoSchedule']),
    ].map((message) => ({ file, message }))
  })
}

/** The function app, and everything else in the network, finds the private address of the storage account. */
function checkPrivateStorage(given: Given): Finding[] {
  if (given.kind !== 'private') return []
  const file = fileWith(given.root, "'Microsoft.Network/privateEndpoints@")
  const one = (type: string) => ofType(given, `Microsoft.Network/${type}`)[0]
  const network = one('virtualNetworks')
  const app = ofType(given, site)[0]?.properties as { virtualNetworkSubnetId?: string } | undefined
  const { subnets = [] } = (network?.properties ?? {}) as { subnets?: { name: string; properties: object }[] }
  const joined = subnets.find(({ name }) => `${network?.id}/subnets/${name}` === app?.virtualNetworkSubnetId)
  const text = (resource: unknown) => JSON.stringify(resource) ?? ''
  const account = ofType(given, storage)[0]?.id ?? 'no account'
  return [
    ...(text(one('privateEndpoints')).includes(account) ? [] : ['the storage account has no private endpoint']),
    ...(one('privateDnsZones')?.name === 'privatelink.blob.core.windows.net' ? [] : ['there is no DNS zone for blobs']),
    ...(text(one('privateDnsZones/virtualNetworkLinks')).includes(network?.id ?? 'no network')
      ? []
      : ['the DNS zone is not linked to the network']),
    ...(text(joined).includes('Microsoft.App/environments')
      ? []
      : ['the function app is not in a subnet that is delegated to Microsoft.App/environments']),
  ].map((message) => ({ file, message }))
}

const text = (value: unknown): string => JSON.stringify(value) ?? 'absent'

const valueAt = (resource: Resource, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], resource)
