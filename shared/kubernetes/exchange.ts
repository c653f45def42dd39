import type { Dispatcher, Pool } from 'undici'

/** A whole answer. */
export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  text(): string
}

/**
 * Sends one request and reads its whole answer. `pool.request` would hand out a stream, which costs more time than
 * everything else that we do for a call; all our answers are read to the end anyway.
 */
export function exchange(
  pool: Pool,
  { signal, ...request }: Dispatcher.DispatchOptions & { signal: AbortSignal | undefined },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    let controller: Dispatcher.DispatchController | undefined
    let status = 0
    let headers: Answer['headers'] = {}
    const chunks: Buffer[] = []
    const onAbort = () => {
      controller?.abort(signal?.reason)
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    const settled = () => signal?.removeEventListener('abort', onAbort)
    pool.dispatch(request, {
      onRequestStart(started) {
        controller = started
        // It waited in the pool's queue for longer than its caller did.
        if (signal?.aborted) started.abort(signal.reason)
      },
      onResponseStart(_controller, statusCode, received) {
        status = statusCode
        headers = received
      },
      onResponseData(_controller, chunk) {
        chunks.push(chunk)
      },
      onResponseEnd() {
        settled()
        resolve({ status, headers, text: () => Buffer.concat(chunks).toString('utf8') })
      },
      onResponseError(_controller, error) {
        settled()
        reject(error)
      },
    })
  })
}
