using '../main.bicep'
extends '../main.bicepparam'

// With the projects that need a GPU, whose pools are there already.
param principalId = '44444444-4444-4444-8444-444444444444'
param existingClusterId = '/subscriptions/33333333-3333-4333-8333-333333333333/resourceGroups/rg-shared/providers/Microsoft.ContainerService/managedClusters/aks-shared'
param withGpu = true
