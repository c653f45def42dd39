import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, expect, test } from '@jest/globals'
import { allows, type FakeAzure, roleNamed, startFakeAzure } from '../../dev/azure/index.ts'
import { readSnapshots, variantsOf } from '../../dev/infra/bicep/snapshots.ts'
import { settingsWith } from '../../dev/infra/rules/appSettings.ts'
import { assignedRoles } from '../../dev/infra/rules/roles.ts'
import { appSettingsOf } from '../../dev/infra/rules/rule.ts'
import { startEmbeddedCluster } from '../../dev/start/embeddedCluster.ts'
import { readConfig } from '../../shared/config.ts'
import { functionsKey, type Host, startFunctions } from '../hosts.ts'
import { waitFor } from '../waitFor.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const variants = variantsOf(readSnapshots(root))
// Many variants give the function app the same settings.
const bySettings = Map.groupBy(variants, (variant) => JSON.stringify(appSettingsOf(variant)))
const distinct = [...bySettings.values()].flatMap(([first, ...more]) =>
  first === undefined ? [] : [{ ...first, names: [first, ...more].map(({ name }) => name).join(', ') }],
)

const key = 'a-key-of-the-key-vault'
const apiKeys = JSON.stringify([{ name: 'team-a', key }])

const cluster = await startEmbeddedCluster({ podDelayMs: 1, nodeDelayMs: 1 })
let azure: FakeAzure
let host: Host | undefined
afterEach(async () => {
  await host?.stop()
  host = undefined
  await azure.stop()
})
afterAll(() => cluster.stop())

const headers = { 'x-functions-key': functionsKey, authorization: `Bearer ${key}` }
const call = async (path: string, method = 'GET') => {
  const body = method === 'POST' ? '{"reason":"the templates are tried"}' : undefined
  const response = await fetch(`${host?.url}${path}`, { method, headers, ...(body !== undefined && { body }) })
  return { status: response.status, body: await response.json() }
}

test.each(distinct)(
  'with the app settings of $names the built function app puts a project to zero',
  async (variant) => {
    const { AKS_SUBSCRIPTION_ID, AKS_RESOURCE_GROUP, AKS_CLUSTER_NAME } = appSettingsOf(variant)
    const names = {
      subscriptionId: `${AKS_SUBSCRIPTION_ID}`,
      resourceGroup: `${AKS_RESOURCE_GROUP}`,
      clusterName: `${AKS_CLUSTER_NAME}`,
    }
    azure = await startFakeAzure({ ...cluster.azure, names })
    azure.identity.roles = assignedRoles(variant)
      .filter(({ to }) => to === 'the function app')
      .map(({ role }) => role)
    const settings = settingsWith(variant, {
      clientId: azure.identity.clientId,
      connectionString: azure.connectionString,
      apiKeys,
    })
    const { projects } = readConfig(settings)
    expect(projects.map(({ name }) => name)).toContain('project-a')

    // Of the fake Azure come only what Azure itself gives a function app, and where Azure is.
    const { AZURE_RESOURCE_MANAGER_URL = '', ...env } = azure.env()
    const given = Object.entries(env).filter(([name]) => !name.startsWith('AKS_') && !name.startsWith('AZURE_'))
    // The timers would apply the schedules of the night in which the test runs.
    const never = { SCHEDULE_TICK: '0 0 0 1 1 *' }
    host = await startFunctions({ ...settings, ...Object.fromEntries(given), AZURE_RESOURCE_MANAGER_URL, ...never })
    expect(await call('/ready')).toMatchObject({ status: 200 })
    expect(await call('/api/v1/projects/project-a/scale-to-zero', 'POST')).toMatchObject({ status: 200 })
    expect(await call('/api/v1/deployments/project-a/sample-app-a/status')).toMatchObject({
      body: { deployment: { desired_replicas: 0 } },
    })
    expect(await call('/api/v1/node-pools')).toMatchObject({
      body: {
        node_pools: expect.arrayContaining([expect.objectContaining({ name: 'projecta', project: 'project-a' })]),
      },
    })
    await waitFor({
      what: 'its telemetry has arrived',
      look: async () => azure.telemetry.length,
      until: (count) => count > 0,
    })

    // What it asked Azure for is what its roles allow, and each role of those on cluster and component is one that it used.
    const asked = [...azure.identity.askedActions]
    const refused = asked.filter((action) => !azure.identity.roles.some((role) => allows(roleNamed(role), action)))
    expect(refused).toEqual([])
    const unused = azure.identity.roles.filter(
      (role) =>
        !asked.some((action) =>
          azure.identity.roles.every((other) => allows(roleNamed(other), action) === (other === role)),
        ),
    )
    expect(unused).toEqual(['Storage Blob Data Owner'])

    expect(await call('/api/v1/projects/project-a/restore', 'POST')).toMatchObject({ status: 200 })
  },
  120_000,
)
