import {
  type FieldsOf,
  type TelemetryEvent,
  type TelemetryMetric,
  telemetryEvents,
  telemetryFields,
  telemetryMetrics,
} from './catalogue.ts'
import type { Operation, OutgoingCall, Sender, TelemetryItem } from './item.ts'

/** Takes what happens and sends it later. No member throws, and none but `flush` takes time. */
export interface Telemetry {
  event<Name extends TelemetryEvent>(name: Name, fields: FieldsOf<(typeof telemetryEvents)[Name]>): void
  metric<Name extends TelemetryMetric>(
    name: Name,
    value: number,
    fields: FieldsOf<(typeof telemetryMetrics)[Name]>,
  ): void
  dependency(call: OutgoingCall): void
  /** Sends what waits, a little later and for nobody to wait for. */
  sendSoon(): void
  /** Sends what waits. Resolves when it is sent, and after `limitMs` at the latest. */
  flush(limitMs: number): Promise<void>
}

/** The parts and limits of telemetry. */
export interface TelemetryOptions {
  /** Loads the sender when something is first sent. It tells `problem` why something could not be sent. */
  load(problem: (why: string | undefined) => void): Promise<Sender>
  /** Milliseconds since 1970. */
  now(): number
  /** The work that is being done at the moment. */
  operation(): Operation | undefined
  /** Told why nothing can be sent, when that is news. */
  warn(message: string): void
  /** How many items may wait. Further ones are lost, and counted. */
  maxWaiting?: number
}

// Fewer than the 2,048 that the queues of the sender hold, so that they lose nothing.
const batchSize = 500
const soonMs = 1000

/** Keeps items in a bounded queue until they can be sent. The sender is loaded only then. */
export function createTelemetry(options: TelemetryOptions): Telemetry {
  const { load, now, operation, warn, maxWaiting = 8000 } = options
  let waiting: TelemetryItem[] = []
  let lost = 0
  let loading: Promise<Sender> | undefined
  let isLoaded = false
  let sending: Promise<void> | undefined
  let soon: NodeJS.Timeout | undefined
  let knownProblem: string | undefined

  const problem = (why: string | undefined) => {
    if (why !== undefined && why !== knownProblem) warn(why)
    knownProblem = why
  }

  async function sendAll(): Promise<void> {
    try {
      // One that cannot be loaded now cannot be loaded later either, so it is not tried again.
      loading ??= load(problem)
      const sender = await loading
      isLoaded = true
      while (waiting.length > 0) {
        const batch = waiting.slice(0, batchSize)
        waiting = waiting.slice(batchSize)
        await sender.send(batch)
      }
      if (lost > 0) warn(`Telemetry was lost, as it could not be sent as fast as it came: ${lost} items`)
      lost = 0
    } catch (error) {
      waiting = []
      problem(`Telemetry cannot be sent: ${error instanceof Error ? error.message : error}`)
    } finally {
      sending = undefined
    }
  }
  const send = () => {
    clearTimeout(soon)
    soon = undefined
    sending ??= sendAll()
    return sending
  }
  const sendSoon = () => {
    if (waiting.length > 0) soon ??= setTimeout(() => void send(), soonMs).unref()
  }

  function take(item: TelemetryItem): void {
    if (waiting.length >= maxWaiting) lost += 1
    else waiting.push(item)
    // Loading the sender takes time of the first request or tick, so it waits until there is more than enough to send.
    if (waiting.length >= (isLoaded ? batchSize : maxWaiting / 2)) sendSoon()
  }

  return {
    event(name, fields) {
      const { properties, measurements } = divide(fields, telemetryEvents[name])
      take({ type: 'event', name, at: now(), properties, measurements, operation: operation() })
    },
    metric(name, value, fields) {
      take({ type: 'metric', name, value, properties: divide(fields, telemetryMetrics[name]).properties })
    },
    dependency(call) {
      take({ type: 'dependency', startedAt: now() - call.seconds * 1000, operation: operation(), ...call })
    },
    sendSoon,
    async flush(limitMs) {
      if (waiting.length === 0 && sending === undefined) return
      let timer: NodeJS.Timeout | undefined
      const limit = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, limitMs)
      })
      await Promise.race([send(), limit])
      clearTimeout(timer)
    },
  }
}

/** Numbers and all other fields apart, as Application Insights keeps them. Fields that do not apply are left out. */
function divide(fields: Partial<Record<string, unknown>>, names: readonly (keyof typeof telemetryFields)[]) {
  const properties: Record<string, string> = {}
  const measurements: Record<string, number> = {}
  for (const name of names) {
    const value = fields[name]
    if (value === undefined) continue
    if (telemetryFields[name] === 'number') measurements[name] = Number(value)
    else properties[name] = String(value)
  }
  return { properties, measurements }
}
