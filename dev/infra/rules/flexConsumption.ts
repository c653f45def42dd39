import type { Finding } from '../finding.ts'
import { appSettingsOf, fileWith, type Given, ofType } from './rule.ts'

/**
 * What a Flex Consumption app must not have: Azure refuses some of it, and ignores the rest.
 * https://learn.microsoft.com/azure/azure-functions/functions-app-settings#flex-consumption-plan-deprecations, as of
 * October 2025 (MicrosoftDocs/azure-docs, CC-BY-4.0)
 */
const deprecated = {
  settings: [
    'ENABLE_ORYX_BUILD',
    'FUNCTIONS_EXTENSION_VERSION',
    'FUNCTIONS_WORKER_RUNTIME',
    'FUNCTIONS_WORKER_RUNTIME_VERSION',
    'FUNCTIONS_MAX_HTTP_CONCURRENCY',
    'FUNCTIONS_WORKER_PROCESS_COUNT',
    'FUNCTIONS_WORKER_DYNAMIC_CONCURRENCY_ENABLED',
    'SCM_DO_BUILD_DURING_DEPLOYMENT',
    'WEBSITE_CONTENTAZUREFILECONNECTIONSTRING',
    'WEBSITE_CONTENTOVERVNET',
    'WEBSITE_CONTENTSHARE',
    'WEBSITE_DNS_SERVER',
    'WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT',
    'WEBSITE_NODE_DEFAULT_VERSION',
    'WEBSITE_RUN_FROM_PACKAGE',
    'WEBSITE_SKIP_CONTENTSHARE_VALIDATION',
    'WEBSITE_VNET_ROUTE_ALL',
  ],
  properties: [
    'alwaysOn',
    'containerSize',
    'ftpsState',
    'isReserved',
    'isXenon',
    'javaVersion',
    'linuxFxVersion',
    'netFrameworkVersion',
    'powerShellVersion',
    'functionAppScaleLimit',
    'preWarmedInstanceCount',
    'use32BitWorkerProcess',
    'vnetBackupRestoreEnabled',
    'vnetContentShareEnabled',
    'vnetImagePullEnabled',
    'vnetRouteAllEnabled',
    'windowsFxVersion',
  ].map((name) => name.toLowerCase()),
}

/** The function app has nothing that a Flex Consumption plan does not take. */
export function checkFlexConsumption(given: Given): Finding[] {
  const file = fileWith(given.root, "'Microsoft.Web/sites@")
  const settings = Object.keys(appSettingsOf(given)).filter((name) => deprecated.settings.includes(name))
  const properties = ofType(given, 'Microsoft.Web/sites').flatMap(({ properties = {} }) =>
    [properties, Object(properties.siteConfig)].flatMap((object) => Object.keys(object)),
  )
  const refused = properties.filter((name) => deprecated.properties.includes(name.toLowerCase()))
  return [...settings, ...refused].map((name) => ({ file, message: `Flex Consumption does not take ${name}` }))
}
