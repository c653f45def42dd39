import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, expect, test } from '@jest/globals'
import { startAzureOf, startEmbeddedCluster, writeKubeconfig } from '../../../dev/start/embeddedCluster.ts'

const cluster = await startEmbeddedCluster()
const azure = await startAzureOf(cluster)
const kubeconfig = writeKubeconfig(cluster)
afterAll(async () => {
  kubeconfig.remove()
  await azure.stop()
  await cluster.stop()
})

/** The Azure packages that a process with these settings has loaded before and after its first answer. */
async function loadsWith(env: Record<string, string>) {
  const script = fileURLToPath(new URL('loads.ts', import.meta.url))
  const args = ['--disable-warning=ExperimentalWarning', script]
  return JSON.parse((await promisify(execFile)(process.execPath, args, { env })).stdout)
}

test('a host that reaches its cluster by a kubeconfig never loads the Azure libraries', async () => {
  expect(await loadsWith({ KUBECONFIG: kubeconfig.file })).toEqual({ status: 200, before: [], loaded: [] })
}, 30_000)

test('a host with AKS settings loads the Azure libraries with its first request', async () => {
  const { status, before, loaded } = await loadsWith(azure.env())
  expect({ status, before }).toEqual({ status: 200, before: [] })
  expect(loaded).toEqual(expect.arrayContaining(['@azure/arm-containerservice', '@azure/identity', '@azure/msal-node']))
}, 30_000)
