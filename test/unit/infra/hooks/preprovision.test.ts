import { describe, expect, test } from '@jest/globals'
import { hook } from '../../../../infra/hooks/preprovision.ts'
import { runInProcess } from '../../../standIns/inProcess.ts'
import { fineWorld, type World } from '../../../standIns/world.ts'

const given = { AZURE_SUBSCRIPTION_ID: 'sub', AZURE_LOCATION: 'japaneast' }

const preflight = async (world: Partial<World> = {}, more: Record<string, string> = {}) => {
  const { code, lines, called } = await runInProcess(hook, { world, values: { ...given, ...more } })
  return { code, called, output: lines.join('\n') }
}

const isFine = '✓ test can be deployed to japaneast'

test('a subscription in which nothing is missing can be deployed to', async () => {
  const { code, output } = await preflight()
  expect(output).toBe(isFine)
  expect(code).toBe(0)
})

test('it tells azd which pools exist, from the cluster of this environment alone, and who deploys', async () => {
  const pools = [{ name: 'system' }, { name: 'projecta' }]
  const clusters = [
    { name: 'aks-test', tags: { 'azd-env-name': 'test' }, agentPoolProfiles: pools },
    { name: 'aks-other', tags: { 'azd-env-name': 'other' }, agentPoolProfiles: [{ name: 'theirs' }] },
  ]
  const { called } = await preflight({ clusters, user: { name: 'app', type: 'servicePrincipal' } })
  expect(called.filter((call) => call.startsWith('azd env set'))).toEqual([
    'azd env set AZURE_PRINCIPAL_TYPE ServicePrincipal',
    'azd env set AZURE_EXISTING_NODE_POOLS system,projecta',
  ])
})

test('a resource provider that is not registered is registered, and that is no fault', async () => {
  const { code, output, called } = await preflight({
    providers: fineWorld.providers.filter((name) => name !== 'Microsoft.App'),
  })
  expect(output).toContain('Registering the resource provider Microsoft.App ...')
  expect(called).toContainEqual(
    'az provider register --namespace Microsoft.App --subscription sub --wait --output json --only-show-errors',
  )
  expect(code).toBe(0)
})

const noQuota = (family: string): Partial<World> => ({
  usages: fineWorld.usages.map((one) => (one.name.value === family ? { ...one, limit: '0' } : one)),
})

describe.each<[string, Partial<World>, string, string, Record<string, string>?]>([
  ['no kubelogin', { tools: ['az', 'azd', 'kubectl'] }, 'kubelogin is not installed', 'install kubelogin'],
  ['nobody signed in', { user: undefined }, "Please run 'az login'", '    az login'],
  [
    'a provider that may not be registered',
    { providers: [], registers: false },
    'The resource provider Microsoft.App is not registered.',
    'az provider register --namespace Microsoft.App --subscription sub --wait',
  ],
  [
    'no right to assign roles',
    { permissions: [{ actions: ['*'], notActions: ['Microsoft.Authorization/*/Write'] }] },
    'dev@example.com may not do this at /subscriptions/sub: Microsoft.Authorization/roleAssignments/write',
    'az role assignment create --assignee dev@example.com --role "User Access Administrator" --scope /subscriptions/sub',
  ],
  [
    'a region without Flex Consumption',
    { flexLocations: ['swedencentral'] },
    'japaneast does not offer the Flex Consumption plan',
    'azd env set AZURE_LOCATION <one of: swedencentral>',
  ],
  ['a region without Node 24', { nodeVersions: ['20'] }, 'does not offer Node 24', 'azd env set AZURE_LOCATION'],
  [
    'a Kubernetes version that has ended',
    { kubernetesVersions: ['1.37', '1.38'] },
    'japaneast does not offer Kubernetes 1.36, but 1.37, 1.38',
    'azd env set KUBERNETES_VERSION <one of these>',
  ],
  [
    'no quota for the system pool',
    noQuota('standardDSv5Family'),
    'The system pool needs 8 vCPU, and there is no quota for them (Standard DSv5 Family vCPUs: 0 vCPU, 0 in use)',
    'QuotaMenuBlade',
  ],
  [
    'a size that the region does not have',
    { skus: [] },
    'Pool system needs Standard_D4s_v5, but japaneast does not offer it',
    'azd env set SYSTEM_VM_SIZE <another size>, or azd env set AZURE_LOCATION <another region>',
  ],
  [
    'a size that the subscription does not get',
    {
      skus: fineWorld.skus.map((sku) => ({
        ...sku,
        restrictions: [{ type: 'Location', reasonCode: 'NotAvailableForSubscription' }],
      })),
    },
    'does not give it to this subscription (NotAvailableForSubscription)',
    'infra/projects.json: another vmSize for pool projecta',
  ],
  [
    'another account in azd',
    {},
    'The Azure CLI is signed in as dev@example.com (11111111-1111-1111-1111-111111111111), and azd as another one (2)',
    'azd config set auth.useAzCliAuth true',
    { AZURE_PRINCIPAL_ID: '2' },
  ],
  [
    'an id that is none',
    {},
    'AZURE_EXISTING_AKS_ID is no id of an AKS cluster: my-cluster',
    'az aks list --query [].id',
    { AZURE_EXISTING_AKS_ID: 'my-cluster' },
  ],
])('%s', (_what, world, what, fix, more) => {
  test('is a fault with the command that fixes it, and the deployment does not begin', async () => {
    const { code, output } = await preflight(world, more)
    expect(output).toContain(what)
    expect(output).toContain(fix)
    expect(code).toBe(1)
  })
})

test('without az nothing can be asked, and the tools that are missing are told', async () => {
  const { code, output } = await preflight({ tools: ['azd', 'kubectl'] })
  expect(output.split('\n').filter((line) => line.startsWith('✗'))).toEqual([
    '✗ az is not installed, or not on the PATH',
    '✗ kubelogin is not installed, or not on the PATH',
  ])
  expect(code).toBe(1)
})

test('an environment without subscription and region gets the commands that set them', async () => {
  const { code, output } = await preflight({}, { AZURE_SUBSCRIPTION_ID: '', AZURE_LOCATION: '' })
  expect(output).toContain('✗ The azd environment has no AZURE_SUBSCRIPTION_ID and no AZURE_LOCATION')
  expect(output).toContain('azd env set AZURE_LOCATION <value>')
  expect(code).toBe(1)
})

test('all faults are told at once', async () => {
  const { output } = await preflight({
    tools: ['az', 'azd'],
    ...noQuota('standardDSv5Family'),
    kubernetesVersions: ['1.38'],
    permissions: [],
  })
  const faults = output.split('\n').filter((line) => line.startsWith('✗'))
  expect(faults).toEqual([
    expect.stringContaining('kubectl is not installed'),
    expect.stringContaining('kubelogin is not installed'),
    expect.stringContaining('may not do this at /subscriptions/sub'),
    expect.stringContaining('does not offer Kubernetes 1.36'),
    expect.stringContaining('The system pool needs 8 vCPU'),
  ])
})

test('no quota for a pool with a GPU is a warning: the pool is created, and its project does not wake', async () => {
  const { code, output } = await preflight(noQuota('Standard NCASv3_T4 Family'), { WITH_GPU: 'true' })
  expect(output).toContain('! Pool projectb is created, but its project cannot wake: it needs 4 vCPU for one node')
  expect(code).toBe(0)
})

test('no quota for a pool with a GPU is nothing where nobody asks for one', async () => {
  expect(await preflight(noQuota('Standard NCASv3_T4 Family'))).toMatchObject({
    code: 0,
    output: isFine,
  })
})

test('the system pool that runs already does not count as missing, though it uses the quota', async () => {
  const clusters = [{ name: 'aks', tags: { 'azd-env-name': 'test' }, agentPoolProfiles: [{ name: 'system' }] }]
  const usages = fineWorld.usages.map((one) => ({ ...one, currentValue: one.limit }))
  expect(await preflight({ clusters, usages })).toMatchObject({ code: 0 })
})

describe('with a cluster that exists', () => {
  const id = '/subscriptions/theirs/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks'
  const existing = (cluster: object, world: Partial<World> = {}) =>
    preflight({ ...world, cluster }, { AZURE_EXISTING_AKS_ID: id })

  test('neither machines nor versions of the region are asked for', async () => {
    expect(await existing(fineWorld.cluster, { skus: [], kubernetesVersions: [] })).toMatchObject({ code: 0 })
  })

  test.each([
    [{ currentKubernetesVersion: '1.36.1' }, 'no managed identity', 'az aks update --resource-group rg --name aks'],
    [{ aadProfile: {}, currentKubernetesVersion: '1.29.9' }, 'the admission policy needs 1.30', 'az aks upgrade'],
    [
      { aadProfile: {}, currentKubernetesVersion: '1.36.1', powerState: { code: 'Stopped' } },
      'is stopped',
      'az aks start',
    ],
  ])('what it lacks is a fault: %j', async (cluster, what, fix) => {
    const { code, output } = await existing(cluster)
    expect(output).toContain(what)
    expect(output).toContain(fix)
    expect(code).toBe(1)
  })
})
