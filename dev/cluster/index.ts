import { randomBytes } from 'node:crypto'
import type { Certificate } from '../loopbackCertificate.ts'
import { samplePools } from './nodes.ts'
import type { KubeObject } from './objects.ts'
import type { Pool } from './pool.ts'
import { startControllers } from './reconcile.ts'
import { nodes, pods, resources } from './resources.ts'
import { sampleObjects, seed } from './seed.ts'
import { serve } from './server.ts'
import { type Change, keyOf, Store } from './store.ts'

export type { KubeObject, Pool }

export interface ClusterOptions {
  /** The port on loopback; 0, the default, takes a free one. */
  port?: number
  /** Serves KEDA's resources, as if it were installed; KEDA itself does not run. */
  keda?: boolean
  /** Serves Karpenter's NodePools, as if it were installed; Karpenter itself does not run. */
  karpenter?: boolean
  /** Serves HTTPS, and only to clients that send one of the tokens. Each token may do everything: there is no RBAC. */
  secure?: { certificate: Certificate; tokens: readonly string[] }
  /** Whether its controllers run, as they do by default. Without them nothing acts on what is written, as in envtest. */
  controllers?: boolean
  /** How long a Pod takes to start and to stop. */
  podDelayMs?: number
  /** How long a new node takes, and how long an empty node stays. */
  nodeDelayMs?: number
  /** Called with a line whenever a Pod or node appears, changes its state or goes. */
  report?: (line: string) => void
  /** The projects that it has, with the pools of their nodes; by default those of `samples/`. */
  projects?: { objects: readonly KubeObject[]; pools: readonly Pool[] }
  /** The clock for all timestamps. */
  now?: () => Date
}

export interface EmbeddedCluster {
  url: string
  /** A kubeconfig for it, as JSON, which is YAML. For a secure cluster it holds an administrator's token. */
  kubeconfig: string
  /** Closes every connection and clears every timer. */
  stop(): Promise<void>
}

/**
 * Starts a Kubernetes API in this process, with the sample projects already running on their nodes. It has no
 * authorization and no admission control, authenticates clients only when it is `secure`, and listens on loopback only.
 */
export async function startCluster(options: ClusterOptions = {}): Promise<EmbeddedCluster> {
  const { port = 0, controllers = true, podDelayMs = 1_000, nodeDelayMs = 5_000 } = options
  const { now = () => new Date(), secure, report } = options
  const store = new Store(resources.filter(({ custom }) => custom === undefined || options[custom]))
  const { objects, pools } = options.projects ?? { objects: sampleObjects(), pools: samplePools }
  seed(store, now(), objects)
  const stopControllers = controllers ? startControllers(store, { now, podDelayMs, nodeDelayMs, pools }) : () => {}
  const administrator = randomBytes(24).toString('base64url')
  const tokens = secure && new Set([...secure.tokens, administrator])
  const server = await serve(store, { port, now, certificate: secure?.certificate, tokens })
  store.subscribe((change) => {
    const line = lineOf(change)
    if (line) report?.(line)
  })
  return {
    url: server.url,
    kubeconfig: kubeconfigFor(server.url, secure && { ca: secure.certificate.cert, token: administrator }),
    async stop() {
      stopControllers()
      await server.close()
    },
  }
}

function lineOf({ type, resource, object, previous }: Change): string | undefined {
  if (resource !== pods && resource !== nodes) return undefined
  const state = type === 'DELETED' ? 'gone' : stateOf(object)
  const isNews = !previous || state !== stateOf(previous)
  return isNews ? `${object.kind.toLowerCase()} ${keyOf(object.metadata)} ${state}` : undefined
}

const stateOf = ({ metadata, status }: KubeObject) =>
  metadata.deletionTimestamp ? 'Terminating' : String(status?.phase ?? 'Ready')

function kubeconfigFor(server: string, secure: { ca: string; token: string } | undefined): string {
  const name = 'embedded'
  const trust = secure
    ? { 'certificate-authority-data': Buffer.from(secure.ca).toString('base64') }
    : // Without this the Kubernetes client refuses plain HTTP.
      { 'insecure-skip-tls-verify': true }
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, ...trust } }],
    users: [{ name, user: secure ? { token: secure.token } : {} }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  })
}
