metadata description = 'Container Insights of our own cluster, limited to the namespaces that matter here.'

@description('The name of the cluster, in this resource group. Its add-on omsagent must be enabled, with useAADAuth.')
param clusterName string

@description('The resource id of the workspace.')
param workspaceId string

@description('The region.')
param location string

@description('The tags of all resources.')
param tags { *: string }

@description('The namespaces whose logs, Pods and Events are collected: ours and those of the projects. Nodes are collected as well.')
@minLength(1)
param namespaces string[]

// What the workbook and the queries read. Performance counters and metrics of Prometheus cost more than all of these.
var streams = [
  'Microsoft-ContainerLogV2'
  'Microsoft-KubeEvents'
  'Microsoft-KubePodInventory'
  'Microsoft-KubeNodeInventory'
]
var destination = 'workspace'

resource cluster 'Microsoft.ContainerService/managedClusters@2026-05-01' existing = {
  name: clusterName
}

resource rule 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'MSCI-${location}-${clusterName}'
  location: location
  tags: tags
  kind: 'Linux'
  properties: {
    dataSources: {
      extensions: [
        {
          name: 'ContainerInsightsExtension'
          extensionName: 'ContainerInsights'
          streams: streams
          extensionSettings: {
            dataCollectionSettings: {
              interval: '5m'
              namespaceFilteringMode: 'Include'
              namespaces: namespaces
              enableContainerLogV2: true
            }
          }
        }
      ]
    }
    destinations: { logAnalytics: [{ name: destination, workspaceResourceId: workspaceId }] }
    dataFlows: [{ streams: streams, destinations: [destination] }]
  }
}

resource association 'Microsoft.Insights/dataCollectionRuleAssociations@2024-03-11' = {
  // The agent looks for this name.
  name: 'ContainerInsightsExtension'
  scope: cluster
  properties: {
    description: 'Without it, Container Insights collects nothing from this cluster.'
    dataCollectionRuleId: rule.id
  }
}
