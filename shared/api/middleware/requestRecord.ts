import type { Outcome } from '../../scaling/index.ts'
import { loggable } from './loggable.ts'

/** One request that was answered, for logs and metrics. It never holds a key: `path` is without the query. */
export interface RequestRecord {
  requestId: string
  method: string
  path: string
  /** The route's pattern, e.g. `/api/v1/deployments/{namespace}/{name}/status`; `unmatched` when there is none. */
  route: string
  status: number
  latencyMs: number
  userAgent: string | undefined
  actor: string | undefined
  /** The scaling that was asked for, with its outcome unless it failed. */
  scale: ScaleRecord | undefined
  /** The error that was answered, if it was one. */
  error: Error | undefined
}

/** What a request may ask for. With all but the first three, it changes when a project sleeps. */
export type ScaleAction =
  | 'scale-to-zero'
  | 'scale-up'
  | 'restore'
  | 'keep-awake'
  | 'keep-asleep'
  | 'skip'
  | 'follow-schedule'
  | 'schedule'
  | 'suspend'
  | 'resume'

/** The scaling that a request asked for: of a workload, or of a project, with the name `*`. */
export interface ScaleRecord {
  action: ScaleAction
  namespace: string
  name: string
  reason: string
  dryRun: boolean
  /** Whether nothing is scaled by the request itself: it writes to the schedule. */
  writesOnly?: boolean
  outcome?: Outcome
}

/** The result of a request to scale: that of its workload, `swept` for a project, `written` for a schedule, or `failed`. */
export const resultOf = ({ scale, error }: RequestRecord): string =>
  scale?.outcome?.result ?? (error ? 'failed' : scale?.writesOnly ? 'written' : 'swept')

// An error of a caller with a key may name twenty workloads.
const longestError = 4096

/** The fields of a request's log line. They are the product's public format. What callers have written is cut and escaped. */
export function logFieldsOf(record: RequestRecord): Record<string, unknown> {
  const { scale, error, actor } = record
  const said = (text: string | undefined) => text && loggable(text, actor === undefined ? undefined : longestError)
  return {
    request_id: record.requestId,
    method: loggable(record.method),
    path: loggable(record.path),
    status: record.status,
    latency: Math.round(record.latencyMs * 1000) / 1000,
    user_agent: record.userAgent && loggable(record.userAgent),
    actor: actor && loggable(actor),
    ...(scale && {
      action: scale.action,
      namespace: scale.namespace,
      name: scale.name,
      previous_replicas: scale.outcome?.previousReplicas,
      target_replicas: scale.outcome?.targetReplicas,
      result: resultOf(record),
      reason: loggable(scale.reason),
      ...(scale.dryRun && { dry_run: true }),
    }),
    ...(error && {
      error: said(error.message),
      cause: said(causeOf(error)),
      stack: record.status === 500 ? error.stack : undefined,
    }),
  }
}

/** The messages behind an error that was answered, down to the first cause. */
function causeOf({ cause }: Error): string | undefined {
  // A sweep fails with an error for each workload. Its message has theirs, and this is what is behind them.
  if (cause instanceof AggregateError) {
    const causes = cause.errors.flatMap((one: unknown) => (one instanceof Error ? (causeOf(one) ?? []) : []))
    return [...new Set(causes)].slice(0, 20).join('; ') || undefined
  }
  if (!(cause instanceof Error)) return undefined
  const deeper = causeOf(cause)
  return deeper === undefined || cause.message.includes(deeper) ? cause.message : `${cause.message}: ${deeper}`
}
