import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../dev/cluster/index.ts'
import { hook } from '../../infra/hooks/postdeploy.ts'
import { functionsKey, type Host, startFunctions } from '../hosts.ts'
import { runInProcess } from '../standIns/inProcess.ts'
import type { World } from '../standIns/world.ts'

const workspace = '/subscriptions/sub/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/logs'
const values = {
  AZURE_SUBSCRIPTION_ID: 'sub',
  AZURE_RESOURCE_GROUP: 'rg',
  FUNCTION_APP_NAME: 'app',
  LOG_ANALYTICS_WORKSPACE_ID: workspace,
}

const smoke = async (url: string, world: Partial<World> = {}, more: Record<string, string> = {}) => {
  const given = { ...values, FUNCTION_APP_URL: url, ...more }
  const { code, lines, waited } = await runInProcess(hook, {
    world: { hostKey: functionsKey, ...world },
    values: given,
  })
  return { code, lines, waited, output: lines.join('\n') }
}

/** An address at which nothing listens. */
async function freeAddress(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}`
}

describe('the smoke test of a deployment', () => {
  let cluster: EmbeddedCluster
  let host: Host
  const dir = mkdtempSync(join(tmpdir(), 'smoke-'))
  beforeAll(async () => {
    cluster = await startCluster()
    const project = { name: 'project-a', scaleDown: '0 22 * * *' }
    const KUBECONFIG = join(dir, 'kubeconfig')
    writeFileSync(KUBECONFIG, cluster.kubeconfig)
    host = await startFunctions({ KUBECONFIG, PROJECTS: JSON.stringify([project]) })
  })
  afterAll(async () => {
    await host?.stop()
    await cluster?.stop()
    rmSync(dir, { recursive: true })
  })

  test('shows what works, and changes nothing', async () => {
    const { code, lines } = await smoke(host.url)
    expect(lines).toEqual([
      '✓ /health: the function app runs',
      '✓ /ready: its identity signs in, Azure names the cluster, and the API server answers',
      '✓ a dry run of project-a: Project project-a would be scaled to zero: 1 changed',
      '✓ a timer has run, and its telemetry has arrived: Tick at 2026-11-27T22:05:00Z',
      '✓ The deployment works.',
    ])
    expect(code).toBe(0)
  })

  test('waits for a timer, and says what to look at when none runs', async () => {
    const { code, output, waited } = await smoke(host.url, { tick: undefined })
    expect(output).toContain('✗ no timer has run within 15 minutes')
    expect(waited).toBe(900)
    expect(code).toBe(1)
  })

  test('a key that the host refuses is told, and what works beside it', async () => {
    const { code, output } = await smoke(host.url, { hostKey: 'wrong' })
    expect(output).toContain('✗ /api/v1/projects: 401')
    expect(output).toContain('✓ a timer has run')
    expect(code).toBe(1)
  })

  test('what fails while the cluster was out of reach is still to come, and no failure of the deployment', async () => {
    const { code, output } = await smoke(host.url, { hostKey: 'wrong' }, { KUBERNETES_STATE: 'out-of-reach' })
    expect(output).toContain('! /api/v1/projects: 401')
    expect(output).toContain('npm run kubernetes from a machine that reaches it')
    expect(output).toContain('! The deployment works as far as it goes')
    expect(code).toBe(0)
  })

  test('an app that is not there is told with the reason, after it had time to start', async () => {
    const url = await freeAddress()
    const { code, output, waited } = await smoke(url)
    expect(output).toContain(`✗ /health: no answer (connect ECONNREFUSED ${url.slice('http://'.length)})`)
    expect(waited).toBeGreaterThanOrEqual(300)
    expect(code).toBe(1)
  })
})

describe('with Easy Auth', () => {
  const clientId = '33333333-3333-3333-3333-333333333333'

  /** An app whose front door wants a token, but for /health. */
  async function withFrontDoor(work: (url: string) => Promise<void>): Promise<void> {
    const server = createServer(({ url = '', headers }, response) => {
      const isIn =
        headers.authorization === 'Bearer token-of-the-deployer' && headers['x-functions-key'] === functionsKey
      if (url !== '/health' && !isIn) response.writeHead(401, { 'www-authenticate': 'Bearer' }).end()
      else if (url === '/api/v1/projects') response.end('{"projects":[]}')
      else response.end('{"status":"ready"}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  }

  test('it sends the token of the deployer beside the host key', () =>
    withFrontDoor(async (url) => {
      const { code, output } = await smoke(url, {}, { EASY_AUTH_CLIENT_ID: clientId })
      expect(output).toContain('✓ /ready')
      expect(code).toBe(0)
    }))

  test('a token that Entra does not give is told, with what the app registration lacks', () =>
    withFrontDoor(async (url) => {
      const { code, output } = await smoke(url, { easyAuthToken: undefined }, { EASY_AUTH_CLIENT_ID: clientId })
      expect(output).toContain('its app registration must expose an API with a scope')
      expect(output).toContain('AADSTS65001')
      expect(code).toBe(1)
    }))

  test('a token that the app refuses is told, with what may be missing', () =>
    withFrontDoor(async (url) => {
      const { code, output } = await smoke(url, { easyAuthToken: 'other' }, { EASY_AUTH_CLIENT_ID: clientId })
      expect(output).toContain('✗ /ready: 401\n')
      expect(output).toContain('the app registration must allow the audience')
      expect(code).toBe(1)
    }))
})
