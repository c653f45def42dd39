metadata description = 'The alerts, and the action group that they tell.'

@description('The region.')
param location string

@description('The tags of all resources.')
param tags { *: string }

@description('The resource id of the workspace.')
param workspaceId string

@description('The resource id of the component.')
param componentId string

@description('The e-mail address that alerts go to. Empty: they are shown in the Portal only.')
param email string

@description('The address that the availability test asks. Empty: there is no such test.')
param healthUrl string

@description('The resource id of our own cluster. Empty: there are no alerts about the metrics of its autoscaler.')
param clusterId string

@description('The names of all alerts begin with it.')
param namePrefix string

resource actions 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: '${namePrefix}-alerts'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'scale2zero'
    emailReceivers: empty(email) ? [] : [{ name: 'operators', emailAddress: email, useCommonAlertSchema: true }]
  }
}

resource silentTimer 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: '${namePrefix}-timer-silent'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'A timer does not run'
    severity: 1
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      allOf: [
        {
          query: loadTextContent('../queries/timers-without-tick.kql')
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
    actions: { actionGroups: [actions.id] }
  }
}

output componentId string = componentId
output hasWebTest bool = !empty(healthUrl)
output hasCluster bool = !empty(clusterId)
