import { readFileSync } from 'node:fs'
import { afterEach } from '@jest/globals'
import { Agent, request } from 'undici'
import { type FakeAzure, type FakeAzureOptions, startFakeAzure } from '../../../../dev/azure/index.ts'

const node = (pool: string) => ({ metadata: { labels: { 'kubernetes.azure.com/agentpool': pool } } })

/** Starts fakes. Those that are still in `running` after a test are stopped then. */
export function fakes() {
  const running: FakeAzure[] = []
  afterEach(async () => {
    await Promise.all(running.splice(0).map((azure) => azure.stop()))
  })
  async function start(options: Partial<FakeAzureOptions> = {}, nodes = ['system', 'projecta', 'projecta']) {
    const azure = await startFakeAzure({
      cluster: { server: 'https://10.0.0.1:6443', ca: 'the CA', nodes: async () => nodes.map(node) },
      aksTokens: ['token-1', 'token-2'],
      ...options,
    })
    running.push(azure)
    return azure
  }
  return { start, running }
}

/** The path of the cluster's node pools in Azure Resource Manager. */
export const poolsPath = (azure: FakeAzure) => {
  const { AKS_SUBSCRIPTION_ID, AKS_RESOURCE_GROUP, AKS_CLUSTER_NAME } = azure.env()
  return `/subscriptions/${AKS_SUBSCRIPTION_ID}/resourceGroups/${AKS_RESOURCE_GROUP}/providers/Microsoft.ContainerService/managedClusters/${AKS_CLUSTER_NAME}/agentPools`
}

/** Sends a request without an SDK. */
export async function call(
  azure: FakeAzure,
  path: string,
  headers: Record<string, string> = {},
  method: 'GET' | 'POST' = 'GET',
) {
  const ca = readFileSync(azure.env().NODE_EXTRA_CA_CERTS ?? '')
  const dispatcher = new Agent({ connect: { ca } })
  try {
    const { statusCode, body } = await request(azure.url + path, { method, headers, dispatcher })
    return { status: statusCode, body: (await body.json()) as object }
  } finally {
    await dispatcher.destroy()
  }
}
