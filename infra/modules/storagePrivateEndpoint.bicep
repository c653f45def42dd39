metadata description = 'The private address of the storage account, and the DNS zone that leads to it.'

import { Tags } from '../types.bicep'

@description('The name of the storage account, in this resource group.')
param storageName string

@description('Where the endpoint is.')
param location string

@description('The tags of endpoint and zone.')
param tags Tags

@description('The id of the virtual network that finds the private address.')
param networkId string

@description('The id of the subnet that the private address belongs to.')
param subnetId string

@description('The domain of all blobs in Azure.')
param blobDomain string

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageName
}

// The host keeps all that it has as blobs, so there is no endpoint for queues, tables and files.
resource endpoint 'Microsoft.Network/privateEndpoints@2025-05-01' = {
  name: 'pe-${storageName}-blob'
  location: location
  tags: tags
  properties: {
    subnet: {
      id: subnetId
    }
    privateLinkServiceConnections: [
      {
        name: 'blob'
        properties: {
          privateLinkServiceId: account.id
          groupIds: ['blob']
        }
      }
    ]
  }

  resource zones 'privateDnsZoneGroups' = {
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: 'blob'
          properties: {
            privateDnsZoneId: zone.id
          }
        }
      ]
    }
  }
}

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: 'privatelink.${blobDomain}'
  location: 'global'
  tags: tags

  resource link 'virtualNetworkLinks' = {
    name: 'network'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: {
        id: networkId
      }
    }
  }
}
