import { describe, expect, test } from '@jest/globals'
import { unusedClusters, type WantedCluster, withoutOthers } from '../../../../dev/start/wantedCluster.ts'
import { readConfig } from '../../../../shared/config.ts'

const embedded: WantedCluster = { kind: 'embedded' }
const kubeconfig: WantedCluster = { kind: 'kubeconfig', paths: '/f', from: '--kubeconfig /f', context: undefined }
const aks: WantedCluster = { kind: 'aks' }
const ofAks = {
  AKS_SUBSCRIPTION_ID: '00000000-0000-0000-0000-000000000000',
  AKS_RESOURCE_GROUP: 'g',
  AKS_CLUSTER_NAME: 'c',
}
const everywhere = {
  ...ofAks,
  AZURE_CLIENT_ID: 'cannot be used',
  KUBERNETES_SERVICE_HOST: '10.0.0.1',
  KUBECONFIG: '/k',
}

describe('what the environment names leads the host', () => {
  const connectionOf = (wanted: WantedCluster, more: object = {}) =>
    readConfig({ ...everywhere, ...withoutOthers(wanted, everywhere), ...more }).connection

  test('nowhere else than to the embedded cluster', () => {
    expect(connectionOf(embedded)).toBeUndefined()
  })

  test('nowhere else than to the kubeconfig', () => {
    expect(connectionOf(kubeconfig, { KUBECONFIG: '/f' })).toEqual({ kind: 'kubeconfig', paths: '/f' })
  })

  test('to AKS when that is asked for', () => {
    expect(connectionOf(aks, { AZURE_CLIENT_ID: '' })).toMatchObject({ kind: 'aks', clusterName: 'c' })
  })
})

test('AKS that nothing names is refused, with what is missing', () => {
  expect(() => withoutOthers(aks, { ...ofAks, AKS_RESOURCE_GROUP: '' })).toThrow(
    '--cluster aks lacks AKS_RESOURCE_GROUP: set it in the environment or in local.settings.json, then run this again.',
  )
})

describe('a cluster that is named and not used', () => {
  test.each([
    [{}, {}, []],
    [{ KUBECONFIG: '' }, {}, []],
    [{ KUBECONFIG: '/k' }, {}, ['KUBECONFIG is set and not used; to use it: npm start -- --cluster kubeconfig']],
    [ofAks, {}, ['AKS_SUBSCRIPTION_ID is set and not used; to use it: npm start -- --cluster aks']],
    [{}, ofAks, ['AKS_SUBSCRIPTION_ID is set and not used; to use it: npm start -- --cluster aks']],
    [{}, { KUBECONFIG: '/for/core/tools' }, []],
  ])('by the environment %j or the file %j is said: %j', (environment, file, lines) => {
    expect(unusedClusters(environment, { ...file, ...environment }, 'npm start')).toEqual(lines)
  })
})
