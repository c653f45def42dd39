import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, expect, test } from '@jest/globals'
import { KubeConfig } from '@kubernetes/client-node'
import { frontedCluster, startFakeAzure } from '../../../dev/azure/index.ts'
import { startCluster } from '../../../dev/cluster/index.ts'
import { createLoopbackCertificate } from '../../../dev/loopbackCertificate.ts'

const aksTokens = ['token-of-the-tests']
const cluster = await startCluster({ secure: { certificate: await createLoopbackCertificate(), tokens: aksTokens } })
const config = new KubeConfig()
config.loadFromString(cluster.kubeconfig)
const azure = await startFakeAzure({ cluster: frontedCluster(config), aksTokens })
const dir = mkdtempSync(join(tmpdir(), 'lazy-'))
writeFileSync(join(dir, 'kubeconfig'), cluster.kubeconfig)
afterAll(async () => {
  rmSync(dir, { recursive: true })
  await azure.stop()
  await cluster.stop()
})

/** What a process with these settings has loaded before, and after, its first answer. */
async function loadsWith(env: Record<string, string>) {
  const script = fileURLToPath(new URL('loads.ts', import.meta.url))
  const args = ['--disable-warning=ExperimentalWarning', script]
  return JSON.parse((await promisify(execFile)(process.execPath, args, { env })).stdout)
}

test('a host that reaches its cluster by a kubeconfig never loads the Azure libraries', async () => {
  expect(await loadsWith({ KUBECONFIG: join(dir, 'kubeconfig') })).toEqual({ status: 200, before: [], loaded: [] })
}, 30_000)

test('a host with AKS settings loads them with its first request', async () => {
  const { status, before, loaded } = await loadsWith(azure.env())
  expect({ status, before }).toEqual({ status: 200, before: [] })
  expect(loaded).toEqual(expect.arrayContaining(['@azure/arm-containerservice', '@azure/identity', '@azure/msal-node']))
}, 30_000)
