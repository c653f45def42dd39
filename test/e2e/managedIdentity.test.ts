import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { KubeConfig, RbacAuthorizationV1Api } from '@kubernetes/client-node'
import { type FakeAzure, startFakeAzure } from '../../dev/azure/index.ts'
import { describeAzureFaults } from '../contract/azureFaults.ts'
import { functionsKey, type Host, startFunctions } from '../hosts.ts'
import { runSdk } from '../unit/azure/runSdk.ts'
import { waitFor } from '../waitFor.ts'
import { createMixedWorkloads } from './mixedWorkloads.ts'
import { readTarget } from './target.ts'
import { describeWithIdentity } from './withIdentity.ts'

const { kubeconfig } = readTarget()
const minutes = (count: number) => count * 60_000

describeWithIdentity('a function app with its managed identity', ({ azure: options, cluster, user }) => {
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
    return { code: response.status, body: (await response.json()) as { message?: string } }
  }
  const asked = () => azure.requests.map(({ path, query }) => query.resource ?? path.split('/').at(-1))

  test('reaches the cluster with a token for ARM, a kubeconfig and a token for AKS, and asks for each once', async () => {
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

  test('whose role in the cluster is revoked says which right is missing, and how to grant it', async () => {
    expect(await status()).toMatchObject({ code: 200 })
    const config = new KubeConfig()
    config.loadFromString(readFileSync(kubeconfig, 'utf8'))
    const rbac = config.makeApiClient(RbacAuthorizationV1Api)
    const name = 'aks-scale-to-zero-functions'
    const { metadata, roleRef, subjects } = await rbac.readClusterRoleBinding({ name })
    await rbac.deleteClusterRoleBinding({ name })
    try {
      const { body } = await waitFor({ what: 'the right is gone', look: status, until: ({ code }) => code === 403 })
      expect(body).toMatchObject({ error: 'cluster-refused' })
      expect(body.message).toContain(`User "${user}" cannot get resource "deployments"`)
      expect(body.message).toContain('infra/manifests/function-rbac.yaml')
    } finally {
      await rbac.createClusterRoleBinding({ body: { metadata: { name, labels: metadata?.labels }, roleRef, subjects } })
    }
    await waitFor({ what: 'the right is back', look: status, until: ({ code }) => code === 200 })
  })

  test(
    'keeps sweeping while its tokens expire every 20 s and one of them is refused: no workload fails',
    async () => {
      await azure.stop()
      azure = await startFakeAzure({ ...options, tokenLifetimeSeconds: 20 })
      const workloads = await createMixedWorkloads(kubeconfig, { name: 'e2e-tokens', count: 200 })
      host = await startFunctions(azure.env())
      const tokens = () => azure.requests.filter(({ query }) => query.resource?.startsWith('6dae42f8')).length
      const sweep = async (action: 'scale-to-zero' | 'restore') => {
        const response = await fetch(`${host?.url}/api/v1/projects/${workloads.name}/${action}`, {
          method: 'POST',
          headers: { 'x-functions-key': functionsKey },
          body: JSON.stringify({ reason: 'a long night' }),
        })
        const body = (await response.json()) as { message: string }
        return { status: response.status, message: body.message }
      }
      try {
        const before = await workloads.look()
        const startedAt = Date.now()
        let sweeps = 0
        // Three tokens expire during these sweeps.
        while (Date.now() - startedAt < 50_000) {
          // The API server refuses the next token that is fetched, in the middle of a sweep.
          if (sweeps === 2) azure.identity.bogusTokens = 1
          expect(await sweep('scale-to-zero')).toMatchObject({
            status: 200,
            message: expect.stringContaining('200 changed'),
          })
          expect(await sweep('restore')).toMatchObject({ status: 200, message: expect.stringContaining('200 changed') })
          sweeps += 2
        }
        // One token every 16 s, and one more for the refused one, which is renewed once for all calls.
        const expected = Math.floor((Date.now() - startedAt) / 16_000) + 2
        expect(azure.identity.bogusTokens).toBe(0)
        expect(tokens()).toBeGreaterThanOrEqual(expected - 1)
        expect(tokens()).toBeLessThanOrEqual(expected)
        const wanted = (seen: typeof before) => [...seen].map(([name, { replicas }]) => [name, replicas]).toSorted()
        expect(wanted(await workloads.look())).toEqual(wanted(before))
      } finally {
        await workloads.remove()
      }
    },
    minutes(4),
  )
})

describeWithIdentity('the faults of Azure', ({ azure }) => describeAzureFaults('a real control plane', azure))
