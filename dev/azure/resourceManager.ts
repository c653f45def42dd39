import { agentPoolBody } from './agentPool.ts'
import * as armErrors from './armErrors.ts'
import { type ClusterNode, countNodes } from './frontedCluster.ts'
import { type AppIdentity, mayDo } from './identityEndpoint.ts'
import { execKubeconfig } from './kubeconfig.ts'
import { clusterIdOf, type ManagedCluster, managedClusterBody } from './managedCluster.ts'
import type { Names } from './names.ts'
import { ok, type Reply, type Request } from './reply.ts'
import type { Tokens } from './tokens.ts'

/** The api-version of the SDK in package.json. Any other is refused, so that a new SDK's change of it is noticed. */
const apiVersion = '2026-06-01'

/** The state that Azure Resource Manager answers from. */
export interface ResourceManager {
  names: Names
  identity: AppIdentity
  cluster: ManagedCluster
  tokens: Tokens
  /** Asks the cluster for its Nodes. */
  nodes(): Promise<ClusterNode[]>
  now(): Date
}

const provider = 'Microsoft.ContainerService/managedClusters'

const clusterPath = new RegExp(
  `^/subscriptions/(?<subscription>[^/]+)/resourceGroups/(?<group>[^/]+)/providers/${provider}/(?<name>[^/]+)(?<rest>/.*)?$`,
  'i',
)

/** Answers like Azure Resource Manager: with the cluster, its node pools or its kubeconfig, or with an error. */
export async function answerArm(request: Request, arm: ResourceManager): Promise<Reply> {
  const { method, path, query } = request
  const unauthenticated = whyUnauthenticated(request, arm)
  if (unauthenticated) return unauthenticated
  const version = query.get('api-version')
  if (version === null) return armErrors.missingApiVersion()
  const { subscription, group, name, rest = '' } = clusterPath.exec(decodeURIComponent(path))?.groups ?? {}
  const operation = subscription && group && name ? operationOf(method, rest) : undefined
  if (!subscription || !group || !name || !operation) return armErrors.noSuchRequest(method, path)
  if (version !== apiVersion) return armErrors.unsupportedApiVersion(version, apiVersion)
  const { names, identity, cluster } = arm
  if (!isSame(subscription, names.subscriptionId)) return armErrors.subscriptionNotFound(subscription)
  // Authorization is checked before existence: an unauthorized caller must not learn which clusters exist.
  if (!mayDo(identity, operation.action)) {
    return armErrors.authorizationFailed(identity, operation.action, clusterIdOf(names))
  }
  if (!isSame(group, names.resourceGroup)) return armErrors.resourceGroupNotFound(group)
  if (!isSame(name, names.clusterName) || cluster.deleted) {
    return armErrors.clusterNotFound({ resourceGroup: group, clusterName: name })
  }
  return operation.answer(arm, query)
}

const isSame = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()

function whyUnauthenticated({ headers }: Request, { tokens, now }: ResourceManager): Reply | undefined {
  const { authorization } = headers
  if (typeof authorization !== 'string') return armErrors.missingToken()
  const expiresAt = tokens.armExpiry(authorization.replace(/^Bearer /, ''))
  if (!expiresAt) return armErrors.invalidToken()
  return expiresAt <= now() ? armErrors.expiredToken(expiresAt, now()) : undefined
}

interface Operation {
  /** The permission that it needs. */
  action: string
  answer(arm: ResourceManager, query: URLSearchParams): Reply | Promise<Reply>
}

/** The operation that a request on the cluster asks for, if there is one; `rest` is the path below the cluster. */
function operationOf(method: string, rest: string): Operation | undefined {
  const [, resource = '', name, ...more] = rest.split('/')
  if (more.length > 0) return undefined
  switch (`${method} ${resource.toLowerCase()}${name === undefined ? '' : '/x'}`) {
    case 'GET ':
      return { action: `${provider}/read`, answer: getCluster }
    case 'GET agentpools':
      return { action: `${provider}/agentPools/read`, answer: async (arm) => ok({ value: await poolsOf(arm) }) }
    case 'GET agentpools/x':
      return { action: `${provider}/agentPools/read`, answer: (arm) => getPool(arm, name) }
    case 'POST listclusterusercredential':
      return { action: `${provider}/listClusterUserCredential/action`, answer: listCredentials }
    default:
      return undefined
  }
}

async function getCluster(arm: ResourceManager): Promise<Reply> {
  return ok(managedClusterBody(arm.cluster, { names: arm.names, pools: await poolsOf(arm) }))
}

async function getPool(arm: ResourceManager, wanted: string | undefined): Promise<Reply> {
  const pool = (await poolsOf(arm)).find(({ name }) => name === wanted)
  return pool ? ok(pool) : armErrors.agentPoolNotFound()
}

function listCredentials({ cluster, names }: ResourceManager, query: URLSearchParams): Reply {
  const format = query.get('format')
  if (format !== 'exec') return armErrors.unsupportedFormat(format)
  const value = Buffer.from(execKubeconfig(cluster, names)).toString('base64')
  return ok({ kubeconfigs: [{ name: 'clusterUser', value }] })
}

async function poolsOf({ names, cluster, nodes }: ResourceManager) {
  const isStopped = cluster.powerState === 'Stopped'
  // A stopped cluster has no API server to ask.
  const counts = countNodes(isStopped ? [] : await nodes())
  return cluster.agentPools.map((pool) =>
    agentPoolBody(isStopped ? { ...pool, powerState: 'Stopped' } : pool, {
      clusterId: clusterIdOf(names),
      count: counts.get(pool.name) ?? 0,
    }),
  )
}
