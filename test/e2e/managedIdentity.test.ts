import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type FakeAzure, startFakeAzure } from '../../dev/azure/index.ts'
import { functionsKey, type Host, startFunctions } from '../hosts.ts'
import { runSdk } from '../unit/azure/runSdk.ts'
import { describeWithIdentity } from './withIdentity.ts'

describeWithIdentity('a function app with its managed identity', ({ azure: options, cluster }) => {
  let azure: FakeAzure
  let host: Host | undefined
  beforeEach(async () => {
    azure = await startFakeAzure(options)
  })
  afterEach(async () => {
    await host?.stop()
    host = undefined
    await azure.stop()
  })

  const status = async () => {
    host ??= await startFunctions(azure.env())
    const response = await fetch(`${host.url}/api/v1/deployments/project-a/sample-app-a/status`, {
      headers: { 'x-functions-key': functionsKey },
    })
    return { code: response.status, body: await response.json() }
  }
  const asked = () => azure.requests.map(({ path, query }) => query.resource ?? path.split('/').at(-1))

  test('reaches the cluster by a token for ARM, a kubeconfig and a token for AKS, and asks for each once', async () => {
    expect(await status()).toMatchObject({ code: 200, body: { deployment: { name: 'sample-app-a' } } })
    expect(await status()).toMatchObject({ code: 200 })
    expect(asked().toSorted()).toEqual(
      [azure.url, 'listClusterUserCredential', '6dae42f8-4368-4678-94ff-3960e28e3630'].toSorted(),
    )
  })

  test('asks for another token when the API server refuses the one it has', async () => {
    azure.identity.bogusTokens = 1
    expect(await status()).toMatchObject({ code: 200 })
  })

  test('finds in ARM as many nodes in a pool as the cluster has', async () => {
    const [pools] = await runSdk(azure, ['pools'])
    const nodes = await cluster.nodes()
    const of = (pool: unknown) =>
      nodes.filter(({ metadata }) => metadata?.labels?.['kubernetes.azure.com/agentpool'] === pool).length
    const counts = Object.values(pools?.value ?? {}).map((pool) => Object(pool))
    expect(counts.map(({ name }) => name)).toEqual(['system', 'projecta', 'projectb'])
    for (const { name, count } of counts) expect({ name, count }).toEqual({ name, count: of(name) })
    expect(of('system')).toBeGreaterThan(0)
  })
})
