import type { AgentPools, ScalingError } from '../scaling/index.ts'
import { agentPoolOf, autoscalerProfileOf } from './agentPools.ts'
import { explainUnreachable, type Need, resourceManagerFailure } from './failures.ts'
import { type AzureCall, reportCalls } from './reportCalls.ts'
import { type AksSettings, resourceIdOf } from './settings.ts'
import { createSignIn } from './signIn.ts'
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

/**
 * Contacts nothing and loads no library before the first call.
 * @param now milliseconds since 1970
 * @param onCall told of each call to Azure Resource Manager
 */
export function createAks(settings: AksSettings, now: () => number, onCall: (call: AzureCall) => void = () => {}): Aks {
  const { subscriptionId, resourceGroup, clusterName, resourceManagerUrl, timeoutMs } = settings
  // Every token comes through here, ours and those of the Azure client.
  const getToken = createSignIn(settings)

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
        {
          endpoint: resourceManagerUrl,
          apiVersion,
          credentials: { scopes: [`${resourceManagerUrl}/.default`] },
          additionalPolicies: [{ position: 'perRetry', policy: reportCalls(onCall, now) }],
        },
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
