metadata description = 'The rights of the function app on the cluster in Azure. Its rights in Kubernetes are in infra/manifests/function-rbac.yaml.'

@description('The name of the cluster, in this resource group.')
param clusterName string

@description('The name of the identity of the function app, which no other deployment has.')
param identityName string

@description('The object id of the identity of the function app.')
param principalId string

var roles = [
  {
    // Azure Kubernetes Service Cluster User Role: it gets the address of the API server and its CA.
    id: '4abbcc35-e782-43d8-92c5-2d3f1bd2253f'
    description: 'The function app gets the address of the API server and its CA.'
  }
  {
    // Reader: the one built-in role that reads node pools and gives no rights inside of the cluster.
    id: 'acdd72a7-3385-48ef-bd42-f606fba81ae7'
    description: 'The function app reads the state of the cluster and of its node pools.'
  }
]

resource cluster 'Microsoft.ContainerService/managedClusters@2026-05-01' existing = {
  name: clusterName
}

resource rights 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in roles: {
    scope: cluster
    name: guid(cluster.id, identityName, role.id)
    properties: {
      description: role.description
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.id)
      principalId: principalId
      principalType: 'ServicePrincipal'
    }
  }
]
