import { expect, test } from '@jest/globals'
import { wantedCluster } from '../../../../dev/start/wantedCluster.ts'

const aks = { AKS_SUBSCRIPTION_ID: 's', AKS_RESOURCE_GROUP: 'g', AKS_CLUSTER_NAME: 'c' }
const none = { AKS_SUBSCRIPTION_ID: '', AKS_RESOURCE_GROUP: '', AKS_CLUSTER_NAME: '', KUBECONFIG: '' }

test.each([
  ['that of its own', {}, {}, 'embedded', 'nothing names another'],
  ['that of its own', none, none, 'embedded', 'an empty value counts as not set'],
  ['that of its own', {}, { KUBECONFIG: '/file' }, 'embedded', 'a path in a file is for Core Tools'],
  ['that of the kubeconfig', { KUBECONFIG: '/mine' }, {}, 'kubeconfig', 'the environment names it'],
  ['that of the kubeconfig', { KUBECONFIG: '/mine' }, aks, 'kubeconfig', 'the environment comes before a file'],
  ['AKS', aks, {}, 'aks', 'the environment names it'],
  ['AKS', { ...aks, KUBECONFIG: '/mine' }, {}, 'aks', 'it comes first for the hosts, too'],
  ['AKS', {}, aks, 'aks', 'a file names it'],
  ['AKS', { AKS_CLUSTER_NAME: 'c' }, {}, 'aks', 'the host then says what is missing'],
])('npm start works on %s when the environment is %j and the file %j: %s, because %s', (...row) => {
  const [, environment, file, kind] = row
  expect(wantedCluster(environment, { ...file, ...environment })).toMatchObject({ kind })
})
