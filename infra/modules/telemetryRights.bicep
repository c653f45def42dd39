metadata description = 'The right of the function app to send telemetry to its component.'

@description('The name of the Application Insights component, in this resource group.')
param componentName string

@description('The name of the identity of the function app, in this resource group.')
param identityName string

@description('The object id of the identity of the function app.')
param principalId string

// Monitoring Metrics Publisher.
var metricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb'

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

resource sends 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: component
  name: guid(component.id, identityName, metricsPublisher)
  properties: {
    description: 'The function app and its host send logs and telemetry.'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', metricsPublisher)
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}
