import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { type FakeAzure, type FakeAzureOptions, startFakeAzure } from '../../dev/azure/index.ts'
import { createLoopbackCertificate } from '../../dev/loopbackCertificate.ts'
import { functionsKey, type Host, startFunctions } from '../hosts.ts'
import { waitFor } from '../waitFor.ts'

// Each test starts a host, and some wait until the Azure SDKs stop retrying.
jest.setTimeout(120_000)

/** A short time limit, which Azure gets, too: a call that is never answered ends soon. */
const impatient = { KUBERNETES_CALL_TIMEOUT_SECONDS: '2' }

const ofAks = 'resource=6dae42f8'
const tokensOf = ({ requests }: FakeAzure, resource: string) =>
  requests.filter(({ path, query }) => path === '/msi/token' && `resource=${query.resource}`.startsWith(resource))
    .length

/**
 * Tests the answers of the function app, and its recovery, when something on its way into the cluster fails.
 * @param fronted the cluster, and the tokens that its API server accepts from the identity
 */
export function describeAzureFaults(name: string, fronted: FakeAzureOptions): void {
  describe(`${name}, reached by managed identity`, () => {
    const stops: (() => Promise<unknown>)[] = []
    afterEach(async () => {
      for (const stop of stops.splice(0).reverse()) await stop()
    })

    async function start(options: Partial<FakeAzureOptions> = {}, env: Record<string, string> = {}) {
      const azure = await startFakeAzure({ ...fronted, ...options })
      stops.push(() => azure.stop())
      const host = await startFunctions({ ...azure.env(), LOG_LEVEL: 'trace', ...env })
      stops.push(async () => {
        await host.stop()
        // The log never holds a secret that somebody could sign in with.
        const secrets = [azure.env().IDENTITY_HEADER, ...fronted.aksTokens]
        expect(secrets.filter((secret) => secret !== undefined && host.output().includes(secret))).toEqual([])
      })
      return { azure, host, status: () => status(host) }
    }

    test('the identity has no role in Azure: the answer names the role and the command that grants it', async () => {
      const { azure, status } = await start()
      azure.identity.deniedActions = ['Microsoft.ContainerService/managedClusters/listClusterUserCredential/action']
      const { code, body } = await status()
      expect({ code, error: body.error }).toEqual({ code: 503, error: 'azure-role-missing' })
      expect(body.message).toContain(`--assignee-object-id ${azure.identity.objectId}`)
      expect(body.message).toContain('--role "Azure Kubernetes Service Cluster User Role"')
      azure.identity.deniedActions = []
      expect(await status()).toMatchObject({ code: 200 })
    })

    test('the app does not have the identity of AZURE_CLIENT_ID: the answer names it', async () => {
      const { status } = await start({}, { AZURE_CLIENT_ID: '99999999-9999-4999-8999-999999999999' })
      const { code, body } = await status()
      expect({ code, error: body.error }).toEqual({ code: 503, error: 'identity-unavailable' })
      expect(body.message).toContain('an identity with the client id 99999999-9999-4999-8999-999999999999')
      expect(body.message).toContain('No User Assigned or Delegated Managed Identity found')
    })

    test('without AZURE_CLIENT_ID the app needs a system-assigned identity, and then uses it', async () => {
      const { azure, status } = await start({}, { AZURE_CLIENT_ID: '' })
      const { code, body } = await status()
      expect({ code, error: body.error }).toEqual({ code: 503, error: 'identity-unavailable' })
      expect(body.message).toContain('it must have a system-assigned identity')
      azure.identity.systemAssigned = true
      await waitFor({ what: 'the app has a token', look: status, until: ({ code: now }) => now === 200 })
    })

    test('a developer who is not logged in with az is told to log in', async () => {
      const bin = mkdtempSync(join(tmpdir(), 'az-'))
      stops.push(async () => rmSync(bin, { recursive: true }))
      const az = '#!/bin/sh\necho "Please run \'az login\' to setup account." >&2\nexit 1\n'
      writeFileSync(join(bin, 'az'), az, { mode: 0o755 })
      const { status } = await start({}, { AZURE_CREDENTIAL: 'azure-cli', PATH: `${bin}:${process.env.PATH}` })
      const { code, body } = await status()
      expect({ code, error: body.error }).toEqual({ code: 503, error: 'identity-unavailable' })
      expect(body.message).toContain('Log in with `az login`')
    })

    test.each(['drop', 'hang'] as const)(
      'the identity endpoint is down (%s): the answer says so until it is back',
      async (connection) => {
        const { azure, status } = await start({}, impatient)
        const stopFailing = azure.fail({ path: /^\/msi\/token/, times: 1000, connection })
        const { code, body } = await status()
        expect({ code, error: body.error }).toEqual({ code: 503, error: 'identity-unavailable' })
        stopFailing()
        // A call that began before may still fail.
        await waitFor({ what: 'the app has a token again', look: status, until: ({ code: now }) => now === 200 })
      },
    )

    test('a valid token stays in use while the identity endpoint is down', async () => {
      const { azure, status } = await start()
      expect(await status()).toMatchObject({ code: 200 })
      azure.fail({ path: /^\/msi\/token/, times: 1000, connection: 'drop' })
      expect(await status()).toMatchObject({ code: 200 })
    })

    test('ARM throttles: the call is repeated after Retry-After, and the request succeeds', async () => {
      const { azure, status } = await start()
      azure.fail({ path: /listClusterUserCredential/, times: 2, status: 429, headers: { 'retry-after': '1' } })
      expect(await status()).toMatchObject({ code: 200 })
    })

    test('ARM keeps throttling: the answer passes on its Retry-After', async () => {
      const { azure, status } = await start()
      azure.fail({ path: /listClusterUserCredential/, times: 1000, status: 429, headers: { 'retry-after': '1' } })
      const { code, body, retryAfter } = await status()
      expect({ code, error: body.error, retryAfter }).toEqual({ code: 429, error: 'azure-throttled', retryAfter: '1' })
    })

    test('ARM is unavailable: the answer says so, and a cluster that is known stays in use', async () => {
      const { azure, status } = await start({}, impatient)
      const stopFailing = azure.fail({ path: /^\/subscriptions/, times: 1000, status: 503 })
      expect(await status()).toMatchObject({ code: 503, body: { error: 'azure-unreachable' } })
      stopFailing()
      expect(await status()).toMatchObject({ code: 200 })
      azure.fail({ path: /^\/subscriptions/, times: 1000, status: 503 })
      expect(await status()).toMatchObject({ code: 200 })
    })

    test('the cluster is deleted: the answer says so', async () => {
      const { azure, status } = await start()
      azure.cluster.deleted = true
      const { code, body } = await status()
      expect({ code, error: body.error }).toEqual({ code: 503, error: 'cluster-not-found' })
      expect(body.message).toContain(`AKS cluster ${azure.env().AKS_CLUSTER_NAME} does not exist`)
    })

    test.each([
      ['stopped', { powerState: 'Stopped' as const }, 'cluster-stopped', 'az aks start'],
      ['private', { apiServerAccessProfile: { enablePrivateCluster: true } }, 'cluster-private', 'virtual network'],
      [
        'closed to our address',
        { apiServerAccessProfile: { authorizedIPRanges: ['203.0.113.0/24'] } },
        'cluster-private',
        'lets only 203.0.113.0/24',
      ],
    ])(
      'the cluster is %s: Azure is asked for the reason, once for all requests that wait',
      async (_what, facts, error, text) => {
        const { azure, status } = await start()
        Object.assign(azure.cluster, facts, { server: 'https://127.0.0.1:1' })
        const answers = await Promise.all([status(), status(), status()])
        for (const { code, body } of answers) {
          expect({ code, error: body.error }).toEqual({ code: 503, error })
          expect(body.message).toContain(text)
        }
        const asked = azure.requests.filter(({ method, path }) => method === 'GET' && path.endsWith('/aks-shared'))
        expect(asked).toHaveLength(1)
      },
    )

    test('the certificate of the cluster is not the one that Azure has: it is looked up again until it fits', async () => {
      const { azure, status } = await start()
      const { ca } = azure.cluster
      azure.cluster.ca = (await createLoopbackCertificate()).cert
      expect(await status()).toMatchObject({ code: 503, body: { error: 'cluster-unreachable' } })
      azure.cluster.ca = ca
      await waitFor({ what: 'the new CA is used', look: status, until: ({ code }) => code === 200 })
    })

    test('the cluster was rebuilt at another address: the next request finds it', async () => {
      const { azure, status } = await start()
      const { server } = azure.cluster
      azure.cluster.server = 'https://127.0.0.1:1'
      expect(await status()).toMatchObject({ code: 503, body: { error: 'cluster-unreachable' } })
      azure.cluster.server = server
      await waitFor({ what: 'the new server is used', look: status, until: ({ code }) => code === 200 })
    })

    test('a token is refused: it is renewed past the cache, once for all requests that used it', async () => {
      const { azure, host } = await start()
      azure.identity.bogusTokens = 1
      const answers = await Promise.all(Array.from({ length: 30 }, () => status(host)))
      expect(answers.map(({ code }) => code)).toEqual(Array(30).fill(200))
      expect(tokensOf(azure, ofAks)).toBe(2)
      expect(tokensOf(azure, 'resource=https://127.0.0.1')).toBe(1)
    })
  })
}

/** The host's answer to a request for the status of the sample. */
async function status({ url }: Host) {
  const response = await fetch(`${url}/api/v1/deployments/project-a/sample-app-a/status`, {
    headers: { 'x-functions-key': functionsKey },
  })
  return {
    code: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: (await response.json()) as { error?: string; message: string },
  }
}
