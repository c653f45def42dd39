import type { Server, ServerResponse } from 'node:http'

/**
 * Ends a server without breaking a request: waits until every connection is gone, at most for this time, then closes.
 * New requests are answered until then, because the endpoints of a Service take a moment to forget a Pod. Returns how
 * many requests were cut off.
 */
export type Drain = (timeoutMs: number) => Promise<number>

// A client whose connection has ended may be about to open a new one.
const settleMs = 100
// Node ends an idle connection up to a second after its keepAliveTimeout.
const idleSlackMs = 2000

/** Follows the connections and requests of a server from now on, so that it can be drained later. */
export function drainable(server: Server): Drain {
  const underWay = new Set<ServerResponse>()
  let connections = 0
  let draining = false
  let onChange = () => {}
  server.on('connection', (socket) => {
    connections++
    onChange()
    socket.once('close', () => {
      connections--
      onChange()
    })
  })
  // This must run before the listener that answers.
  server.prependListener('request', (_request, response) => {
    if (draining) response.shouldKeepAlive = false
    underWay.add(response)
    onChange()
    response.once('close', () => {
      underWay.delete(response)
      onChange()
    })
  })
  return async (timeoutMs) => {
    draining = true
    // Each answer from now on is the last one on its connection, and says so: `Connection: close`. An idle connection
    // is left to its keep-alive: its next request may be on the wire already, and closing would lose it.
    for (const response of underWay) response.shouldKeepAlive = false
    await new Promise<void>((resolve) => {
      setTimeout(resolve, timeoutMs)
      let quiet: NodeJS.Timeout | undefined
      onChange = () => {
        clearTimeout(quiet)
        if (underWay.size > 0) return
        // A connection that lasts longer has never sent a request, like the spare connections of a browser: Node waits
        // much longer for the first one.
        quiet = setTimeout(resolve, connections > 0 ? server.keepAliveTimeout + idleSlackMs : settleMs)
      }
      onChange()
    })
    const cutOff = underWay.size
    server.close()
    server.closeAllConnections()
    return cutOff
  }
}
