metadata description = 'The function app on a Flex Consumption plan of its own, with all of its settings.'

import { ClusterName, Tags } from '../types.bicep'

@description('The name of the function app.')
param name string

@description('The name of its plan. A Flex Consumption plan has one app.')
param planName string

@description('Where both are.')
param location string

@description('The tags of both.')
param tags Tags

@description('The id of the identity by which it does everything in Azure and in the cluster.')
param identityId string

@description('The client id of this identity.')
param clientId string

@description('The address of the blobs of its storage account.')
param blobsUrl string

@description('The name of the container with its package.')
param deploymentContainer string

@description('The connection string of its Application Insights component. It holds no secret: the component takes telemetry by identity only.')
param connectionString string

@description('The id of the subnet that it calls from. Empty: from the Internet.')
param subnetId string

@description('The memory of an instance in MB.')
param instanceMemoryMB int

@description('How the Functions host sends its telemetry.')
param telemetryMode 'classic' | 'OpenTelemetry'

@description('How often the timers look what is due, as NCRONTAB with seconds first, in UTC.')
param scheduleTick string

@description('Whether the timers only tell what they would change.')
param dryRun bool

@description('How many minutes a project may still have nodes after its scale-down.')
param nodeGraceMinutes int

@description('The IANA time zone of the projects that name none.')
param defaultTimeZone string

@description('Days on which no project is woken. Empty: none for all projects.')
param daysOff string

@description('What an hour of a node costs, as JSON. Empty: savings have no amount.')
param nodePrices string

@description('Namespaces that are never scaled, beside those that are protected by default. Empty: only these.')
param protectedNamespaces string

@description('The lowest level of the log lines that are written.')
param logLevel 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'

@description('The cluster.')
param cluster ClusterName

@description('The setting PROJECTS: the projects in the cluster, as JSON.')
param projects string

@description('The client id of the app registration whose users may call the API. Empty: the function key alone opens it.')
param easyAuthClientId string

@description('The setting ACCESS, as JSON: who may see and change which projects. Empty: keys alone decide.')
param access string

@description('The name of an existing Key Vault whose secret scale-api-keys is the setting API_KEYS. Empty: no API keys.')
param keyVaultName string

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
  }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'functions' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: 'Enabled'
    keyVaultReferenceIdentity: identityId
    ...(empty(subnetId) ? {} : { virtualNetworkSubnetId: subnetId })
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${blobsUrl}/${deploymentContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'node'
        version: '24'
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        // More would only wait for the same API server.
        maximumInstanceCount: 40
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
    }
  }

  // Deployments sign in with Entra ID, so nothing here takes a user name and a password.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: {
      allow: false
    }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: {
      allow: false
    }
  }

  resource settings 'config' = {
    name: 'appsettings'
    properties: {
      AzureWebJobsStorage__blobServiceUri: blobsUrl
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: clientId
      APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${clientId};Authorization=AAD'
      // The Functions host reads this over its host.json, which says nothing of it.
      ...(telemetryMode == 'classic' ? {} : { AzureFunctionsJobHost__telemetryMode: telemetryMode })
      AZURE_CLIENT_ID: clientId
      AKS_SUBSCRIPTION_ID: cluster.subscriptionId
      AKS_RESOURCE_GROUP: cluster.resourceGroup
      AKS_CLUSTER_NAME: cluster.name
      PROJECTS: projects
      SCHEDULE_TICK: scheduleTick
      DRY_RUN: dryRun ? 'true' : 'false'
      NODE_GRACE_MINUTES: string(nodeGraceMinutes)
      DEFAULT_TIME_ZONE: defaultTimeZone
      DAYS_OFF: daysOff
      NODE_PRICES: nodePrices
      PROTECTED_NAMESPACES: protectedNamespaces
      LOG_LEVEL: logLevel
      ...(empty(access) ? {} : { ACCESS: access })
      ...(empty(keyVaultName)
        ? {}
        : {
            API_KEYS: '@Microsoft.KeyVault(SecretUri=https://${keyVaultName}${environment().suffixes.keyvaultDns}/secrets/scale-api-keys)'
          })
    }
  }

  resource signIn 'config' = if (!empty(easyAuthClientId)) {
    name: 'authsettingsV2'
    properties: {
      platform: {
        enabled: true
      }
      globalValidation: {
        // With ACCESS the app itself refuses whoever has not signed in: its pages are open, and a browser signs in from there.
        requireAuthentication: empty(access)
        // Programs cannot follow a redirect to a page, and pages have a link for it.
        unauthenticatedClientAction: empty(access) ? 'Return401' : 'AllowAnonymous'
        // The web test and every load balancer ask this without a token.
        excludedPaths: ['/health']
      }
      identityProviders: {
        azureActiveDirectory: {
          enabled: true
          registration: {
            clientId: easyAuthClientId
            openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
          }
          validation: {
            allowedAudiences: [easyAuthClientId, 'api://${easyAuthClientId}']
          }
        }
      }
      login: {
        tokenStore: {
          enabled: false
        }
      }
      httpSettings: {
        requireHttps: true
      }
    }
  }
}

@description('The address of the function app.')
output url string = 'https://${app.properties.defaultHostName}'
