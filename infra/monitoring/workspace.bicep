metadata description = 'The Log Analytics workspace and the Application Insights component. The component takes no local authentication: only identities with the role Monitoring Metrics Publisher can send to it.'

@description('The names of the workspace and of the component.')
param names { workspace: string, component: string }

@description('The region.')
param location string

@description('The tags of all resources.')
param tags { *: string }

@description('The most that the workspace takes in on one day, in GB. What comes after it on that day is lost. -1 is no limit.')
@minValue(-1)
param dailyCapGb int

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: names.workspace
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: 30
    workspaceCapping: { dailyQuotaGb: dailyCapGb }
    features: {
      // A reader of the cluster or of the component can read its own logs without a right on the workspace.
      enableLogAccessUsingOnlyResourcePermissions: true
      disableLocalAuth: true
    }
  }
}

resource component 'Microsoft.Insights/components@2020-02-02' = {
  name: names.component
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

@description('The resource id of the workspace.')
output workspaceId string = workspace.id

@description('The resource id of the component.')
output componentId string = component.id

@description('The name of the component.')
output componentName string = component.name

@description('The connection string of the component. It holds no secret: the component takes no local authentication.')
output connectionString string = component.properties.ConnectionString
