import { existsSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { loadYaml } from '@kubernetes/client-node'
import { type FakeAzure, formatTokenFile, newTokens, parseTokenFile } from '../../../../dev/azure/index.ts'
import { waitFor } from '../../../waitFor.ts'
import { runSdk } from '../../azure/runSdk.ts'
import { call, fakes, poolsPath } from './fakes.ts'

const aks = '6dae42f8-4368-4678-94ff-3960e28e3630'
const aksScope = `${aks}/.default`
const { start, running } = fakes()

const pathsOf = ({ requests }: FakeAzure) => requests.map(({ method, path }) => `${method} ${path.split('/').at(-1)}`)

describe('the real SDKs get from the fake Azure', () => {
  test('the node pools, each with its current number of nodes in the cluster', async () => {
    const nodes = ['system', 'projecta', 'projecta']
    const azure = await start({}, nodes)
    const [before] = await runSdk(azure, ['pools'])
    nodes.pop()
    const [after, one, none] = await runSdk(azure, ['pools', ['pool', 'projectb'], ['pool', 'projectc']])
    expect(before?.value).toMatchObject([
      { name: 'system', mode: 'System', count: 1, enableAutoScaling: false, powerState: { code: 'Running' } },
      { name: 'projecta', mode: 'User', count: 2, minCount: 0, maxCount: 5, enableAutoScaling: true },
      { name: 'projectb', mode: 'User', count: 0, minCount: 0, maxCount: 2, vmSize: 'Standard_NC4as_T4_v3' },
    ])
    expect(after?.value).toMatchObject([{ count: 1 }, { count: 1 }, { count: 0 }])
    expect(before?.value?.[0]).not.toHaveProperty('minCount')
    expect(one?.value).toMatchObject({ name: 'projectb', provisioningState: 'Succeeded' })
    expect(none?.error).toMatchObject({ statusCode: 404, code: 'NotFound' })
  })

  test('the cluster, with the changes that a test has made', async () => {
    const azure = await start()
    azure.cluster.powerState = 'Stopped'
    azure.cluster.autoScalerProfile['scale-down-unneeded-time'] = '5m'
    azure.cluster.apiServerAccessProfile = { authorizedIPRanges: ['203.0.113.0/24'] }
    const [cluster, pools] = await runSdk(azure, ['cluster', 'pools'])
    expect(cluster?.value).toMatchObject({
      name: azure.env().AKS_CLUSTER_NAME,
      fqdn: '10.0.0.1',
      powerState: { code: 'Stopped' },
      autoScalerProfile: { scaleDownUnneededTime: '5m', skipNodesWithSystemPods: 'true' },
      apiServerAccessProfile: { authorizedIPRanges: ['203.0.113.0/24'] },
      agentPoolProfiles: [{ name: 'system' }, { name: 'projecta' }, { name: 'projectb' }],
    })
    expect(pools?.value?.[1]).toMatchObject({ count: 0, powerState: { code: 'Stopped' } })
  })

  test('a kubeconfig with which people sign in through kubelogin, in the format exec only', async () => {
    const azure = await start()
    const [exec, other] = await runSdk(azure, [
      ['kubeconfig', 'exec'],
      ['kubeconfig', 'azure'],
    ])
    const { name, value } = exec?.value?.[0] ?? {}
    expect(name).toBe('clusterUser')
    expect(loadYaml(String(value))).toMatchObject({
      clusters: [{ cluster: { server: 'https://10.0.0.1:6443', 'certificate-authority-data': btoa('the CA') } }],
      users: [{ user: { exec: { command: 'kubelogin' } } }],
    })
    expect(other?.error).toMatchObject({ statusCode: 400 })
  })

  test('one ARM token for all requests to ARM, and the AKS tokens in turn', async () => {
    const now = new Date()
    const azure = await start({ now: () => now, tokenLifetimeSeconds: 3600 })
    const [first, again, refreshed, third] = await runSdk(azure, [
      ['token', aksScope],
      ['token', aksScope],
      ['refreshedToken', aks],
      ['refreshedToken', aks],
    ])
    expect(first?.value).toMatchObject({ token: 'token-1' })
    // The SDK counts from its own clock, in whole seconds.
    expect(Number(first?.value?.expiresOnTimestamp)).toBeCloseTo(now.getTime() + 3_600_000, -5)
    expect(again?.value).toMatchObject({ token: 'token-1' })
    expect(refreshed?.value).toMatchObject({ accessToken: 'token-2' })
    expect(third?.value).toMatchObject({ accessToken: 'token-1' })
    await runSdk(azure, ['pools', 'cluster'])
    const [atItsAddress] = await runSdk(azure, [['token', `${azure.url}/.default`]])
    expect(atItsAddress?.error).toBeUndefined()
    expect(pathsOf(azure).slice(3)).toEqual([
      'GET token',
      'GET agentPools',
      `GET ${azure.env().AKS_CLUSTER_NAME}`,
      'GET token',
    ])
  })
})

describe('the fake Azure refuses', () => {
  test('a token for another identity, with a wrong secret, or for an unknown resource', async () => {
    const azure = await start()
    const [stranger] = await runSdk(azure, [['token', aksScope]], {
      AZURE_CLIENT_ID: '00000000-0000-4000-8000-00000000000f',
    })
    expect(stranger?.error?.message).toContain('No User Assigned or Delegated Managed Identity found')
    const [intruder] = await runSdk(azure, [['token', aksScope]], { IDENTITY_HEADER: 'guessed' })
    expect(intruder?.error?.message).toContain('x-identity-header')
    const [other] = await runSdk(azure, [['token', 'https://graph.microsoft.com/.default']])
    expect(other?.error?.message).toContain('AADSTS500011')
  })

  test('an action whose role is missing, a deleted cluster, and any other cluster', async () => {
    const azure = await start()
    azure.identity.deniedActions.push('Microsoft.ContainerService/managedClusters/listClusterUserCredential/action')
    const [denied, allowed] = await runSdk(azure, [['kubeconfig', 'exec'], 'pools'])
    expect(denied?.error).toMatchObject({ statusCode: 403, code: 'AuthorizationFailed' })
    expect(denied?.error?.message).toContain(`with object id '${azure.identity.objectId}'`)
    expect(allowed?.error).toBeUndefined()
    azure.cluster.deleted = true
    const [deleted] = await runSdk(azure, ['cluster'])
    expect(deleted?.error).toMatchObject({ statusCode: 404, code: 'ResourceNotFound' })
    azure.cluster.deleted = false
    const codeWith = async (env: Record<string, string>) => (await runSdk(azure, ['cluster'], env))[0]?.error?.code
    expect(await codeWith({ AKS_CLUSTER_NAME: 'other' })).toBe('ResourceNotFound')
    expect(await codeWith({ AKS_RESOURCE_GROUP: 'other' })).toBe('ResourceGroupNotFound')
    expect(await codeWith({ AKS_SUBSCRIPTION_ID: '00000000-0000-4000-8000-00000000000f' })).toBe('SubscriptionNotFound')
  })

  test('an api-version that the SDK in package.json does not send', async () => {
    const [outcome] = await runSdk(await start(), ['pools'], { API_VERSION: '2099-01-01' })
    expect(outcome?.error).toMatchObject({ statusCode: 400, code: 'NoRegisteredProviderFound' })
  })

  test('an ARM token that has expired, or that it did not issue', async () => {
    let now = new Date()
    const azure = await start({ now: () => now, tokenLifetimeSeconds: 3600 })
    const [arm, forAks] = await runSdk(azure, [
      ['token', 'https://management.azure.com/.default'],
      ['token', aksScope],
    ])
    const path = `${poolsPath(azure)}?api-version=2026-06-01`
    const ask = (token: unknown) => call(azure, path, { authorization: `Bearer ${token}` })
    expect(await ask(arm?.value?.token)).toMatchObject({ status: 200 })
    expect(await ask(forAks?.value?.token)).toMatchObject({
      status: 401,
      body: { error: { code: 'InvalidAuthenticationToken' } },
    })
    expect(await call(azure, path)).toMatchObject({ status: 401, body: { error: { code: 'AuthenticationFailed' } } })
    now = new Date(now.getTime() + 3600_000)
    expect(await ask(arm?.value?.token)).toMatchObject({
      status: 401,
      body: { error: { code: 'ExpiredAuthenticationToken' } },
    })
  })

  test('a request that none of our SDKs makes', async () => {
    const azure = await start()
    const [token] = await runSdk(azure, [['token', 'https://management.azure.com/.default']])
    const headers = { authorization: `Bearer ${token?.value?.token}` }
    for (const path of ['/subscriptions', `${poolsPath(azure)}/projecta/upgradeProfiles/default`]) {
      expect(await call(azure, `${path}?api-version=2026-06-01`, headers)).toMatchObject({ status: 404 })
    }
    expect(await call(azure, poolsPath(azure), headers)).toMatchObject({ status: 400 })
  })
})

describe('a fault', () => {
  test('hits the given number of requests with the given answer', async () => {
    const azure = await start()
    const body = { error: { code: 'SubscriptionRequestsThrottled', message: 'slower' } }
    azure.fail({ path: /agentPools/, times: 2, status: 429, headers: { 'retry-after': '0' }, body })
    const [pools] = await runSdk(azure, ['pools'])
    expect(pools?.error).toBeUndefined()
    expect(pathsOf(azure)).toEqual(['GET token', 'GET agentPools', 'GET agentPools', 'GET agentPools'])
    azure.fail({ path: /agentPools/, status: 429, body })
    const [throttled] = await runSdk(azure, ['pools'])
    expect(throttled?.error).toMatchObject({ statusCode: 429, code: 'SubscriptionRequestsThrottled' })
  })

  test("may be a gateway's HTML page or a dropped connection, and can be cancelled", async () => {
    const azure = await start()
    const heal = azure.fail({ path: /msi/, times: Number.POSITIVE_INFINITY, connection: 'drop' })
    const [dropped] = await runSdk(azure, [['token', aksScope]])
    expect(dropped?.error?.message).toContain('network_error')
    heal()
    azure.fail({ path: /agentPools/, times: 3, status: 502, body: '<h1>Bad Gateway</h1>' })
    const [token, pools] = await runSdk(azure, [['token', aksScope], 'pools'])
    expect(token?.value).toMatchObject({ token: 'token-1' })
    expect(pools?.error).toMatchObject({ statusCode: 502 })
  })

  test('may be an answer that never comes', async () => {
    const azure = await start()
    azure.fail({ path: /msi/, connection: 'hang' })
    const answer = call(azure, '/msi/token').catch((error: Error) => error)
    await waitFor({
      what: 'the request has arrived',
      look: async () => azure.requests.length,
      until: (count) => count === 1,
    })
    await running.pop()?.stop()
    expect(await answer).toBeInstanceOf(Error)
  })

  test('may be a token that no API server accepts', async () => {
    const azure = await start()
    azure.identity.bogusTokens = 1
    const [bogus, good] = await runSdk(azure, [
      ['token', aksScope],
      ['refreshedToken', aks],
    ])
    expect(['token-1', 'token-2']).not.toContain(bogus?.value?.token)
    expect(good?.value).toMatchObject({ accessToken: 'token-1' })
  })
})

test('the environment has every setting that a function app needs, and its CA file goes with the fake', async () => {
  const azure = await start()
  const { NODE_EXTRA_CA_CERTS = '', ...env } = azure.env()
  expect(Object.keys(env)).toEqual([
    ...['AKS_SUBSCRIPTION_ID', 'AKS_RESOURCE_GROUP', 'AKS_CLUSTER_NAME', 'AZURE_CLIENT_ID', 'AZURE_CREDENTIAL'],
    ...['AZURE_RESOURCE_MANAGER_URL', 'IDENTITY_ENDPOINT', 'IDENTITY_HEADER', 'NO_PROXY'],
  ])
  expect(existsSync(NODE_EXTRA_CA_CERTS)).toBe(true)
  await running.pop()?.stop()
  expect(existsSync(NODE_EXTRA_CA_CERTS)).toBe(false)
})

test('a token file is read as it was written', () => {
  const written = { user: '0b1ec700-0000-4000-8000-000000000003', tokens: newTokens(3) }
  expect(new Set(written.tokens).size).toBe(3)
  expect(parseTokenFile(formatTokenFile(written))).toEqual(written)
  expect(() => parseTokenFile('')).toThrow('has no token')
})
