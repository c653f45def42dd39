metadata description = 'The registry with the image of the in-cluster host.'

import { Tags } from '../types.bicep'

@description('The name of the registry.')
param name string

@description('Where it is.')
param location string

@description('Its tags.')
param tags Tags

@description('The name of the cluster that pulls from it, in this resource group.')
param clusterName string

@description('The object id of the identity by which the nodes of the cluster pull images.')
param kubeletPrincipalId string

// AcrPull.
var acrPull = '7f951dda-4ed3-4680-a7ca-43fe172d538d'

resource registry 'Microsoft.ContainerRegistry/registries@2025-11-01' = {
  name: name
  location: location
  tags: tags
  sku: {
    name: 'Basic'
  }
  properties: {
    adminUserEnabled: false
  }
}

resource pulls 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: registry
  name: guid(registry.id, clusterName, acrPull)
  properties: {
    description: 'The nodes pull the image of the in-cluster host.'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', acrPull)
    principalId: kubeletPrincipalId
    principalType: 'ServicePrincipal'
  }
}

@description('The address of the registry.')
output loginServer string = registry.properties.loginServer
