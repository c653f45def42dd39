metadata description = 'The network of the private variant: nodes, function app and private endpoint in one virtual network.'

import { Tags } from '../types.bicep'

@description('The name of the virtual network.')
param name string

@description('Where it is.')
param location string

@description('Its tags.')
param tags Tags

@description('The name of the identity of the cluster, in this resource group.')
param clusterIdentityName string

@description('The object id of the identity of the cluster.')
param clusterPrincipalId string

// Network Contributor, which AKS asks for in a network of ours: the identity joins nodes and load balancers to the subnet.
// https://learn.microsoft.com/azure/aks/configure-azure-cni#prerequisites
var networkContributor = '4d97b98b-1d4f-4787-a291-c67834d212e7'

resource network 'Microsoft.Network/virtualNetworks@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: {
      // Apart from 10.0.0.0/16 and 10.244.0.0/16, which are the addresses of Services and Pods inside the cluster.
      addressPrefixes: ['10.20.0.0/16']
    }
    subnets: [
      {
        name: 'nodes'
        properties: {
          addressPrefix: '10.20.0.0/20'
          // They reach the Internet by the load balancer of the cluster.
          defaultOutboundAccess: false
        }
      }
      {
        name: 'functions'
        properties: {
          addressPrefix: '10.20.16.0/24'
          // The app calls Azure Resource Manager, Entra ID and Application Insights at their public addresses.
          defaultOutboundAccess: true
          delegations: [
            {
              name: 'functions'
              properties: {
                serviceName: 'Microsoft.App/environments'
              }
            }
          ]
        }
      }
      {
        name: 'private-endpoints'
        properties: {
          addressPrefix: '10.20.17.0/24'
          defaultOutboundAccess: false
        }
      }
    ]
  }

  resource nodes 'subnets' existing = {
    name: 'nodes'
  }
}

resource joinsNodes 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: network::nodes
  name: guid(network::nodes.id, clusterIdentityName, networkContributor)
  properties: {
    description: 'The cluster joins its nodes and load balancers to their subnet.'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', networkContributor)
    principalId: clusterPrincipalId
    principalType: 'ServicePrincipal'
  }
}
