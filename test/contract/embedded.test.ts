import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ClusterOptions, startCluster } from '../../dev/cluster/index.ts'
import { startAzureOf, startEmbeddedCluster } from '../../dev/start/embeddedCluster.ts'
import { functionsKey, startFunctions, startScaleApi } from '../hosts.ts'
import { describeScaleApi, type Subject } from './scaleApi/index.ts'

const delays: ClusterOptions = { podDelayMs: 50, nodeDelayMs: 50 }

async function functionsByManagedIdentity(): Promise<Subject> {
  const cluster = await startEmbeddedCluster(delays)
  const azure = await startAzureOf(cluster)
  const host = await startFunctions(azure.env())
  return {
    ...{ headers: { 'x-functions-key': functionsKey }, actor: 'function-key', guard: 'host', azure: true },
    url: host.url,
    kubeconfig: cluster.config.exportConfig(),
    async stop() {
      await host.stop()
      await azure.stop()
      await cluster.stop()
    },
  }
}

async function scaleApiByKubeconfig(): Promise<Subject> {
  const cluster = await startCluster(delays)
  const dir = mkdtempSync(join(tmpdir(), 'contract-'))
  const path = join(dir, 'kubeconfig')
  writeFileSync(path, cluster.kubeconfig)
  const apiKey = 'api-key-of-the-tests'
  const host = await startScaleApi({ API_KEY: apiKey, KUBECONFIG: path })
  return {
    ...{ headers: { authorization: `Bearer ${apiKey}` }, actor: 'api-key', guard: 'api', azure: false },
    url: host.url,
    kubeconfig: cluster.kubeconfig,
    async stop() {
      await host.stop()
      await cluster.stop()
      rmSync(dir, { recursive: true })
    },
  }
}

describeScaleApi('the Functions host, by managed identity, on the embedded cluster', functionsByManagedIdentity)

describeScaleApi('the in-cluster host on the embedded cluster', scaleApiByKubeconfig)
