import { afterAll, expect, test } from '@jest/globals'
import { startAzureOf, startEmbeddedCluster } from '../../dev/start/embeddedCluster.ts'
import { functionsKey, startFunctions } from '../hosts.ts'
import { describeAzureFaults } from './azureFaults.ts'

const cluster = await startEmbeddedCluster()
afterAll(() => cluster.stop())

describeAzureFaults('the embedded cluster', cluster.azure)

test('the first request to a cluster that was rebuilt at the same address reaches the new one', async () => {
  const first = await startEmbeddedCluster()
  const azure = await startAzureOf(first)
  const host = await startFunctions(azure.env())
  const status = () =>
    fetch(`${host.url}/api/v1/deployments/project-a/sample-app-a/status`, {
      headers: { 'x-functions-key': functionsKey },
    }).then((response) => response.status)
  expect(await status()).toBe(200)
  await first.stop()
  const port = Number(new URL(azure.cluster.server).port)
  const again = await startEmbeddedCluster({ port }, first.azure.aksTokens)
  azure.cluster.ca = again.azure.cluster.ca
  expect(await status()).toBe(200)
  await host.stop()
  await azure.stop()
  await again.stop()
})
