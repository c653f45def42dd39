import { messageOf, ScalingError, type ScalingErrorCode } from '../scaling/index.ts'

/** The reason why one attempt of a call did not succeed. */
export type Failure =
  /** The server answered with an error; `status` as in HTTP, the rest from its Status object. */
  | {
      kind: 'answer'
      status: number
      message: string
      hasDetails: boolean
      retryAfterSeconds: number | undefined
      /** After a 410 for a page of a list: goes on from there, in the list as it is by now. */
      continueToken: string | undefined
      /** The remedy when our rights are missing; undefined for other errors. */
      advice: string | undefined
    }
  /** No answer arrived in time. */
  | { kind: 'timeout'; error: unknown }
  /** The connection could not be made, or broke. */
  | { kind: 'connection'; error: unknown }
  /** The server answered with success, and with something else than it was asked for. */
  | { kind: 'unreadable'; error: UnreadableAnswer }
  /** A kubeconfig or token cannot be read or obtained. */
  | { kind: 'credentials'; error: unknown }

/** The server's answer is not what a Kubernetes API server answers. */
export class UnreadableAnswer extends Error {
  override readonly name = 'UnreadableAnswer'

  /** @param what names the answer, e.g. `what is no list`; its `text` is quoted in part */
  constructor(what: string, { text, cause }: { text?: string; cause?: unknown } = {}) {
    super(text === undefined ? what : `${what}: ${excerptOf(text, 100)}`, { cause })
  }
}

/** The beginning of a text, on one line. */
const excerptOf = (text: string, longest: number): string => {
  const line = text
    .slice(0, 2 * longest)
    .replaceAll(/\s+/g, ' ')
    .trim()
  return line.length > longest ? `${line.slice(0, longest)}…` : line
}

/** The error of the transport. The cluster, which knows the object, turns it into a ScalingError. */
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
export const isAnswer = (error: unknown, status: number): error is CallFailed & { failure: { kind: 'answer' } } =>
  error instanceof CallFailed && error.failure.kind === 'answer' && error.failure.status === status

/** A message that quotes the server's answer needs no cause that says the same. */
const isQuoted = (failure: Failure, message: string): boolean =>
  failure.kind === 'answer' && message.includes(failure.message)

/** The call that failed, for the reader. */
interface FailedCall {
  /** E.g. `patch Deployment project-a/sample-app-a`. */
  doing: string
  /** E.g. `Deployment project-a/sample-app-a`. */
  object: string
  /** Whether the server may have carried it out although no answer came, as a write that is no dry run. */
  mayBeDone?: boolean
}

const carriedOut = '. It may still carry the call out, so check the status or repeat the request'

// These words of etcd are about the moment. Others, such as "database space exceeded", are not.
const passingTroubles = /etcdserver: (request timed out|leader changed|no leader|too many requests)/

/** Whether a failure of the server may be over when the call is repeated. A webhook that is broken stays broken. */
const mayPassByItself = ({ status, message, retryAfterSeconds }: Failure & { kind: 'answer' }): boolean =>
  [502, 503, 504].includes(status) || retryAfterSeconds !== undefined || passingTroubles.test(message)

const longestMessage = 1000

/**
 * The error of a failed call as the domain has it: a ScalingError, or the error itself when it is none of the
 * transport's.
 */
export function toScalingError(error: unknown, { doing, object, mayBeDone }: FailedCall): unknown {
  if (!(error instanceof CallFailed)) return error
  const { failure } = error
  // The connection already knew what is wrong.
  if (failure.kind === 'credentials' && failure.error instanceof ScalingError) return failure.error
  const fail = (code: ScalingErrorCode, message: string, retryAfterSeconds?: number) =>
    new ScalingError(code, message, { cause: isQuoted(failure, message) ? undefined : error, retryAfterSeconds })
  if (failure.kind === 'timeout') {
    return fail('cluster-timeout', `Kubernetes did not answer in time (${doing})${mayBeDone ? carriedOut : ''}`)
  }
  if (failure.kind === 'connection') {
    return fail('cluster-unreachable', `Kubernetes cannot be reached (${doing}); try again shortly`, 5)
  }
  if (failure.kind === 'credentials') {
    return fail('cluster-unauthorized', "This service's credentials for Kubernetes cannot be used")
  }
  if (failure.kind === 'unreadable') {
    return fail(
      'cluster-unreachable',
      `Kubernetes answered with ${failure.error.message} (${doing}). Find out what answers at the address of its API ` +
        'server: a proxy, or an extension of it that is broken',
    )
  }
  const { status, message, hasDetails, retryAfterSeconds, advice } = failure
  if (status === 404) return fail('workload-not-found', `${object} not found`)
  // A failed `test` is answered by 422 without details; an invalid object by 422 with details. A webhook that denies a
  // request chooses any code.
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
  const words = excerptOf(message, longestMessage)
  const failed = `Kubernetes failed to ${doing} (${status})${words && `: ${words}`}`
  return mayPassByItself(failure)
    ? fail('cluster-unreachable', `${failed}; try again shortly`, retryAfterSeconds ?? 5)
    : fail('cluster-unreachable', failed)
}
