import type { Identity, Names } from './names.ts'
import type { Reply } from './reply.ts'

// The codes and texts are Azure's own; test/fixtures/azure/errors.json names the source of three of them.

const armError = (status: number, code: string, message: string): Reply => ({
  status,
  body: { error: { code, message } },
})

const unauthorized = (code: string, message: string): Reply => ({
  ...armError(401, code, message),
  headers: { 'www-authenticate': `Bearer error="invalid_token", error_description="${message}"` },
})

export const missingToken = () =>
  unauthorized('AuthenticationFailed', "Authentication failed. The 'Authorization' header is missing.")

export const invalidToken = () => unauthorized('InvalidAuthenticationToken', 'The access token is invalid.')

export const expiredToken = (expiresAt: Date, now: Date) =>
  unauthorized(
    'ExpiredAuthenticationToken',
    `The access token expiry UTC time '${expiresAt.toISOString()}' is earlier than current UTC time '${now.toISOString()}'.`,
  )

export const missingApiVersion = () =>
  armError(
    400,
    'MissingApiVersionParameter',
    'The api-version query parameter (?api-version=) is required for all requests.',
  )

export const unsupportedApiVersion = (asked: string, supported: string) =>
  armError(
    400,
    'NoRegisteredProviderFound',
    `No registered resource provider found for location 'location1' and API version '${asked}' for type 'managedClusters'. The supported api-versions are '${supported}'.`,
  )

export const noSuchRequest = (method: string, path: string) =>
  armError(404, 'InvalidResourceType', `The fake Azure does not answer ${method} ${path}.`)

export const subscriptionNotFound = (id: string) =>
  armError(404, 'SubscriptionNotFound', `The subscription '${id}' could not be found.`)

export const resourceGroupNotFound = (name: string) =>
  armError(404, 'ResourceGroupNotFound', `Resource group '${name}' could not be found.`)

export const clusterNotFound = ({ resourceGroup, clusterName }: Pick<Names, 'resourceGroup' | 'clusterName'>) =>
  armError(
    404,
    'ResourceNotFound',
    `The Resource 'Microsoft.ContainerService/managedClusters/${clusterName}' under resource group '${resourceGroup}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  )

/** An error of the resource provider, which puts no `error` around it. */
export const agentPoolNotFound = (): Reply => ({
  status: 404,
  body: {
    code: 'NotFound',
    message: 'Could not find the agentpool',
    details: [{ code: 'Unspecified', message: 'rpc error' }],
    subcode: 'GetAgentPool_NotFound',
  },
})

export const authorizationFailed = ({ clientId, objectId }: Identity, action: string, scope: string) =>
  armError(
    403,
    'AuthorizationFailed',
    `The client '${clientId}' with object id '${objectId}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  )

export const unsupportedFormat = (format: string | null) =>
  armError(400, 'BadRequest', `The fake Azure gives kubeconfigs with format=exec only, not ${format}.`)
