import { createControllers } from './reconcile.ts'
import { createReporter } from './report.ts'
import { seed } from './seed.ts'
import { type Intercept, serve } from './server.ts'
import { Store } from './store.ts'

export interface ClusterOptions {
  /** On loopback; 0, the default, takes a free one. */
  port?: number
  /** How long a Pod takes to start and to stop. */
  podDelayMs?: number
  /** How long a node takes to come, and how long it stays when it is empty. */
  nodeDelayMs?: number
  /** Gets one line for each change of Pods, nodes and a Deployment's readiness. */
  report?: (line: string) => void
  /** The clock of all timestamps. */
  now?: () => Date
  /** For tests: may answer a request itself, and then returns true. */
  intercept?: Intercept
}

export interface EmbeddedCluster {
  url: string
  /** A kubeconfig (JSON, which is YAML) that points at it. */
  kubeconfig: string
  /** Closes every connection and forgets every timer. */
  stop(): Promise<void>
}

const sampleFolders = ['a', 'b'].map((app) => new URL(`../../samples/app-${app}/`, import.meta.url))

/**
 * A Kubernetes API in this process, over HTTP, with the sample projects already running on their nodes. It has no
 * authentication and no admission, and listens on loopback only.
 */
export async function startCluster(options: ClusterOptions = {}): Promise<EmbeddedCluster> {
  const { port = 0, podDelayMs = 1_000, nodeDelayMs = 5_000, report, intercept, now = () => new Date() } = options
  const store = new Store()
  const controllers = createControllers(store, { now, podDelayMs, nodeDelayMs })
  seed({ store, now }, sampleFolders)
  controllers.settle()
  const server = await serve(store, { port, now, intercept })
  if (report) store.subscribe(createReporter(report))
  controllers.start()
  return {
    url: server.url,
    kubeconfig: kubeconfigFor(server.url),
    async stop() {
      controllers.stop()
      await server.close()
    },
  }
}

function kubeconfigFor(server: string): string {
  const name = 'embedded'
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name, user: {} }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: 'default' } }],
    'current-context': name,
  })
}
