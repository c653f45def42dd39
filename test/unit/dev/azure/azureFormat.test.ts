import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { loadYaml } from '@kubernetes/client-node'
import * as armErrors from '../../../../dev/azure/armErrors.ts'
import { execKubeconfig } from '../../../../dev/azure/kubeconfig.ts'
import { call, fakes, poolsPath } from './fakes.ts'

const { start } = fakes()

describe('the fake Azure answers in the format of Azure with', () => {
  const fixture = (name: string) => readFileSync(new URL(`../../../fixtures/azure/${name}`, import.meta.url), 'utf8')
  const { cases } = JSON.parse(fixture('errors.json')) as { cases: { name: string; status: number; body: object }[] }
  const names = { resourceGroup: 'rg1', clusterName: 'clustername1' }
  const cluster = `/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg1/providers/Microsoft.ContainerService/managedClusters/clustername1`
  const action = 'Microsoft.ContainerService/managedClusters/listClusterUserCredential/action'
  const id = '11111111-1111-1111-1111-111111111111'

  test.each([
    ['arm-404-cluster', armErrors.clusterNotFound(names)],
    ['aks-404-agentpool-flat', armErrors.agentPoolNotFound()],
    ['arm-403-credentials', armErrors.authorizationFailed({ clientId: id, objectId: id }, action, cluster)],
  ])('the error %s', (name, { status, body }) => {
    const recorded = cases.find((one) => one.name === name)
    expect({ status, body }).toEqual({ status: recorded?.status, body: recorded?.body })
  })

  test('the kubeconfig of a cluster with Microsoft Entra', () => {
    const recorded = loadYaml<{ clusters: { cluster: { server: string; 'certificate-authority-data': string } }[] }>(
      fixture('kubeconfig-exec.yaml'),
    )
    const { server = '', 'certificate-authority-data': ca = '' } = recorded.clusters[0]?.cluster ?? {}
    const ours = execKubeconfig({ server, ca: atob(ca) }, { subscriptionId: '', ...names })
    expect(loadYaml(ours)).toEqual(recorded)
  })

  test('the token of the identity endpoint, and the list of kubeconfigs', async () => {
    const azure = await start()
    const { AZURE_CLIENT_ID, IDENTITY_HEADER = '' } = azure.env()
    const token = await call(
      azure,
      `/msi/token?api-version=2019-08-01&resource=https://management.azure.com/&client_id=${AZURE_CLIENT_ID}`,
      { 'x-identity-header': IDENTITY_HEADER },
    )
    const keysAndTypes = (body: object) => Object.entries(body).map(([key, value]) => [key, typeof value])
    expect(keysAndTypes(token.body)).toEqual(keysAndTypes(JSON.parse(fixture('msi-token-response.json')).body))
    expect(token.body).toMatchObject({ resource: 'https://management.azure.com/' })
    const credentials = await call(
      azure,
      `${poolsPath(azure).replace('agentPools', 'listClusterUserCredential')}?api-version=2026-06-01&format=exec`,
      { authorization: `Bearer ${(token.body as { access_token: string }).access_token}` },
      'POST',
    )
    const recorded = JSON.parse(fixture('ManagedClustersListClusterUserCredentials.json')).body
    const { kubeconfigs } = credentials.body as { kubeconfigs: object[] }
    expect(Object.keys(credentials.body)).toEqual(Object.keys(recorded))
    expect(keysAndTypes(kubeconfigs[0] ?? {})).toEqual(keysAndTypes(recorded.kubeconfigs[0]))
  })
})
