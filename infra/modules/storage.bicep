metadata description = 'The storage account of the function app: its package, its keys and the state of its timers.'

import { Tags } from '../types.bicep'

@description('The name of the storage account.')
param name string

@description('Where it is.')
param location string

@description('Its tags.')
param tags Tags

@description('The name of the container with the package of the function app.')
param deploymentContainer string

@description('The name of the identity of the function app, in this resource group.')
param identityName string

@description('The object id of the identity of the function app.')
param principalId string

@description('Whether it can be reached from the Internet. Its contents need a token of Entra ID in any case.')
param isPublic bool

// Storage Blob Data Owner, which the Functions host asks for: it writes packages, locks and keys as blobs.
// https://learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity
var blobDataOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: 'Standard_LRS'
  }
  properties: {
    allowSharedKeyAccess: false
    allowBlobPublicAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: isPublic ? 'Enabled' : 'Disabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: isPublic ? 'Allow' : 'Deny'
    }
  }

  resource blobs 'blobServices' = {
    name: 'default'

    resource container 'containers' = {
      name: deploymentContainer
      properties: {
        publicAccess: 'None'
      }
    }
  }
}

resource ownsBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account
  name: guid(account.id, identityName, blobDataOwner)
  properties: {
    description: 'The Functions host keeps its package, keys and the state of its timers here.'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataOwner)
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}
