/** The ways in which scaling fails that are not bugs. Each host maps them to its own world, e.g. the API to a status. */
export const scalingErrorCodes = [
  'workload-not-found',
  'project-not-found',
  'namespace-protected',
  /** The namespace that this service itself needs is missing. */
  'namespace-not-found',
  /** Some workloads of a project could not be scaled; repeating the request does the rest. */
  'sweep-incomplete',
  'nothing-to-restore',
  /** The schedule has no such transition, or too many are skipped already. */
  'nothing-to-skip',
  /** Something else changed the workload between our read and our write; read again and decide again. */
  'workload-changed',
  /** Kubernetes understood the request and said no: RBAC, an admission policy, an invalid object. */
  'cluster-refused',
  /** There are more objects, or larger ones, than this service may keep in memory at once. */
  'listing-too-large',
  /** Kubernetes does not accept our identity. */
  'cluster-unauthorized',
  'cluster-throttled',
  'cluster-unreachable',
  'cluster-timeout',
  /** The cluster is turned off. */
  'cluster-stopped',
  /** Azure knows no such cluster. */
  'cluster-not-found',
  /** The cluster's network does not let this service in. */
  'cluster-private',
  /** Azure gives this service no token. */
  'identity-unavailable',
  /** Azure understood who we are and said no. */
  'azure-role-missing',
  'azure-throttled',
  'azure-unreachable',
] as const

export type ScalingErrorCode = (typeof scalingErrorCodes)[number]

/** A failure whose message tells the person who must act what happened to which object, why, and what to do. */
export class ScalingError extends Error {
  override readonly name = 'ScalingError'
  readonly code: ScalingErrorCode
  /** Seconds after which a repeat may succeed, from 0 to an hour; undefined where that is not known. */
  readonly retryAfterSeconds: number | undefined

  constructor(code: ScalingErrorCode, message: string, options: ErrorOptions & { retryAfterSeconds?: number } = {}) {
    super(message, options)
    this.code = code
    this.retryAfterSeconds = believable(options.retryAfterSeconds)
  }
}

// Nobody waits for longer, so a higher number is a mistake of whoever said it.
const longestRetryAfterSeconds = 3600

const believable = (seconds: number | undefined): number | undefined =>
  seconds !== undefined && seconds >= 0 ? Math.min(seconds, longestRetryAfterSeconds) : undefined

/** The message of anything that was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/**
 * The message with that of its first cause, such as `ENOENT` with the file or `ECONNREFUSED` with the address. It is for
 * whoever operates this service, and not for its callers.
 */
export function messageWithCause(error: unknown): string {
  let first = error
  while (first instanceof Error && first.cause !== undefined) first = first.cause
  // An address with several IP addresses fails with an error for each, and has no message of its own.
  const cause = first instanceof AggregateError ? first.errors.map(messageOf).join(', ') : messageOf(first)
  const message = messageOf(error)
  return message.includes(cause) ? message : [message, cause].filter(Boolean).join(': ')
}
