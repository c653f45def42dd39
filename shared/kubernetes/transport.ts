import { isDeepStrictEqual } from 'node:util'
import { type Dispatcher, errors, Pool, ProxyAgent } from 'undici'
import type { Access, Connection, FailedAccess } from './connection.ts'
import { type Answer, ExchangeTimeout, exchange } from './exchange.ts'
import { CallFailed, type Failure, UnreadableAnswer } from './failure.ts'
import { retryDelayMs, type Verb } from './retry.ts'
import { unlessAborted } from './unlessAborted.ts'
import { waited } from './waited.ts'

/** One call to the API server, for metrics. Each attempt counts. */
export interface CallRecord {
  verb: Verb
  /** The HTTP status, or the kind of the failure when there is none. */
  code: string
  seconds: number
  /** The HTTP method. */
  method: string
  /** Without its query; undefined when there were no credentials, and so no server to ask. */
  url: string | undefined
}

/** A call to make. `path` starts at the server's root and is already encoded. */
export interface Call {
  verb: Verb
  path: string
  query?: Record<string, string> | undefined
  /** The form of the answer; by default `application/json`. */
  accept?: string | undefined
  body?: { contentType: string; value: unknown }
  /** Whether the body of the answer is of no interest, so that it is not parsed. */
  discard?: boolean
  /** Reads the answer as it arrives; made again for each attempt. Without it the answer is parsed as a whole. */
  receive?: () => Receiver<unknown>
  signal?: AbortSignal | undefined
}

/** Takes the body of a successful answer as it arrives. */
export interface Receiver<Answer> {
  /** Answers false when it needs no more. */
  onData(chunk: Buffer): boolean
  /**
   * The answer of the call.
   * @throws UnreadableAnswer
   */
  done(): Answer
}

/** Calls one API server over HTTP. */
export interface Transport {
  /**
   * Answers the parsed JSON body of a successful call, or what its receiver makes of it.
   * @throws CallFailed when no attempt succeeded
   */
  call<Answer>(call: Call): Promise<Answer>
  /** Closes every connection once its call is done. Watches have no end of their own, so they are closed at once. */
  close(): Promise<void>
}

/** The parts and limits of a transport. */
export interface TransportOptions {
  connection: Connection
  /** How long one attempt may take. */
  timeoutMs: number
  /** The most sockets that are ever open at once for calls. */
  maxSockets: number
  /** The same for watches, each of which holds one for as long as it lasts. Further watches wait for their turn. */
  maxWatches: number
  userAgent: string
  random(): number
  /** Milliseconds that only ever grow, as performance.now. */
  elapsed(): number
  onCall?: (record: CallRecord) => void
}

const methods = { get: 'GET', list: 'GET', watch: 'GET', patch: 'PATCH', create: 'POST' } as const satisfies Record<
  Verb,
  string
>

/**
 * Keeps one connection pool for all calls; @kubernetes/client-node opens a connection, with its TLS handshake, for
 * each. HTTP/1.1 is on purpose: with HTTP/2 undici uses a single connection, which was no faster.
 */
export function createTransport(options: TransportOptions): Transport {
  const { connection, timeoutMs, maxSockets, maxWatches, userAgent, random, elapsed, onCall } = options
  let current: (Server & { access: Access }) | undefined

  function serverOf(access: Access): Server {
    if (current?.access === access) return current
    const { origin, pathname } = new URL(access.server)
    const pathPrefix = pathname.replace(/\/$/, '')
    if (current !== undefined && isDeepStrictEqual(placeOf(current.access), placeOf(access))) {
      current = { ...current, access }
      return current
    }
    // The server or its certificates have changed. Calls under way finish on the old pools.
    void current?.calls.close()
    void current?.watches.close()
    const kept = {
      allowH2: false,
      keepAliveTimeout: 60_000,
      // A watch is silent for as long as nothing changes.
      bodyTimeout: 0,
    }
    const connect = { ...access.tls, timeout: timeoutMs }
    const poolOf = (limits: Pool.Options) =>
      access.proxy === undefined
        ? new Pool(origin, { ...limits, connect })
        : new ProxyAgent({ ...limits, uri: access.proxy, requestTls: connect })
    current = {
      origin,
      // The exchange limits the time of a call.
      calls: poolOf({ ...kept, connections: maxSockets, headersTimeout: 0 }),
      watches: poolOf({ ...kept, connections: maxWatches, headersTimeout: timeoutMs }),
      pathPrefix,
      access,
    }
    return current
  }

  function send(call: Call, access: Access, receiver: Receiver<unknown> | undefined): Promise<Answer> {
    const { origin, calls, watches, pathPrefix } = serverOf(access)
    return exchange(call.verb === 'watch' ? watches : calls, {
      origin,
      method: methods[call.verb],
      path: pathPrefix + call.path,
      query: call.query,
      headers: {
        accept: call.accept ?? 'application/json',
        'user-agent': userAgent,
        ...(call.body && { 'content-type': call.body.contentType }),
        ...(access.authorization !== undefined && { authorization: access.authorization }),
      },
      body: call.body && JSON.stringify(call.body.value),
      signal: call.signal,
      timeoutMs: call.verb === 'watch' ? undefined : timeoutMs,
      onData: receiver?.onData,
    })
  }

  /** The answer, or the reason why there is none. After a refusal (401) it tries once again, with a fresh access. */
  async function tryOnce(call: Call, failed?: FailedAccess): Promise<{ body: unknown } | Tried> {
    const { verb } = call
    const startedAt = elapsed()
    let url: string | undefined
    const done = (code: string | number) =>
      onCall?.({ verb, code: String(code), seconds: (elapsed() - startedAt) / 1000, method: methods[verb], url })
    let access: Access
    try {
      const given = connection.access(failed)
      access = given instanceof Promise ? await unlessAborted(given, call.signal) : given
    } catch (error) {
      const kind = call.signal?.aborted ? 'timeout' : 'credentials'
      done(kind)
      return { failure: { kind, error } }
    }
    try {
      const { origin, pathPrefix } = serverOf(access)
      url = origin + pathPrefix + call.path
      const receiver = call.receive?.()
      const answer = await send(call, access, receiver)
      done(answer.status)
      if (answer.status < 300) return bodyOf(call, answer, receiver)
      if (answer.status === 401 && failed?.because !== 'refused') {
        return await tryOnce(call, { access, because: 'refused' })
      }
      return { failure: failureOfAnswer(answer, connection.advice) }
    } catch (error) {
      const kind = isTimeout(error, call.signal) ? 'timeout' : 'connection'
      done(kind)
      return { failure: { kind, error }, failed: { access, because: 'unreachable' } }
    }
  }

  return {
    async call<Answer>(call: Call): Promise<Answer> {
      let failed: FailedAccess | undefined
      for (let attempt = 1; ; attempt++) {
        const tried = await tryOnce(call, failed)
        if ('body' in tried) return tried.body as Answer
        failed = tried.failed
        const delayMs = retryDelayMs({ verb: call.verb, attempt, failure: tried.failure }, random)
        if (delayMs === undefined || !(await waited(delayMs, call.signal))) throw new CallFailed(tried.failure)
      }
    },
    async close() {
      await Promise.all([current?.calls.close(), current?.watches.destroy()])
    },
  }
}

/** The answer of a successful attempt, unless it is none. */
function bodyOf(
  { discard }: Call,
  { text }: Answer,
  receiver: Receiver<unknown> | undefined,
): { body: unknown } | Tried {
  try {
    if (receiver !== undefined) return { body: receiver.done() }
    return { body: discard ? undefined : parse(text()) }
  } catch (error) {
    if (!(error instanceof UnreadableAnswer)) throw error
    return { failure: { kind: 'unreadable', error } }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new UnreadableAnswer('what is not JSON', { text, cause })
  }
}

/** The reason why an attempt did not succeed, with its access when that may be the cause. */
interface Tried {
  failure: Failure
  failed?: FailedAccess
}

/** One API server: its connections, and the path at which the API begins. */
interface Server {
  origin: string
  calls: Dispatcher
  watches: Dispatcher
  pathPrefix: string
}

/** A pool serves one server with one set of certificates. */
const placeOf = ({ server, tls, proxy }: Access) => ({ server, tls, proxy })

function failureOfAnswer({ status, headers, text }: Answer, advice: string): Failure {
  const body = text()
  const object = parseStatus(body)
  return {
    kind: 'answer',
    status,
    message: object?.message ?? body.slice(0, 500),
    // These are RBAC's words. The refusal of an admission policy is no matter of rights.
    advice: status === 403 && / is forbidden: User "/.test(object?.message ?? '') ? advice : undefined,
    hasDetails: Object.keys(object?.details ?? {}).length > 0,
    continueToken: object?.metadata?.continue || undefined,
    retryAfterSeconds: retryAfterOf(headers),
  }
}

/**
 * The seconds of a Retry-After header, which has a number of them or a date; undefined for anything else. The date is
 * compared with the server's own clock, which its Date header tells.
 * https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 */
function retryAfterOf({ 'retry-after': value, date }: Answer['headers']): number | undefined {
  if (typeof value !== 'string') return undefined
  if (/^\d+$/.test(value)) return Number(value)
  const seconds = (Date.parse(value) - Date.parse(String(date))) / 1000
  // Date.parse reads far more than the dates of HTTP, such as -5.
  return value.endsWith('GMT') && !Number.isNaN(seconds) ? Math.max(0, seconds) : undefined
}

/** Reads a Kubernetes Status object; undefined for the answer of a proxy in between. */
function parseStatus(
  text: string,
): { message?: string; details?: object; metadata?: { continue?: string } } | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isTimeout = (error: unknown, signal: AbortSignal | undefined): boolean =>
  signal?.aborted === true || error instanceof ExchangeTimeout || error instanceof errors.HeadersTimeoutError
