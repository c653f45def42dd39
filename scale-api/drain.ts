import type { Server, ServerResponse } from 'node:http'

/**
 * Ends a server without breaking a request: waits until every connection is gone, for so long at most, then closes. New
 * requests are answered until then, as the endpoints of a Service take a moment to forget a Pod. Answers how many were
 * cut off.
 */
export type Drain = (timeoutMs: number) => Promise<number>

// Whose connection has ended may be on the way with a new one.
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
  // Before the listener that answers.
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
    // Each answer from now on is the last one on its connection, and says so: `Connection: close`. An idle connection is
    // left to its keep-alive: its next request may be on the wire already, and closing would lose it.
    for (const response of underWay) response.shouldKeepAlive = false
    await new Promise<void>((resolve) => {
      setTimeout(resolve, timeoutMs)
      let quiet: NodeJS.Timeout | undefined
      onChange = () => {
        clearTimeout(quiet)
        if (underWay.size > 0) return
        // What is connected for longer has never sent a request, as the spare connections of a browser have not: Node
        // waits for their first one much longer.
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
