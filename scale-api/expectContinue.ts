import type { Server } from 'node:http'

/**
 * Tells a client that waits with `Expect: 100-continue` to send its body only once the body is read, which is after its
 * key was checked. A request that is refused before that is answered without a byte of the body, and its connection ends,
 * since nobody knows whether the body still comes. https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1
 */
export function continueWhenRead(server: Server): void {
  server.on('checkContinue', (request, response) => {
    response.shouldKeepAlive = false
    const read = request._read
    request._read = (size) => {
      request._read = read
      if (!response.headersSent) response.writeContinue()
      read.call(request, size)
    }
    server.emit('request', request, response)
  })
}
