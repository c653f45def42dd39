using '../main.bicep'
extends '../main.bicepparam'

// The same as existing: Container Insights is never added to somebody else's cluster.
param principalId = '44444444-4444-4444-8444-444444444444'
param existingClusterId = '/subscriptions/33333333-3333-4333-8333-333333333333/resourceGroups/rg-shared/providers/Microsoft.ContainerService/managedClusters/aks-shared'
param withContainerInsights = false
