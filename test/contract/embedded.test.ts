import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCluster } from '../../dev/cluster/index.ts'
import { functionsKey, type Host, startFunctions, startScaleApi } from '../hosts.ts'
import { describeScaleApi, type Subject } from './scaleApi.ts'

const apiKey = 'api-key-of-the-tests'

async function onEmbedded(
  startHost: (settings: Record<string, string>) => Promise<Host>,
  who: Pick<Subject, 'headers' | 'actor' | 'guard'>,
): Promise<Subject> {
  const cluster = await startCluster({ podDelayMs: 50, nodeDelayMs: 50 })
  const dir = mkdtempSync(join(tmpdir(), 'contract-'))
  const path = join(dir, 'kubeconfig')
  writeFileSync(path, cluster.kubeconfig)
  const host = await startHost({ KUBECONFIG: path })
  return {
    ...who,
    url: host.url,
    kubeconfig: cluster.kubeconfig,
    async stop() {
      await host.stop()
      await cluster.stop()
      rmSync(dir, { recursive: true })
    },
  }
}

describeScaleApi('the Functions host on the embedded cluster', () =>
  onEmbedded(startFunctions, { headers: { 'x-functions-key': functionsKey }, actor: 'function-key', guard: 'host' }),
)

describeScaleApi('the in-cluster host on the embedded cluster', () =>
  onEmbedded((settings) => startScaleApi({ API_KEY: apiKey, ...settings }), {
    headers: { authorization: `Bearer ${apiKey}` },
    actor: 'api-key',
    guard: 'api',
  }),
)
