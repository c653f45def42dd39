import type { Server } from 'node:http'

/**
 * Ends a server without breaking a request: waits for the requests under way, for so long at most, then closes. New ones
 * are answered until then, as the endpoints of a Service take a moment to forget a Pod. Answers how many were cut off.
 */
export type Drain = (timeoutMs: number) => Promise<number>

/** Counts the requests of a server from now on, so that it can be drained later. */
export function drainable(server: Server): Drain {
  let inFlight = 0
  let onIdle = () => {}
  server.on('request', (_request, response) => {
    inFlight++
    response.once('close', () => {
      inFlight--
      if (inFlight === 0) onIdle()
    })
  })
  return async (timeoutMs) => {
    if (inFlight > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs)
        onIdle = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    const cutOff = inFlight
    server.close()
    server.closeAllConnections()
    return cutOff
  }
}
