targetScope = 'subscription'

metadata name = 'AKS Scale to Zero'
metadata description = 'A function app that puts projects to zero at night, and a cluster for them, or rights on one that exists.'

import { Project } from './types.bicep'

// ---- The deployment ----

@description('The name of the azd environment. It is part of the name of the resource group, and the tag azd-env-name.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('The region of everything. Flex Consumption and the sizes of the machines must be offered there.')
@minLength(1)
param location string

@description('The object id of the deployer, who gets the right to apply manifests to the new cluster. Empty: nobody gets it.')
param principalId string = ''

@description('Whether the deployer is a person or the identity of a pipeline.')
param principalType 'User' | 'ServicePrincipal' = 'User'

// ---- The variant ----

@description('The resource id of an AKS cluster that exists. No cluster and no registry is then made, and nothing in that cluster\'s group but two role assignments. Empty: a new cluster.')
param existingClusterId string = ''

@description('Whether API server and storage have private addresses only, in a virtual network with the function app. It cannot be changed later.')
param privateNetwork bool = false

@description('Whether the pools of projects with a GPU are made. Without it, these projects are left out of PROJECTS, too.')
param withGpu bool = false

@description('Whether Container Insights collects the logs of the projects\' Pods. It is for new clusters only.')
param withContainerInsights bool = true

// ---- Projects ----

@description('The projects: infra/projects.json. Their pools and the setting PROJECTS are made from it.')
param projects Project[]

@description('The names of the node pools that the cluster has already, which keep their number of nodes. The preprovision hook lists them.')
param existingNodePools string[] = []

// ---- Cluster ----

@description('The version of Kubernetes as major.minor.')
param kubernetesVersion string = '1.36'

@description('The tier of the control plane: Free, or Standard with a service level agreement, or Premium with long-term support.')
param aksTier 'Free' | 'Standard' | 'Premium' = 'Free'

@description('The size of the machines of the system pool: 4 or more vCPU, and no B series.')
param systemVmSize string = 'Standard_D4s_v5'

@description('The number of nodes of the system pool.')
@minValue(2)
param systemNodeCount int = 2

@description('The distance of the working day from UTC, such as +09:00. AKS upgrades itself on Tuesdays and Wednesdays from 10:00 to 14:00 there.')
@minLength(6)
@maxLength(6)
param maintenanceUtcOffset string = '+00:00'

// ---- Function app ----

@description('The memory of an instance of the function app in MB.')
param instanceMemoryMB '512' | '2048' | '4096' = '2048'

@description('How the Functions host sends its telemetry. OpenTelemetry ends the log streaming of the Portal.')
param telemetryMode 'classic' | 'OpenTelemetry' = 'classic'

@description('How often the timers look what is due, as NCRONTAB with seconds first, in UTC.')
param scheduleTick string = '0 */5 * * * *'

@description('Whether the timers only tell what they would change, and change nothing.')
param dryRun bool = false

@description('How many minutes a project may still have nodes after its scale-down, before it is told.')
@minValue(0)
param nodeGraceMinutes int = 20

@description('The IANA time zone of the projects that name none.')
param defaultTimeZone string = 'UTC'

@description('Days on which no project is woken, in the time zone of each, divided by semicolons, each maybe with a name, such as 2026-12-29..2027-01-03 Year end; 2027-02-11.')
param daysOff string = ''

@description('What an hour of a node costs, as JSON by VM size, with currency, kind and source. With it, savings have an amount.')
param nodePrices string = ''

@description('Namespaces that are never scaled, beside those that are protected by default, divided by commas. One after - is taken away from these defaults, such as -keda.')
param protectedNamespaces string = ''

@description('The lowest level of the log lines that are written.')
param logLevel 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent' = 'info'

@description('The client id of the app registration whose users may call the API, beside the function key. Empty: the function key alone opens it.')
param easyAuthClientId string = ''

@description('The setting ACCESS: who may see and change which projects, by Entra groups and app roles, as JSON. It needs easyAuthClientId, and no key opens the API then. Empty: keys alone decide.')
param access string = ''

@description('The name of a Key Vault that exists, whose secret scale-api-keys is the setting API_KEYS. Its owner gives the identity of the app the role Key Vault Secrets User. Empty: no API keys.')
param keyVaultName string = ''

// ---- Monitoring ----

@description('The most that the workspace takes in on one day, in GB. -1 is no limit.')
@minValue(-1)
param dailyCapGb int = 2

@description('Where alerts are sent. Empty: they are seen in the Portal only.')
param alertEmail string = ''

@description('How long no timer may tell of its run: three times the distance of two ticks of scheduleTick.')
param timerSilence 'PT15M' | 'PT30M' | 'PT1H' | 'PT6H' = 'PT15M'

@description('The address of the documents that alerts link to.')
param documentsUrl string = 'docs/'

// ---- Names ----

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }
var names = {
  group: 'rg-${environmentName}'
  appIdentity: 'id-functions-${token}'
  clusterIdentity: 'id-cluster-${token}'
  network: 'vnet-${token}'
  storage: 'st${token}'
  plan: 'plan-${token}'
  app: 'func-${token}'
  cluster: 'aks-${token}'
  registry: 'cr${token}'
  workspace: 'log-${token}'
  component: 'appi-${token}'
}
var deploymentContainer = 'app-package'
// As a text, so that the names made of it are known before the deployment. Flex Consumption is in no other cloud.
#disable-next-line no-hardcoded-env-urls
var blobDomain = 'blob.core.windows.net'

// An id by its name, where it is known before the deployment: what the deployment does can then be seen before it does it.
func idOf(group string, type string, name string) string =>
  resourceId(subscription().subscriptionId, group, type, name)

var ids = {
  appIdentity: idOf(names.group, 'Microsoft.ManagedIdentity/userAssignedIdentities', names.appIdentity)
  clusterIdentity: idOf(names.group, 'Microsoft.ManagedIdentity/userAssignedIdentities', names.clusterIdentity)
  network: idOf(names.group, 'Microsoft.Network/virtualNetworks', names.network)
  cluster: idOf(names.group, 'Microsoft.ContainerService/managedClusters', names.cluster)
  workspace: idOf(names.group, 'Microsoft.OperationalInsights/workspaces', names.workspace)
  component: idOf(names.group, 'Microsoft.Insights/components', names.component)
}

var isOurs = empty(existingClusterId)
var isPrivate = privateNetwork && isOurs
var hasContainerInsights = withContainerInsights && isOurs
var projectsInUse = filter(projects, project => withGpu || !project.pool.gpu)
var projectsSetting = string(map(projectsInUse, project => {
  name: project.name
  ...(contains(project, 'namespaces') ? { namespaces: project.?namespaces } : {})
  ...(contains(project, 'namespaceSelector') || contains(project, 'namespacePattern')
    ? {
        ...(contains(project, 'namespaceSelector') ? { namespaceSelector: project.?namespaceSelector } : {})
        ...(contains(project, 'namespacePattern') ? { namespacePattern: project.?namespacePattern } : {})
        ...(contains(project, 'atMost') ? { atMost: project.?atMost } : {})
        // They share one node pool, so they sleep and wake together.
        oneProject: true
      }
    : {})
  nodePool: project.pool.name
  scaleDown: project.scaleDown
  scaleUp: project.scaleUp
  timeZone: project.timeZone
}))
var subnets = {
  nodes: isPrivate ? '${ids.network}/subnets/nodes' : ''
  functions: isPrivate ? '${ids.network}/subnets/functions' : ''
  privateEndpoints: isPrivate ? '${ids.network}/subnets/private-endpoints' : ''
}

var existingId = split(existingClusterId, '/')
var cluster = isOurs
  ? { subscriptionId: subscription().subscriptionId, resourceGroup: names.group, name: names.cluster }
  : privateNetwork
      ? fail('PRIVATE_NETWORK makes a network for a new cluster. With AZURE_EXISTING_AKS_ID, set it to false')
      : length(existingId) != 9
          ? fail('AZURE_EXISTING_AKS_ID is not the id of a cluster: az aks show -g <group> -n <cluster> --query id -o tsv')
          : { subscriptionId: existingId[2], resourceGroup: existingId[4], name: existingId[8] }

var accessInUse = empty(access)
  ? ''
  : empty(easyAuthClientId)
      ? fail('ACCESS needs people who sign in: set EASY_AUTH_CLIENT_ID to the client id of the app registration')
      : empty(keyVaultName)
          ? access
          : fail('With ACCESS no key opens the API, so KEY_VAULT_NAME must be empty: callers sign in instead')

// ---- Resources ----

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: names.group
  location: location
  tags: tags
}

module appIdentity 'modules/identity.bicep' = {
  scope: group
  params: {
    name: names.appIdentity
    location: location
    tags: tags
  }
}

module workspace 'monitoring/workspace.bicep' = {
  scope: group
  params: {
    names: { workspace: names.workspace, component: names.component }
    location: location
    tags: tags
    dailyCapGb: dailyCapGb
  }
}

module telemetryRights 'modules/telemetryRights.bicep' = {
  scope: group
  params: {
    componentName: names.component
    identityName: names.appIdentity
    principalId: appIdentity.outputs.principalId
  }
  dependsOn: [workspace]
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: names.storage
    location: location
    tags: tags
    deploymentContainer: deploymentContainer
    identityName: names.appIdentity
    principalId: appIdentity.outputs.principalId
    isPublic: !isPrivate
  }
}

// ---- A cluster of ours ----

// Nothing depends on its end, and it is given first: a role takes minutes until the cluster knows it.
module deployerRights 'modules/deployerRights.bicep' = if (isOurs && !empty(principalId)) {
  scope: group
  params: {
    principalId: principalId
    principalType: principalType
  }
}

module clusterIdentity 'modules/identity.bicep' = if (isOurs) {
  scope: group
  params: {
    name: names.clusterIdentity
    location: location
    tags: tags
  }
}

module network 'modules/network.bicep' = if (isPrivate) {
  scope: group
  params: {
    name: names.network
    location: location
    tags: tags
    clusterIdentityName: names.clusterIdentity
    clusterPrincipalId: clusterIdentity!.outputs.principalId
  }
}

module storagePrivateEndpoint 'modules/storagePrivateEndpoint.bicep' = if (isPrivate) {
  scope: group
  params: {
    storageName: names.storage
    blobDomain: blobDomain
    location: location
    tags: tags
    networkId: ids.network
    subnetId: subnets.privateEndpoints
  }
  dependsOn: [network, storage]
}

module ourCluster 'modules/cluster.bicep' = if (isOurs) {
  scope: group
  params: {
    name: names.cluster
    location: location
    tags: tags
    identityId: ids.clusterIdentity
    kubernetesVersion: kubernetesVersion
    tier: aksTier
    systemVmSize: systemVmSize
    systemNodes: systemNodeCount
    utcOffset: maintenanceUtcOffset
    nodesSubnetId: subnets.nodes
    containerInsightsWorkspaceId: hasContainerInsights ? ids.workspace : ''
  }
  dependsOn: [clusterIdentity, deployerRights, network, workspace]
}

// One after the other: AKS refuses a change of a cluster that is being changed.
@batchSize(1)
module nodePools 'modules/nodePool.bicep' = [
  for project in (isOurs ? projectsInUse : []): {
    name: 'nodePool-${project.pool.name}'
    scope: group
    params: {
      clusterName: names.cluster
      project: project
      exists: contains(existingNodePools, project.pool.name)
      kubernetesVersion: kubernetesVersion
      nodesSubnetId: subnets.nodes
    }
    dependsOn: [ourCluster]
  }
]

module registry 'modules/registry.bicep' = if (isOurs) {
  scope: group
  params: {
    name: names.registry
    location: location
    tags: tags
    clusterName: names.cluster
    kubeletPrincipalId: ourCluster!.outputs.kubeletPrincipalId
  }
}

module clusterRights 'modules/clusterRights.bicep' = {
  scope: resourceGroup(cluster.subscriptionId, cluster.resourceGroup)
  params: {
    clusterName: cluster.name
    identityName: names.appIdentity
    principalId: appIdentity.outputs.principalId
  }
  dependsOn: [ourCluster]
}

// ---- The function app ----

module functionApp 'modules/functionApp.bicep' = {
  scope: group
  params: {
    name: names.app
    planName: names.plan
    location: location
    tags: tags
    identityId: ids.appIdentity
    clientId: appIdentity.outputs.clientId
    blobsUrl: 'https://${names.storage}.${blobDomain}'
    deploymentContainer: deploymentContainer
    connectionString: workspace.outputs.connectionString
    subnetId: subnets.functions
    instanceMemoryMB: int(instanceMemoryMB)
    telemetryMode: telemetryMode
    scheduleTick: scheduleTick
    dryRun: dryRun
    nodeGraceMinutes: nodeGraceMinutes
    defaultTimeZone: defaultTimeZone
    daysOff: daysOff
    nodePrices: nodePrices
    protectedNamespaces: protectedNamespaces
    logLevel: logLevel
    cluster: cluster
    projects: projectsSetting
    easyAuthClientId: easyAuthClientId
    access: accessInUse
    keyVaultName: keyVaultName
  }
  dependsOn: [network, storage, storagePrivateEndpoint]
}

// ---- Monitoring ----

module diagnostics 'monitoring/diagnostics.bicep' = if (isOurs) {
  scope: group
  params: {
    clusterName: names.cluster
    workspaceId: ids.workspace
  }
  dependsOn: [ourCluster, workspace]
}

module containerInsights 'monitoring/containerInsights.bicep' = if (hasContainerInsights) {
  scope: group
  params: {
    clusterName: names.cluster
    workspaceId: ids.workspace
    location: location
    tags: tags
    namespaces: union(['scale-system'], flatten(map(projectsInUse, project => project.?namespaces ?? [project.name])))
  }
  dependsOn: [ourCluster, workspace]
}

module alerts 'monitoring/alerts.bicep' = {
  scope: group
  params: {
    namePrefix: 'alert-${environmentName}'
    location: location
    tags: tags
    workspaceId: ids.workspace
    componentId: ids.component
    email: alertEmail
    // In the private variant it would tell of the Internet, and not of the app.
    withAvailabilityTest: !isPrivate
    healthUrl: '${functionApp.outputs.url}/health'
    timerSilence: timerSilence
    documentsUrl: documentsUrl
    clusterId: isOurs ? ids.cluster : ''
  }
  dependsOn: [ourCluster]
}

module workbook 'monitoring/workbook.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    workspaceId: ids.workspace
    componentId: ids.component
    withContainerInsights: hasContainerInsights
    withCluster: isOurs
  }
  dependsOn: [workspace]
}

// ---- What azd keeps in its environment ----

@description('The resource group of the deployment.')
output AZURE_RESOURCE_GROUP string = names.group

@description('The tenant.')
output AZURE_TENANT_ID string = tenant().tenantId

@description('The subscription of the deployment.')
output AZURE_SUBSCRIPTION_ID string = subscription().subscriptionId

@description('The name of the cluster.')
output AZURE_AKS_CLUSTER_NAME string = cluster.name

@description('The resource group of the cluster.')
output AZURE_AKS_RESOURCE_GROUP string = cluster.resourceGroup

@description('The subscription of the cluster.')
output AZURE_AKS_SUBSCRIPTION_ID string = cluster.subscriptionId

@description('The name of the registry. Empty with a cluster that exists.')
output AZURE_CONTAINER_REGISTRY_NAME string = isOurs ? names.registry : ''

@description('The address of the registry. Empty with a cluster that exists.')
output AZURE_CONTAINER_REGISTRY_ENDPOINT string = isOurs ? registry!.outputs.loginServer : ''

@description('The name of the function app.')
output FUNCTION_APP_NAME string = names.app

@description('The address of the function app.')
output FUNCTION_APP_URL string = functionApp.outputs.url

@description('The client id of the identity of the function app.')
output FUNCTION_APP_CLIENT_ID string = appIdentity.outputs.clientId

@description('The object id of the identity of the function app, which Kubernetes knows it by.')
output FUNCTION_APP_OBJECT_ID string = appIdentity.outputs.principalId

@description('The name of the Application Insights component.')
output APPLICATIONINSIGHTS_NAME string = names.component

@description('The id of the Log Analytics workspace.')
output LOG_ANALYTICS_WORKSPACE_ID string = ids.workspace

@description('The setting PROJECTS, as JSON.')
output PROJECTS string = projectsSetting
