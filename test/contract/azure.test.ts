import { afterAll, expect, test } from '@jest/globals'
import { KubeConfig } from '@kubernetes/client-node'
import { frontedCluster, startFakeAzure } from '../../dev/azure/index.ts'
import { startCluster } from '../../dev/cluster/index.ts'
import { createLoopbackCertificate } from '../../dev/loopbackCertificate.ts'
import { functionsKey, startFunctions } from '../hosts.ts'
import { describeAzureFaults } from './azureFaults.ts'

const aksTokens = ['token-1', 'token-2', 'token-3']
const certificate = await createLoopbackCertificate()
const cluster = await startCluster({ secure: { certificate, tokens: aksTokens } })
afterAll(() => cluster.stop())

const config = new KubeConfig()
config.loadFromString(cluster.kubeconfig)

describeAzureFaults('the embedded cluster', { cluster: frontedCluster(config), aksTokens })

test('a cluster that was built anew at the same place is found by the request that first misses it', async () => {
  const secured = async (port?: number) => {
    const secure = { certificate: await createLoopbackCertificate(), tokens: aksTokens }
    return {
      certificate: secure.certificate,
      built: await startCluster({ secure, ...(port !== undefined && { port }) }),
    }
  }
  const first = await secured()
  const before = new KubeConfig()
  before.loadFromString(first.built.kubeconfig)
  const azure = await startFakeAzure({ cluster: frontedCluster(before), aksTokens })
  const host = await startFunctions(azure.env())
  const status = () =>
    fetch(`${host.url}/api/v1/deployments/project-a/sample-app-a/status?code=${functionsKey}`).then(
      ({ status }) => status,
    )
  expect(await status()).toBe(200)
  await first.built.stop()
  const again = await secured(Number(new URL(first.built.url).port))
  azure.cluster.ca = again.certificate.cert
  expect(await status()).toBe(200)
  await host.stop()
  await azure.stop()
  await again.built.stop()
})
