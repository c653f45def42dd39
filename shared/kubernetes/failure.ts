import { messageOf, ScalingError, type ScalingErrorCode } from '../scaling/index.ts'

/** Why one attempt of a call did not succeed. */
export type Failure =
  /** The server answered with an error; `status` as in HTTP, the rest from its Status object. */
  | {
      kind: 'answer'
      status: number
      message: string
      hasDetails: boolean
      retryAfterSeconds: number | undefined
      /** What to do when it is our rights that are missing. */
      advice: string | undefined
    }
  /** No answer came in time. */
  | { kind: 'timeout'; error: unknown }
  /** The connection could not be made, or broke. */
  | { kind: 'connection'; error: unknown }
  /** We have nothing to present ourselves with: a kubeconfig or token that cannot be read or obtained. */
  | { kind: 'credentials'; error: unknown }

/** Thrown by the transport; the cluster, which knows the object, turns it into a ScalingError. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed'
  readonly failure: Failure

  constructor(failure: Failure) {
    super(
      failure.kind === 'answer'
        ? `${failure.status} ${failure.message}`
        : `${failure.kind}: ${messageOf(failure.error)}`,
      { cause: failure.kind === 'answer' ? undefined : failure.error },
    )
    this.failure = failure
  }
}

/** Whether a call failed because the server answered with this status. */
export const isAnswer = (error: unknown, status: number): boolean =>
  error instanceof CallFailed && error.failure.kind === 'answer' && error.failure.status === status

/**
 * What a failed call means to the domain.
 * @param doing the call for the reader, e.g. `patch Deployment project-a/sample-app-a`
 * @param object what was asked for, e.g. `Deployment project-a/sample-app-a`
 */
export function toScalingError(error: unknown, { doing, object }: { doing: string; object: string }): unknown {
  if (!(error instanceof CallFailed)) return error
  const { failure } = error
  // Whoever was asked for credentials knew what is wrong.
  if (failure.kind === 'credentials' && failure.error instanceof ScalingError) return failure.error
  const fail = (code: ScalingErrorCode, message: string, retryAfterSeconds?: number) =>
    new ScalingError(code, message, { cause: error, retryAfterSeconds })
  if (failure.kind === 'timeout') {
    return fail(
      'cluster-timeout',
      `Kubernetes did not answer in time (${doing}); it may yet happen, so look or repeat it`,
    )
  }
  if (failure.kind === 'connection') {
    return fail('cluster-unreachable', `Kubernetes cannot be reached (${doing}); try again shortly`, 5)
  }
  if (failure.kind === 'credentials') {
    return fail('cluster-unauthorized', "This service's credentials for Kubernetes cannot be used; its log says why")
  }
  const { status, message, hasDetails, retryAfterSeconds, advice } = failure
  if (status === 404) return fail('workload-not-found', `${object} not found`)
  // A failed `test` comes back as 422 without details; an object that Kubernetes finds invalid has them. A webhook
  // denies with whatever code it likes.
  const isDenied = / denied the request: /.test(message)
  if (!isDenied && (status === 409 || (status === 422 && !hasDetails))) {
    return fail('workload-changed', `${object} changed meanwhile`)
  }
  if (status === 429) {
    return fail(
      'cluster-throttled',
      `Kubernetes throttles requests (${doing}); try again later`,
      retryAfterSeconds ?? 1,
    )
  }
  if (status === 401) {
    return fail('cluster-unauthorized', `Kubernetes does not accept this service's identity (${doing}): ${message}`)
  }
  if (status < 500) {
    return fail(
      'cluster-refused',
      `Kubernetes refused to ${doing}: ${message}${advice ? `. To allow it, ${advice}` : ''}`,
    )
  }
  return fail(
    'cluster-unreachable',
    `Kubernetes failed to ${doing} (${status}); try again shortly`,
    retryAfterSeconds ?? 5,
  )
}
