import type { AccessToken } from '@azure/identity'
import type { AgentPools, ScalingError } from '../scaling/index.ts'
import { agentPoolOf, autoscalerProfileOf } from './agentPools.ts'
import { type Credential, createCredential } from './credential.ts'
import { explainUnreachable, identityFailure, type Need, resourceManagerFailure } from './failures.ts'
import { type AksSettings, resourceIdOf } from './settings.ts'
import { createTokens } from './tokens.ts'

/** The scope of every AKS API server with Entra ID. https://learn.microsoft.com/azure/aks/kubelogin-authentication */
const aksScope = '6dae42f8-4368-4678-94ff-3960e28e3630/.default'

// Otherwise a newer SDK would ask for another version, which nobody has tried with this code.
const apiVersion = '2026-06-01'

// Azure is asked no more often than this, however often somebody looks at a project. An error is kept for as long.
const poolsKeptMs = 30_000

const credentialsNeed: Need = {
  doing: 'get the credentials',
  role: 'Azure Kubernetes Service Cluster User Role',
}
const clusterNeed: Need = { ...credentialsNeed, doing: 'read the state' }
const poolsNeed: Need = { doing: 'read the node pools', role: 'Reader' }

/** One AKS cluster, as Azure knows it. Every member fails with a ScalingError and nothing else. */
export interface Aks {
  /** A kubeconfig of the cluster, with the address of its API server and its CA. */
  kubeconfig(): Promise<string>
  /** A token for its API server. One that was refused is not given again. */
  token(refused?: string): Promise<string>
  /** The reason why its API server cannot be reached; undefined when Azure knows none. */
  explainUnreachable(): Promise<ScalingError | undefined>
  agentPools: AgentPools
  /** Advice for when Kubernetes itself refuses a call of this identity. */
  advice: string
}

/** Contacts nothing and loads no library before the first call. */
export function createAks(settings: AksSettings, now: () => number): Aks {
  const { subscriptionId, resourceGroup, clusterName, resourceManagerUrl, timeoutMs } = settings
  let credential: Promise<Credential> | undefined
  const signIn = () => {
    credential ??= createCredential(settings)
    return credential
  }

  /** Every token comes through here, ours and those of the Azure client. */
  async function getToken(get: (credential: Credential) => Promise<AccessToken | null>): Promise<AccessToken> {
    try {
      const token = await inTime(signIn().then(get), timeoutMs)
      if (token === null) throw new Error('no token')
      return token
    } catch (error) {
      throw identityFailure(error, settings)
    }
  }

  const tokens = createTokens(
    ({ renewed }) => getToken((one) => (renewed ? one.renew(aksScope) : one.getToken(aksScope))),
    now,
  )

  /** Asks Azure Resource Manager. Its client retries what may succeed, and waits as Azure says. */
  async function ask<Answer>(need: Need, question: (asked: Asked) => Promise<Answer>): Promise<Answer> {
    const abortSignal = AbortSignal.timeout(timeoutMs)
    try {
      const arm = await import('./resourceManager.ts')
      const client = arm.createContainerService(
        { getToken: (scopes, options) => getToken((one) => one.getToken(scopes, options)) },
        subscriptionId,
        { endpoint: resourceManagerUrl, apiVersion, credentials: { scopes: [`${resourceManagerUrl}/.default`] } },
      )
      return await question({ arm, client, options: { abortSignal } })
    } catch (error) {
      throw resourceManagerFailure(error, settings, need)
    }
  }

  const listPools = () =>
    ask(poolsNeed, async ({ arm, client, options }) => {
      const [pools, cluster] = await Promise.all([
        Array.fromAsync(arm.listAgentPools(client, resourceGroup, clusterName, options)),
        arm.getManagedCluster(client, resourceGroup, clusterName, options),
      ])
      return { pools: pools.map(agentPoolOf), autoscaler: autoscalerProfileOf(cluster.autoScalerProfile) }
    })

  return {
    async kubeconfig() {
      const { kubeconfigs } = await ask(credentialsNeed, ({ arm, client, options }) =>
        arm.listClusterUserCredentials(client, resourceGroup, clusterName, { ...options, format: 'exec' }),
      )
      const [first] = kubeconfigs ?? []
      return new TextDecoder().decode(first?.value)
    },
    token: tokens,
    async explainUnreachable() {
      const cluster = await ask(clusterNeed, ({ arm, client, options }) =>
        arm.getManagedCluster(client, resourceGroup, clusterName, options),
      )
      return explainUnreachable(cluster, settings)
    },
    agentPools: { list: keptFor(poolsKeptMs, now, listPools) },
    advice:
      'give the identity of this app its role in Kubernetes with infra/manifests/function-rbac.yaml, which says how ' +
      `(cluster ${resourceIdOf(settings)})`,
  }
}

/** Keeps an answer, also an error, for this long; then it asks again. */
function keptFor<Answer>(ms: number, now: () => number, ask: () => Promise<Answer>): () => Promise<Answer> {
  let kept: { answer: Promise<Answer>; until: number } | undefined
  return () => {
    if (kept === undefined || now() >= kept.until) kept = { answer: ask(), until: now() + ms }
    return kept.answer
  }
}

interface Asked {
  arm: typeof import('./resourceManager.ts')
  client: ReturnType<typeof import('./resourceManager.ts')['createContainerService']>
  options: { abortSignal: AbortSignal }
}

/** The getToken of the libraries ignores its signal, and their retries can take a quarter of a minute. */
async function inTime<Thing>(thing: Promise<Thing>, timeoutMs: number): Promise<Thing> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs)
  })
  try {
    return await Promise.race([thing, late])
  } finally {
    clearTimeout(timer)
  }
}
