import type { Dispatcher } from 'undici'

/** A whole answer. */
export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  text(): string
}

/** One request. */
export interface ExchangeOptions extends Dispatcher.DispatchOptions {
  signal: AbortSignal | undefined
  /** How long it may take once it has a connection; undefined for a request without an end. */
  timeoutMs: number | undefined
  /**
   * Takes the body of a successful answer as it arrives; `text()` is then empty. Answering false ends the exchange, and
   * is a success. So is the signal where there is no time limit: a body without an end has no other end.
   */
  onData?: ((chunk: Buffer) => boolean) | undefined
}

/** The whole answer did not arrive in time. */
export class ExchangeTimeout extends Error {
  override readonly name = 'ExchangeTimeout'
}

/**
 * Sends one request and reads its whole answer. `pool.request` would hand out a stream, which takes more time than the
 * rest of a call together, and all answers but those of a watch are read to the end anyway.
 */
export function exchange(
  pool: Dispatcher,
  { signal, timeoutMs, onData, ...request }: ExchangeOptions,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    let controller: Dispatcher.DispatchController | undefined
    let status = 0
    let headers: Answer['headers'] = {}
    const chunks: Buffer[] = []
    const isStreaming = () => onData !== undefined && status >= 200 && status < 300
    const done = () => resolve({ status, headers, text: () => textOf(chunks) })
    const onAbort = () => {
      if (isStreaming() && timeoutMs === undefined) done()
      else reject(signal?.reason)
      controller?.abort(signal?.reason)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    let timer: NodeJS.Timeout | undefined
    const onTimeout = () => controller?.abort(new ExchangeTimeout(`no whole answer within ${timeoutMs} ms`))
    const settled = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
    pool.dispatch(request, {
      onRequestStart(started) {
        controller = started
        // One timer limits the whole answer. Those of undici limit silence, which a byte now and then breaks.
        if (timeoutMs !== undefined) timer ??= setTimeout(onTimeout, timeoutMs)
        // The request waited in the pool's queue for longer than its caller did.
        if (signal?.aborted) started.abort(signal.reason)
      },
      onResponseStart(_controller, statusCode, received) {
        status = statusCode
        headers = received
      },
      onResponseData(receiving, chunk) {
        if (onData === undefined || !isStreaming()) chunks.push(chunk)
        else if (!onData(chunk)) {
          done()
          receiving.abort(new Error('enough'))
        }
      },
      onResponseEnd() {
        settled()
        done()
      },
      onResponseError(_controller, error) {
        settled()
        reject(error)
      },
    })
  })
}

/** Most answers arrive in one piece, which needs no copy. */
const textOf = (chunks: Buffer[]): string => {
  const [only] = chunks
  return only !== undefined && chunks.length === 1 ? only.toString('utf8') : Buffer.concat(chunks).toString('utf8')
}
