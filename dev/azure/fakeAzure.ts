import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLoopbackCertificate } from '../loopbackCertificate.ts'
import { theAgentPools } from './agentPool.ts'
import type { Fault } from './faults.ts'
import type { FrontedCluster } from './frontedCluster.ts'
import { type AppIdentity, answerToken, identityPath, mayDo } from './identityEndpoint.ts'
import { answerIngestion, type Envelope, ingestionPath } from './ingestion.ts'
import { type ManagedCluster, theAutoScalerProfile } from './managedCluster.ts'
import { type Identity, type Names, theIdentity, theNames, theRoles } from './names.ts'
import type { Request } from './reply.ts'
import { answerArm } from './resourceManager.ts'
import { type RecordedRequest, serve } from './server.ts'
import { createTokens } from './tokens.ts'

export interface FakeAzureOptions {
  /** The cluster behind it: the kubeconfigs point there, and the nodes of a pool are the Nodes there. */
  cluster: FrontedCluster
  /** Bearer tokens that the API server accepts for the identity. They are issued in turn, over and over. */
  aksTokens: readonly string[]
  identity?: Identity
  /** The names of the cluster in Azure. */
  names?: Names
  /** The lifetime that its tokens state; 24 hours by default, as in Azure. */
  tokenLifetimeSeconds?: number
  /** The port on loopback; 0, the default, takes a free one. */
  port?: number
  /** The folder for its CA; by default a temporary one, which `stop` removes. */
  folder?: string
  now?: () => Date
}

export interface FakeAzure {
  url: string
  /** A test may change it at any time; the next answer follows the change. */
  cluster: ManagedCluster
  identity: AppIdentity
  /** The telemetry that has arrived, in its order. */
  telemetry: readonly Envelope[]
  /** The connection string of an Application Insights component whose ingestion is here. */
  connectionString: string
  /** All requests so far, in their order. */
  requests: readonly RecordedRequest[]
  /** Makes requests fail. @returns a function that cancels the failures still to come */
  fail(fault: Fault): () => void
  /** The environment variables that make a process sign in here and nowhere else. */
  env(): Record<string, string>
  /** Closes every connection, and removes the temporary folder if it made one. */
  stop(): Promise<void>
}

/**
 * Starts as much of Azure as a function app needs to reach an AKS cluster: the identity endpoint of Functions, Azure
 * Resource Manager and the ingestion of Application Insights, over HTTPS on loopback. It answers exactly the requests of
 * the SDKs in package.json, and refuses others. Its ARM tokens are good here only; its AKS tokens are credentials of the
 * cluster that it fronts.
 */
export async function startFakeAzure(options: FakeAzureOptions): Promise<FakeAzure> {
  const { now = () => new Date(), port = 0, names = theNames } = options
  const { server, ca, nodes } = options.cluster
  const cluster: ManagedCluster = {
    ...{ server, ca, powerState: 'Running', deleted: false, apiServerAccessProfile: undefined },
    agentPools: theAgentPools(),
    autoScalerProfile: theAutoScalerProfile(),
  }
  const identity: AppIdentity = {
    ...(options.identity ?? theIdentity),
    ...{ systemAssigned: false, roles: [...theRoles], deniedActions: [], bogusTokens: 0 },
    askedActions: new Set(),
  }
  const lifetimeSeconds = options.tokenLifetimeSeconds ?? 24 * 60 * 60
  const tokens = createTokens({ aksTokens: options.aksTokens, lifetimeSeconds, now })
  const secret = randomUUID()
  const certificate = await createLoopbackCertificate()
  const arm = { names, identity, cluster, tokens, nodes, now }
  const telemetry: Envelope[] = []
  const answer = (request: Request) => {
    if (request.path === identityPath) return answerToken(request, { identity, secret, tokens })
    if (request.path === ingestionPath) {
      return answerIngestion(request, { tokens, mayDo: (action) => mayDo(identity, action), received: telemetry })
    }
    return answerArm(request, arm)
  }
  const { close, ...service } = await serve(answer, { certificate, port })
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'fake-azure-'))
  const caFile = join(folder, 'ca.crt')
  writeFileSync(caFile, certificate.cert)
  return {
    ...service,
    cluster,
    identity,
    telemetry,
    connectionString: `InstrumentationKey=${randomUUID()};IngestionEndpoint=${service.url}/`,
    env: () => ({
      AKS_SUBSCRIPTION_ID: names.subscriptionId,
      AKS_RESOURCE_GROUP: names.resourceGroup,
      AKS_CLUSTER_NAME: names.clusterName,
      AZURE_CLIENT_ID: identity.clientId,
      AZURE_CREDENTIAL: 'managed-identity',
      AZURE_RESOURCE_MANAGER_URL: service.url,
      IDENTITY_ENDPOINT: `${service.url}${identityPath}`,
      IDENTITY_HEADER: secret,
      NODE_EXTRA_CA_CERTS: caFile,
      // A proxy set in the environment cannot reach this machine's loopback interface.
      NO_PROXY: '127.0.0.1',
    }),
    async stop() {
      await close()
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}
