import { ConfigError, readConfig, settings } from '../../../shared/config.ts'
import type { Finding } from '../finding.ts'
import { appSettingsOf, fileWith, type Given, isExpression } from './rule.ts'

/** The settings that are not ours, and who reads them. */
const readByOthers: Record<string, string> = {
  AzureWebJobsStorage__blobServiceUri: 'the Functions host: where it keeps locks, keys and the state of timers',
  AzureWebJobsStorage__credential: 'the Functions host: it signs in there by identity',
  AzureWebJobsStorage__clientId: 'the Functions host: by which identity',
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'the Functions host: it sends its telemetry by identity',
  AzureFunctionsJobHost__telemetryMode: 'the Functions host: how it sends its telemetry',
}

/** The settings of ours that a deployment gives only when it is asked to. */
const givenWhenAsked: Record<string, string> = {
  API_KEYS: 'the parameter keyVaultName gives it by reference',
  ACCESS: 'the parameter access gives it',
}

/** The settings of ours that no deployment gives, and why not. */
export const notGiven: Record<string, string> = {
  PORT: 'it is a setting of the in-cluster host',
  API_KEY:
    'a key in a template is no secret; API_KEYS comes from a Key Vault, and the function key opens the API otherwise',
  API_AUTH: 'it is a setting of the in-cluster host',
  AZURE_CREDENTIAL: 'its default is the managed identity',
  AZURE_RESOURCE_MANAGER_URL: 'its default is the address in the public cloud, and Flex Consumption is in no other',
  KUBECONFIG: 'the cluster is reached by the AKS_ settings',
  KUBERNETES_SERVICE_HOST: 'Kubernetes sets it in a Pod',
  KUBERNETES_SERVICE_PORT: 'Kubernetes sets it in a Pod',
  KUBERNETES_SERVICE_ACCOUNT_DIR: 'it is a setting of the in-cluster host',
  KUBERNETES_CALL_TIMEOUT_SECONDS: 'its default fits the time that the Functions host gives a request and a run',
  REQUEST_TIMEOUT_SECONDS: 'its default fits the time that the Functions host gives a request',
  WEBSITE_SITE_NAME: 'Azure sets it',
  WEBSITE_INSTANCE_ID: 'Azure sets it',
  WEBSITE_AUTH_ENABLED: 'Azure sets it where App Service authentication is on',
}

/** What only Azure knows, and a test or a rule puts in its place. */
export interface RuntimeValues {
  clientId: string
  connectionString: string
  /** The secret in the Key Vault that API_KEYS refers to. */
  apiKeys: string
}

/** The app settings of a variant as the function app would see them, with the values that only Azure knows put in. */
export const settingsWith = (variant: Pick<Given, 'snapshot'>, runtime: RuntimeValues): Record<string, string> =>
  Object.fromEntries(
    Object.entries(appSettingsOf(variant)).map(([name, value]) => [
      name,
      isExpression(value) ? evaluate(value, runtime) : value,
    ]),
  )

/** The value of an expression: what Azure knows of a resource, alone or in a text. */
function evaluate(expression: string, { clientId, connectionString, apiKeys }: RuntimeValues): string {
  if (expression.includes('@Microsoft.KeyVault(')) return apiKeys
  const property = /\)\.(\w+)\)?\]$/.exec(expression)?.[1]
  const value = property === 'clientId' ? clientId : property === 'ConnectionString' ? connectionString : undefined
  if (value === undefined) throw new ConfigError(`No value is known for ${expression}`)
  const [, text = '{0}'] = /^\[format\('([^']+)', reference/.exec(expression) ?? []
  return text.replace('{0}', value)
}

const anything: RuntimeValues = {
  clientId: '00000000-0000-4000-8000-000000000000',
  connectionString: 'InstrumentationKey=00000000-0000-4000-8000-000000000000',
  apiKeys: '[{"name":"team-a","key":"at-least-8-characters"}]',
}

/** Every setting has a reader, and every setting of ours is given, or there is a reason why not. */
export function checkAppSettings(given: Given): Finding[] {
  const file = fileWith(given.root, "'Microsoft.Web/sites@")
  const names = Object.keys(appSettingsOf(given))
  const unread = names.filter((name) => !(name in settings) && !(name in readByOthers))
  const forgotten = Object.keys(settings).filter(
    (name) => !names.includes(name) && !(name in notGiven) && !(name in givenWhenAsked),
  )
  const doubtful = names.filter((name) => name in notGiven)
  return [
    ...unread.map((name) => ({ file, message: `nobody reads the setting ${name}` })),
    ...forgotten.map((name) => ({
      file,
      message: `it does not give the setting ${name}: give it, or say in dev/infra/rules/appSettings.ts why not`,
    })),
    ...doubtful.map((name) => ({ file, message: `it gives ${name}, though ${notGiven[name]}` })),
    ...whyUnreadable(given).map((message) => ({ file, message })),
  ]
}

function whyUnreadable(given: Given): string[] {
  try {
    readConfig(settingsWith(given, anything))
    return []
  } catch (error) {
    if (error instanceof ConfigError) return [error.message]
    throw error
  }
}
