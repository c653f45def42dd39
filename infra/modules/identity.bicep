metadata description = 'A user-assigned managed identity.'

import { Tags } from '../types.bicep'

@description('The name of the identity.')
param name string

@description('Where it is.')
param location string

@description('Its tags.')
param tags Tags

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

@description('The object id, by which Azure and Kubernetes know it.')
output principalId string = identity.properties.principalId

@description('The client id, by which the program asks for tokens.')
output clientId string = identity.properties.clientId
