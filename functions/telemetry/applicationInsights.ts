import type { TokenCredential } from '@azure/identity'
import { context, DiagLogLevel, diag, ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { TelemetryClient } from 'applicationinsights'
import type { Sender, TelemetryItem } from '../../shared/telemetry/index.ts'

/** The way to Application Insights. */
export interface ApplicationInsightsOptions {
  connectionString: string
  credential: TokenCredential
  /** The name of the function app, and of the instance of it. */
  service: string
  instance: string | undefined
  /** Told why items could not be sent, and nothing when they could. */
  problem(why: string | undefined): void
}

// The client waits for its own repeats and for sockets that never answer; both would let requests pile up.
const timeoutMs = 10_000

/**
 * A sender to Application Insights. This file is a bundle of its own, which is loaded when something is first sent: the
 * libraries take longer to load than everything else of the app that is needed for an answer.
 * @throws Error when the connection string cannot be used
 */
export function createSender(options: ApplicationInsightsOptions): Sender {
  // Otherwise the client counts its own doings and sends them elsewhere, and describes its resource with each metric.
  process.env.APPLICATION_INSIGHTS_NO_STATSBEAT ??= 'true'
  process.env.APPLICATIONINSIGHTS_OPENTELEMETRY_RESOURCE_METRIC_DISABLED ??= 'true'
  // The client finds the operation of an item in the active context.
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())

  const { connectionString, credential, service, instance } = options
  // Its own providers, as documented: nothing is collected that this file does not send, and nothing is patched.
  const client = new TelemetryClient(connectionString, { useGlobalProviders: false })
  let eventTime = 0
  client.config.aadTokenCredential = credential
  client.config.azureMonitorOpenTelemetryOptions = {
    resource: resourceFromAttributes({
      'service.name': service,
      ...(instance !== undefined && { 'service.instance.id': instance }),
    }),
    azureMonitorExporterOptions: {
      connectionString,
      disableOfflineStorage: true,
      retryOptions: { maxRetries: 0 },
      additionalPolicies: [{ position: 'perRetry', policy: reportProblems(options) }],
    },
    logRecordProcessors: [
      {
        // An event takes no time of its own, and it may be sent long after it happened.
        onEmit: (record) => {
          record.hrTime = [Math.floor(eventTime / 1000), (eventTime % 1000) * 1e6]
        },
        forceFlush: async () => {},
        shutdown: async () => {},
      },
    ],
  }
  initialize(client)

  function track(item: TelemetryItem): void {
    switch (item.type) {
      case 'metric':
        client.trackMetric(item)
        return
      case 'event':
        eventTime = item.at
        within(item, (name) => client.trackEvent({ ...item, properties: { ...item.properties, ...name } }))
        return
      case 'dependency':
        within(item, (name) => client.trackDependency(dependencyOf(item, name)))
    }
  }
  return {
    async send(items) {
      for (const item of items) track(item)
      await client.flush()
    },
  }
}

/** The client tells nobody but its diagnostics what is wrong with its settings. */
function initialize(client: TelemetryClient): void {
  const faults: string[] = []
  const ignore = () => {}
  const error = (message: string) => faults.push(message)
  diag.setLogger({ error, warn: ignore, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.ERROR)
  client.initialize()
  diag.disable()
  const [fault] = faults
  if (fault !== undefined) throw new Error(`APPLICATIONINSIGHTS_CONNECTION_STRING cannot be used. ${fault}`)
}

/** Tracks something as a part of its operation, with the property by which the client knows that operation's name. */
function within({ operation }: Pick<Dependency, 'operation'>, track: (name: Record<string, string>) => void): void {
  const name: Record<string, string> = operation === undefined ? {} : { 'ai.operation.name': operation.name }
  const { traceParent = '' } = operation ?? {}
  const [, traceId, spanId] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/.exec(traceParent) ?? []
  // The Functions host marks its own operations as not sampled, and everything below them would be dropped.
  const sampled = { traceFlags: TraceFlags.SAMPLED, isRemote: true }
  const hasParent = traceId !== undefined && spanId !== undefined
  const parent = hasParent ? trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, ...sampled }) : ROOT_CONTEXT
  context.with(parent, () => track(name))
}

/**
 * The client loses half of its own fields of a dependency, but it reads these attributes.
 * https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
function dependencyOf(
  { method, url, status, error, seconds, startedAt }: Dependency,
  properties: Record<string, string>,
) {
  const { hostname, port } = url === undefined ? {} : new URL(url)
  return {
    name: method,
    time: new Date(startedAt),
    duration: seconds * 1000,
    // "Not found" is an answer as well: this app learns by it that KEDA is not installed.
    success: status !== undefined && (status < 400 || status === 404),
    properties: {
      ...properties,
      'http.request.method': method,
      ...(url !== undefined && { 'url.full': url, 'server.address': hostname }),
      ...(port && { 'server.port': Number(port) }),
      ...(status !== undefined && { 'http.response.status_code': status }),
      ...(error !== undefined && { 'error.type': error }),
    },
  }
}

type Dependency = Extract<TelemetryItem, { type: 'dependency' }>

interface Request {
  url: string
  timeout: number
}

/** Gives each request little time, and says what has become of it: the client itself keeps both to itself. */
const reportProblems = ({ problem }: ApplicationInsightsOptions) => ({
  name: 'reportProblems',
  async sendRequest<Sent extends Request, Response extends { status: number }>(
    request: Sent,
    next: (request: Sent) => Promise<Response>,
  ): Promise<Response> {
    request.timeout = timeoutMs
    const { host } = new URL(request.url)
    try {
      const response = await next(request)
      problem(response.status < 400 ? undefined : whyRefused(response.status, host))
      return response
    } catch (error) {
      problem(`Telemetry could not be sent to ${host}, and what waited is lost: ${(error as Error).message}`)
      throw error
    }
  },
})

function whyRefused(status: number, host: string): string {
  if (status === 401 || status === 403) {
    return (
      `Application Insights refuses the telemetry of this app (${status} of ${host}): grant its identity the role ` +
      '"Monitoring Metrics Publisher" on the component of APPLICATIONINSIGHTS_CONNECTION_STRING'
    )
  }
  return `Application Insights did not take telemetry (${status} of ${host}), and what waited is lost`
}
