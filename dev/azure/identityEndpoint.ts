import { monitorResource } from './ingestion.ts'
import type { Identity } from './names.ts'
import { ok, type Reply, type Request } from './reply.ts'
import type { Tokens } from './tokens.ts'

/** https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference */
export const identityPath = '/msi/token'
const apiVersion = '2019-08-01'

/** The application of every AKS API server, the same in all tenants. */
export const aksServerId = '6dae42f8-4368-4678-94ff-3960e28e3630'

// Where ARM has another address, a token for it is asked for by that.
const armResources = ({ headers }: Request) => ['https://management.azure.com', `https://${headers.host}`]

/** The identity as the function app has it, and what a test may change of it. */
export interface AppIdentity extends Identity {
  /** Then who names no client id is taken for it, too. */
  systemAssigned: boolean
  /** Actions that ARM refuses it, such as `Microsoft.ContainerService/managedClusters/read`: its role is missing. */
  deniedActions: string[]
  /** How many of the next AKS tokens no API server knows. */
  bogusTokens: number
}

interface Endpoint {
  identity: AppIdentity
  /** The value of IDENTITY_HEADER. */
  secret: string
  tokens: Tokens
}

/** What the endpoint of App Service and Functions answers that IDENTITY_ENDPOINT names. */
export function answerToken(request: Request, { identity, secret, tokens }: Endpoint): Reply {
  const { method, query, headers } = request
  if (headers['x-identity-header'] !== secret)
    return refuse(401, 'The header x-identity-header is not IDENTITY_HEADER.')
  if (method !== 'GET') return refuse(405, `The method ${method} is not allowed.`)
  if (query.get('api-version') !== apiVersion) return refuse(400, `The api-version must be ${apiVersion}.`)
  const clientId = query.get('client_id')
  if (clientId === null && !identity.systemAssigned) return refuse(400, 'Unable to load the proper Managed Identity.')
  if (clientId !== null && clientId !== identity.clientId) {
    return refuse(
      400,
      'No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.',
    )
  }
  const resource = query.get('resource') ?? ''
  const isArm = armResources(request).includes(resource.replace(/\/$/, ''))
  const token = isArm ? tokens.forArm() : otherToken(resource, { identity, tokens })
  if (!token) {
    return refuse(400, `AADSTS500011: The resource principal named ${resource} was not found in the tenant.`)
  }
  return ok({
    access_token: token.value,
    expires_on: String(Math.floor(token.expiresAt.getTime() / 1000)),
    // As it was asked for: msal keeps a token by what the reply says, and looks for it by what it asked.
    resource,
    token_type: 'Bearer',
    client_id: identity.clientId,
  })
}

function otherToken(resource: string, endpoint: Pick<Endpoint, 'identity' | 'tokens'>) {
  if (resource === aksServerId) return aksToken(endpoint)
  return resource.replace(/\/$/, '') === monitorResource ? endpoint.tokens.forMonitor() : undefined
}

function aksToken({ identity, tokens }: Pick<Endpoint, 'identity' | 'tokens'>) {
  if (identity.bogusTokens === 0) return tokens.forAks()
  identity.bogusTokens -= 1
  return tokens.bogus()
}

const refuse = (statusCode: number, message: string): Reply => ({
  status: statusCode,
  body: { statusCode, message, correlationId: '00000000-0000-0000-0000-000000000000' },
})
