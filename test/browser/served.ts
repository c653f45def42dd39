import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { type EmbeddedCluster, startCluster } from '../../dev/cluster/index.ts'
import { functionsKey, type Host, startFunctions, startScaleApi } from '../hosts.ts'
import { openBrowser } from './browser.ts'

/** The key that the in-cluster host of the tests accepts. */
export const apiKey = 'api-key-of-the-tests'

export const hostNames = ['the in-cluster host', 'the Functions host'] as const

/** The page of both hosts over one embedded cluster, and a browser to look at them. */
export interface Served {
  cluster: EmbeddedCluster
  /** Each with the key that it takes. */
  hosts: Record<(typeof hostNames)[number], { host: Host; key: string }>
  browser: Browser
  stop(): Promise<void>
}

/** Serves the page for these projects, as the setting PROJECTS has them. */
export async function serve(projects: object[]): Promise<Served> {
  const dir = mkdtempSync(join(tmpdir(), 'page-'))
  const cluster = await startCluster({ podDelayMs: 10, nodeDelayMs: 10 })
  writeFileSync(join(dir, 'kubeconfig'), cluster.kubeconfig)
  const settings = { KUBECONFIG: join(dir, 'kubeconfig'), PROJECTS: JSON.stringify(projects) }
  const scaleApi = await startScaleApi({ ...settings, API_KEY: apiKey })
  const functions = await startFunctions(settings)
  const browser = await openBrowser()
  return {
    cluster,
    hosts: {
      'the in-cluster host': { host: scaleApi, key: apiKey },
      'the Functions host': { host: functions, key: functionsKey },
    },
    browser,
    async stop() {
      await browser.close()
      await functions.stop()
      await scaleApi.stop()
      await cluster.stop()
      rmSync(dir, { recursive: true })
    },
  }
}
