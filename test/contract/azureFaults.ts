import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { type FakeAzure, type FakeAzureOptions, startFakeAzure } from '../../dev/azure/index.ts'
import { createLoopbackCertificate } from '../../dev/loopbackCertificate.ts'
import { functionsKey, type Host, startFunctions } from '../hosts.ts'
import { waitFor } from '../waitFor.ts'

// Each test starts a host, and some wait out the repeats of the Azure SDKs.
jest.setTimeout(120_000)

/** A short limit for Azure, too, so that what never answers is soon over. */
const impatient = { KUBERNETES_CALL_TIMEOUT_SECONDS: '2' }

const ofAks = 'resource=6dae42f8'
const tokensOf = ({ requests }: FakeAzure, resource: string) =>
  requests.filter(({ path, query }) => path === '/msi/token' && `resource=${query.resource}`.startsWith(resource))
    .length

/**
 * What the function app says, and how it recovers, when something on its way into the cluster fails.
 * @param fronted the cluster, and the tokens that its API server takes for the identity
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
        // Whatever went wrong, nothing by which somebody could sign in is in the log.
        const secrets = [azure.env().IDENTITY_HEADER, ...fronted.aksTokens]
        expect(secrets.filter((secret) => secret !== undefined && host.output().includes(secret))).toEqual([])
      })
      return { azure, host, status: () => status(host) }
    }

    test('the identity has no right in Azure: the answer names the role and the command that grants it', async () => {
      const { azure, status } = await start()
      azure.identity.deniedActions = ['Microsoft.ContainerService/managedClusters/listClusterUserCredential/action']
      const { code, body } = await status()
      expect({ code, error: body.error }).toEqual({ code: 503, error: 'azure-role-missing' })
      expect(body.message).toContain(`--assignee-object-id ${azure.identity.objectId}`)
      expect(body.message).toContain('--role "Azure Kubernetes Service Cluster User Role"')
      azure.identity.deniedActions = []
      expect(await status()).toMatchObject({ code: 200 })
    })

    test('the app does not have the identity of AZURE_CLIENT_ID', async () => {
      const { status } = await start({}, { AZURE_CLIENT_ID: '99999999-9999-4999-8999-999999999999' })
      const { code, body } = await status()
      expect({ code, error: body.error }).toEqual({ code: 503, error: 'identity-unavailable' })
      expect(body.message).toContain('an identity with the client id 99999999-9999-4999-8999-999999999999')
      expect(body.message).toContain('No User Assigned or Delegated Managed Identity found')
    })

    test('the identity is assigned by the system, and has no client id', async () => {
      const { azure, status } = await start({}, { AZURE_CLIENT_ID: '' })
      const { code, body } = await status()
      expect({ code, error: body.error }).toEqual({ code: 503, error: 'identity-unavailable' })
      expect(body.message).toContain('it must have a system-assigned identity')
      azure.identity.systemAssigned = true
      await waitFor({ what: 'it has a token', look: status, until: ({ code: now }) => now === 200 })
    })

    test('a developer who is not logged in with az', async () => {
      const bin = mkdtempSync(join(tmpdir(), 'az-'))
      stops.push(async () => rmSync(bin, { recursive: true }))
      const az = '#!/bin/sh\necho "Please run \'az login\' to setup account." >&2\nexit 1\n'
      writeFileSync(join(bin, 'az'), az, { mode: 0o755 })
      const { status } = await start({}, { AZURE_CREDENTIAL: 'azure-cli', PATH: `${bin}:${process.env.PATH}` })
      const { code, body } = await status()
      expect({ code, error: body.error }).toEqual({ code: 503, error: 'identity-unavailable' })
      expect(body.message).toContain('Log in with `az login`')
    })

    test.each(['drop', 'hang'] as const)('the identity endpoint is down (%s), and comes back', async (connection) => {
      const { azure, status } = await start({}, impatient)
      const mend = azure.fail({ path: /^\/msi\/token/, times: 1000, connection })
      const { code, body } = await status()
      expect({ code, error: body.error }).toEqual({ code: 503, error: 'identity-unavailable' })
      mend()
      // What was asked for before may still fail.
      await waitFor({ what: 'it has a token again', look: status, until: ({ code: now }) => now === 200 })
    })

    test('a token that is good serves on while the identity endpoint is down', async () => {
      const { azure, status } = await start()
      expect(await status()).toMatchObject({ code: 200 })
      azure.fail({ path: /^\/msi\/token/, times: 1000, connection: 'drop' })
      expect(await status()).toMatchObject({ code: 200 })
    })

    test('ARM throttles: it is asked again when it said, and nobody notices', async () => {
      const { azure, status } = await start()
      azure.fail({ path: /listClusterUserCredential/, times: 2, status: 429, headers: { 'retry-after': '1' } })
      expect(await status()).toMatchObject({ code: 200 })
    })

    test('ARM throttles for long: the answer passes on when to come back', async () => {
      const { azure, status } = await start()
      azure.fail({ path: /listClusterUserCredential/, times: 1000, status: 429, headers: { 'retry-after': '1' } })
      const { code, body, retryAfter } = await status()
      expect({ code, error: body.error, retryAfter }).toEqual({ code: 429, error: 'azure-throttled', retryAfter: '1' })
    })

    test('ARM is unavailable: the answer says so, and a cluster that is known goes on being used', async () => {
      const { azure, status } = await start({}, impatient)
      const mend = azure.fail({ path: /^\/subscriptions/, times: 1000, status: 503 })
      expect(await status()).toMatchObject({ code: 503, body: { error: 'azure-unreachable' } })
      mend()
      expect(await status()).toMatchObject({ code: 200 })
      azure.fail({ path: /^\/subscriptions/, times: 1000, status: 503 })
      expect(await status()).toMatchObject({ code: 200 })
    })

    test('the cluster is deleted', async () => {
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
      'the cluster is %s: Azure is asked why it is silent, once for all who wait',
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

    test('the cluster has another certificate than Azure says: it is looked up again until it fits', async () => {
      const { azure, status } = await start()
      const { ca } = azure.cluster
      azure.cluster.ca = (await createLoopbackCertificate()).cert
      expect(await status()).toMatchObject({ code: 503, body: { error: 'cluster-unreachable' } })
      azure.cluster.ca = ca
      await waitFor({ what: 'the new CA is used', look: status, until: ({ code }) => code === 200 })
    })

    test('the cluster was built anew elsewhere: the next request finds it', async () => {
      const { azure, status } = await start()
      const { server } = azure.cluster
      azure.cluster.server = 'https://127.0.0.1:1'
      expect(await status()).toMatchObject({ code: 503, body: { error: 'cluster-unreachable' } })
      azure.cluster.server = server
      await waitFor({ what: 'the new server is used', look: status, until: ({ code }) => code === 200 })
    })

    test('a token is refused: it is renewed past the cache, once for all who were refused with it', async () => {
      const { azure, host } = await start()
      azure.identity.bogusTokens = 1
      const answers = await Promise.all(Array.from({ length: 30 }, () => status(host)))
      expect(answers.map(({ code }) => code)).toEqual(Array(30).fill(200))
      expect(tokensOf(azure, ofAks)).toBe(2)
      expect(tokensOf(azure, 'resource=https://127.0.0.1')).toBe(1)
    })
  })
}

/** How the host answers a request for the status of the sample. */
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
