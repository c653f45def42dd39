metadata description = 'The logs of the control plane of our own cluster, in tables of their own.'

@description('The name of the cluster, in this resource group.')
param clusterName string

@description('The resource id of the workspace.')
param workspaceId string

resource cluster 'Microsoft.ContainerService/managedClusters@2026-05-01' existing = {
  name: clusterName
}

// No stable version knows logAnalyticsDestinationType and categories together with category groups.
#disable-next-line use-recent-api-versions
resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'control-plane'
  scope: cluster
  properties: {
    workspaceId: workspaceId
    // The tables AKSControlPlane and AKSAuditAdmin, and not the one table AzureDiagnostics.
    logAnalyticsDestinationType: 'Dedicated'
    logs: [for category in ['cluster-autoscaler', 'guard', 'kube-audit-admin']: { category: category, enabled: true }]
  }
}
