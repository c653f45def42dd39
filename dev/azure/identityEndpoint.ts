import { monitorResource } from './ingestion.ts'
import type { Identity } from './names.ts'
import { ok, type Reply, type Request } from './reply.ts'
import { allows, roleNamed } from './roles/builtInRoles.ts'
import type { Tokens } from './tokens.ts'

/** https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference */
export const identityPath = '/msi/token'
const apiVersion = '2019-08-01'

/** The application id of AKS API servers, the same in all tenants. */
export const aksServerId = '6dae42f8-4368-4678-94ff-3960e28e3630'

// A client that reaches ARM at another address asks for a token for that one.
const armResources = ({ headers }: Request) => ['https://management.azure.com', `https://${headers.host}`]

/** The identity of the function app. A test may change every field. */
export interface AppIdentity extends Identity {
  /** When true, a request without a client id is for this identity, too. */
  systemAssigned: boolean
  /** The built-in roles that it has: on the cluster, and on the component of Application Insights. */
  roles: string[]
  /** Actions that Azure denies it as if a role were missing, such as `Microsoft.ContainerService/managedClusters/read`. */
  deniedActions: string[]
  /** The actions that it has asked for. */
  askedActions: Set<string>
  /** How many of the next AKS tokens are ones that no API server accepts. */
  bogusTokens: number
}

/** Whether a role of the identity allows an action. It is noted that the identity asked for it. */
export function mayDo({ roles, deniedActions, askedActions }: AppIdentity, action: string): boolean {
  askedActions.add(action)
  return !deniedActions.includes(action) && roles.some((role) => allows(roleNamed(role), action))
}

interface Endpoint {
  identity: AppIdentity
  /** The value of IDENTITY_HEADER. */
  secret: string
  tokens: Tokens
}

/** Answers like the identity endpoint of App Service and Functions, whose address is in IDENTITY_ENDPOINT. */
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
    // Unchanged from the request: msal caches a token by the resource in the reply and looks for the one requested.
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
