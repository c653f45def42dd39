import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KubeConfig } from '@kubernetes/client-node'
import type { UserTokens } from '../../dev/azure/index.ts'
import { downLab, readLab, upLab } from '../../dev/lab/index.ts'
import { functionsKey, startFunctions, startScaleApi } from '../hosts.ts'

/** A real cluster with both hosts beside it. It is plain data, because the tests get it through the environment. */
export interface Target {
  /** Path of an administrator's kubeconfig. */
  kubeconfig: string
  kubectl: string
  functionsUrl: string
  functionsKey: string
  scaleApiUrl: string
  apiKey: string
  /** The environment that makes a process the in-cluster host, with the real ServiceAccount. */
  inClusterEnv: Record<string, string>
  /** The tokens of the function app's managed identity; an existing cluster has none. */
  identity?: UserTokens | undefined
}

const labName = 'e2e'

/**
 * Starts both hosts on the cluster of E2E_KUBECONFIG, or the lab when it is not set. An existing cluster must have node
 * pools labelled project=a and project=b that scale to zero, and kubectl must be on the PATH.
 * @returns the target, and a function that stops everything that was started for it
 */
export async function startTarget(report: (line: string) => void): Promise<{ target: Target; stop(): Promise<void> }> {
  const existing = process.env.E2E_KUBECONFIG
  return existing === undefined ? startLab(report) : startOn(existing, report)
}

/** The target that the global setup has started. */
export function readTarget(): Target {
  const { E2E_TARGET } = process.env
  if (E2E_TARGET === undefined)
    throw new Error('run the e2e tests with `npm run e2e`, which starts the cluster and the hosts that they need')
  return JSON.parse(E2E_TARGET)
}

async function startLab(report: (line: string) => void) {
  const before = await readLab(labName)
  // The lab's timers would put to sleep what a test is about to wake, so a timer runs only when a test says so.
  process.env.SCHEDULE_TICK = '0 0 0 1 1 *'
  const lab = await upLab({ name: labName, apiAuth: 'key', report })
  const { kubeconfig, kubectl, functionsUrl, functionsKey, scaleApiUrl, inClusterEnv, identity, apiKey = '' } = lab
  return {
    target: { kubeconfig, kubectl, functionsUrl, functionsKey, scaleApiUrl, apiKey, inClusterEnv, identity },
    // A lab that ran before stays up, which makes a second run quick.
    stop: async () => {
      if (before === undefined) await downLab({ name: labName, report })
    },
  }
}

async function startOn(kubeconfig: string, report: (line: string) => void) {
  const kubectl = (...args: string[]) => execFileSync('kubectl', ['--kubeconfig', kubeconfig, ...args]).toString()
  report(`using the cluster of ${kubeconfig}`)
  report(
    'SKIPPED: the tests of the managed identity, which this API server does not know; `npm run e2e` on the lab runs them',
  )
  for (const part of ['scale-api/manifests', 'samples/app-a', 'samples/app-b']) kubectl('apply', '-f', part)
  const apiKey = 'api-key-of-the-tests'
  const inClusterEnv = serviceAccountOf(kubeconfig, kubectl('create', 'token', 'scale-api-sa', '-n', 'scale-system'))
  const functions = await startFunctions({ KUBECONFIG: kubeconfig })
  const scaleApi = await startScaleApi({ ...inClusterEnv, API_KEY: apiKey })
  const urls = { functionsUrl: functions.url, scaleApiUrl: scaleApi.url }
  return {
    target: { kubeconfig, kubectl: 'kubectl', functionsKey, apiKey, inClusterEnv, ...urls },
    stop: async () => {
      await functions.stop()
      await scaleApi.stop()
    },
  }
}

/** The environment that makes a process the in-cluster host of this cluster, with a token of its ServiceAccount. */
export function serviceAccountOf(kubeconfig: string, token: string): Record<string, string> {
  const config = new KubeConfig()
  config.loadFromFile(kubeconfig)
  const cluster = config.getCurrentCluster()
  if (cluster === null) throw new Error(`${kubeconfig} names no cluster`)
  const { hostname, port } = new URL(cluster.server)
  const dir = mkdtempSync(join(tmpdir(), 'service-account-'))
  const ca = cluster.caData ? Buffer.from(cluster.caData, 'base64') : readFileSync(cluster.caFile ?? '')
  writeFileSync(join(dir, 'ca.crt'), ca)
  writeFileSync(join(dir, 'token'), token, { mode: 0o600 })
  return {
    KUBERNETES_SERVICE_HOST: hostname,
    KUBERNETES_SERVICE_PORT: port || '443',
    KUBERNETES_SERVICE_ACCOUNT_DIR: dir,
  }
}
