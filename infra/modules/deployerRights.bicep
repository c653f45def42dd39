metadata description = 'The rights of the deployer in the clusters of this resource group. They are given before the cluster exists, since they take minutes to spread.'

@description('The object id of the deployer.')
param principalId string

@description('Whether the deployer is a person or the identity of a pipeline.')
param principalType 'User' | 'ServicePrincipal'

// Azure Kubernetes Service RBAC Cluster Admin: applies the manifests, ClusterRoles and the admission policy among them.
var clusterAdmin = 'b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b'

resource administersClusters 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(resourceGroup().id, principalId, clusterAdmin)
  properties: {
    description: 'The deployer applies the manifests to the cluster.'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', clusterAdmin)
    principalId: principalId
    principalType: principalType
  }
}
