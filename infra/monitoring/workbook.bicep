metadata description = 'The workbook: what sleeps, since when, by whom, and what went wrong.'

@description('The region.')
param location string

@description('The tags of all resources.')
param tags { *: string }

@description('The resource id of the workspace.')
param workspaceId string

@description('The resource id of the component, under which the Portal lists the workbook.')
param componentId string

@description('Whether Container Insights collects the nodes of the cluster.')
param withContainerInsights bool

@description('Whether the logs of the control plane of the cluster are collected.')
param withCluster bool

var content = {
  version: 'Notebook/1.0'
  items: [
    {
      type: 3
      name: 'who-scaled-what'
      content: {
        version: 'KqlItem/1.0'
        query: loadTextContent('../queries/who-scaled-what.kql')
        queryType: 0
        resourceType: 'microsoft.operationalinsights/workspaces'
        crossComponentResources: [workspaceId]
      }
    }
  ]
  '$schema': 'https://github.com/Microsoft/Application-Insights-Workbooks/blob/master/schema/workbook.json'
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'scale-to-zero')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'AKS Scale to Zero'
    category: 'workbook'
    sourceId: componentId
    serializedData: string(content)
  }
}

output withContainerInsights bool = withContainerInsights
output withCluster bool = withCluster
