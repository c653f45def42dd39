import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import { createTimerMetrics, type TimerMetrics } from './timerMetrics.ts'

/** The metrics of a host, and their text for Prometheus. */
export interface Metrics extends TimerMetrics {
  request(request: { method: string; route: string; status: number; seconds: number }): void
  scaleOperation(operation: { action: string; outcome: string }): void
  kubernetesCall(call: { verb: string; code: string; seconds: number }): void
  /** All of them in the Prometheus text format, which has this Content-Type. */
  text(): Promise<string>
  contentType: string
}

// From a cached answer on loopback to the deadline of a sweep.
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 220]

/** A registry of its own, so that two hosts in one process do not mix. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Requests answered, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets,
    registers,
  })
  const operations = new Counter({
    name: 'scale_operations_total',
    help: 'Scale operations, by action and outcome.',
    labelNames: ['action', 'outcome'],
    registers,
  })
  const calls = new Histogram({
    name: 'kubernetes_call_duration_seconds',
    help: 'Calls to the Kubernetes API, by verb and HTTP status, each attempt counted.',
    labelNames: ['verb', 'code'],
    buckets,
    registers,
  })
  return {
    request: ({ method, route, status, seconds }) => requests.observe({ method, route, status }, seconds),
    scaleOperation: (labels) => operations.inc(labels),
    kubernetesCall: ({ verb, code, seconds }) => calls.observe({ verb, code }, seconds),
    ...createTimerMetrics(registry),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
