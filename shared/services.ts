import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Api, type ApiOptions, createApi, logFieldsOf, type RequestRecord, resultOf } from './api/index.ts'
import { type Aks, createAks } from './azure/index.ts'
import { type Config, ConfigError, reservedNames } from './config.ts'
import { createHolidays } from './holidays/index.ts'
import {
  aksConnection,
  type CallRecord,
  type Connection,
  createCluster,
  createTransport,
  inClusterConnection,
  kubeconfigConnection,
} from './kubernetes/index.ts'
import { faultsOfMatches, faultsOfProtection, type Scaling } from './scaling/index.ts'
import { readDaysOff } from './schedule/index.ts'
import { type Logger, type Metrics, type OutgoingCall, type Telemetry, tellObserved } from './telemetry/index.ts'
import { version } from './version.ts'

/** The options in which the hosts differ. */
export interface HostOptions {
  logger: Logger
  /** Only the in-cluster host is scraped. */
  metrics?: Metrics
  /** Only the function app has it. */
  telemetry?: Telemetry | undefined
  anonymousActor: string
  /** Whether it is a function app: App Service is in front of it, and its host asks for a key of its own. */
  isFunctionApp?: boolean
  /** Settings that cannot be used, though the host serves: a sentence for each, which `/ready` tells. */
  faults?: string[]
  /** Aborted when the host is asked to stop. */
  draining?: AbortSignal
  /** Runs what nobody should wait for; by default once the answer is on its way. */
  afterAnswer?(work: () => void): void
}

/** Everything a host serves with. */
export interface Services {
  scaling: Scaling
  api: Api
  /** Resolves when the work in the background is done and every connection is closed. */
  close(): Promise<void>
}

// API servers of any size take this many calls from one client without queueing them.
const maxSockets = 64
// A watch costs the API server little, but each holds a socket for minutes.
const maxWatches = 128

// The build puts the files of the pages beside the bundle of the host.
const beside = (folder: string) => (file: string) => readFile(join(import.meta.dirname, folder, file))

const elapsed = () => performance.now()

/**
 * Builds the API and all that it needs. Contacts nothing: the first request does.
 * @throws ConfigError when the settings name no cluster, or take away a protection that no setting can
 */
export function createServices(config: Config, host: HostOptions): Services {
  // The answer goes first: nobody should wait for a log line to be written.
  const { logger, metrics, telemetry, isFunctionApp = false, afterAnswer = setImmediate } = host
  const { connection, aks } = connect(config, telemetry)
  const [fault] = faultsOfProtection(config.protection)
  if (fault !== undefined) throw new ConfigError(`PROTECTED_NAMESPACES cannot be used: ${fault}`)
  const overlaps = faultsOfMatches(config.projects)
  if (overlaps.length > 0)
    throw new ConfigError(`These settings cannot be used:\n  PROJECTS: ${overlaps.join('\n  PROJECTS: ')}`)
  const { daysOff, wrong } = readDaysOff(config.daysOff, 'DAYS_OFF')
  if (wrong.length > 0)
    throw new ConfigError(`These settings cannot be used:\n  DAYS_OFF: ${wrong.join('\n  DAYS_OFF: ')}`)
  const transport = createTransport({
    connection,
    timeoutMs: config.callTimeoutMs,
    maxSockets,
    maxWatches,
    userAgent: 'aks-scale-to-zero',
    random: Math.random,
    elapsed,
    onCall: (call) => {
      metrics?.kubernetesCall(call)
      telemetry?.dependency(outgoingCallOf(call))
    },
  })
  const now = () => new Date()
  const background = new Set<Promise<void>>()
  const scaling: Scaling = {
    cluster: createCluster(transport, elapsed),
    agentPools: aks?.agentPools,
    protection: config.protection,
    daysOff,
    holidaysOf: createHolidays(now),
    defaultTimeZone: config.defaultTimeZone,
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    random: Math.random,
    now,
    observe(observed) {
      metrics?.observed(observed)
      if (telemetry !== undefined) tellObserved(telemetry, observed)
    },
    afterwards(work) {
      const running = work()
        .catch((error: unknown) => logger.warn({ err: error }, 'work after an answer has failed'))
        .finally(() => background.delete(running))
      background.add(running)
    },
  }
  const options: ApiOptions = {
    scaling,
    authentication: {
      keys: config.keys,
      // Nothing else takes these headers out of requests from outside.
      trustsAzureIdentity: config.trustsAzureIdentity && isFunctionApp,
      access: config.access,
      anonymousActor: host.anonymousActor,
      reservedNames,
    },
    projects: config.projects,
    nodePrices: config.nodePrices,
    version,
    requestTimeoutMs: config.requestTimeoutMs,
    now,
    elapsed,
    newId: randomUUID,
    draining: host.draining ?? new AbortController().signal,
    faults: host.faults ?? [],
    guardedByFunctionKey: isFunctionApp && config.access === undefined,
    readDocsFile: beside('docs'),
    readPageFile: beside('page'),
    report: (record) => afterAnswer(() => report(host, record())),
  }
  return {
    scaling,
    api: createApi(options),
    async close() {
      await Promise.all(background)
      await transport.close()
    },
  }
}

function report({ logger, metrics }: HostOptions, record: RequestRecord): void {
  logger[levelOf(record)](logFieldsOf(record), 'request')
  const { method, route, status, latencyMs, scale } = record
  metrics?.request({ method, route, status, seconds: latencyMs / 1000 })
  if (scale && !scale.dryRun) metrics?.scaleOperation({ action: scale.action, outcome: resultOf(record) })
}

const levelOf = ({ status }: RequestRecord) => (status >= 500 ? 'error' : status >= 400 ? 'warn' : 'info')

/** A call to Kubernetes: its code is a status, or the kind of failure. */
function outgoingCallOf({ code, ...call }: CallRecord): OutgoingCall {
  const status = /^\d+$/.test(code) ? Number(code) : undefined
  return { ...call, status, error: status === undefined ? code : undefined }
}

/** The way into the cluster, and what Azure knows of it where it is Azure that leads there. */
function connect(
  { connection: settings, callTimeoutMs }: Config,
  telemetry: Telemetry | undefined,
): { connection: Connection; aks?: Aks } {
  switch (settings?.kind) {
    case 'aks': {
      const aks = createAks({ ...settings, timeoutMs: 2 * callTimeoutMs }, Date.now, (call) =>
        telemetry?.dependency({ ...call, error: call.status === undefined ? 'connection' : undefined }),
      )
      return { connection: aksConnection(aks, Date.now), aks }
    }
    case 'in-cluster':
      return { connection: inClusterConnection(settings, elapsed) }
    case 'kubeconfig':
      return { connection: kubeconfigConnection(settings.paths, elapsed) }
    case undefined:
      throw new ConfigError(
        'No cluster is configured: set AKS_SUBSCRIPTION_ID, AKS_RESOURCE_GROUP and AKS_CLUSTER_NAME, run inside a Pod ' +
          '(KUBERNETES_SERVICE_HOST is then set), or set KUBECONFIG to the path of a kubeconfig',
      )
  }
}
