import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { Certificate } from '../loopbackCertificate.ts'
import { createFaults } from './faults.ts'
import type { Reply, Request } from './reply.ts'

/** A request that came in, whether or not it was answered. */
export interface RecordedRequest {
  method: string
  path: string
  query: Record<string, string>
}

/** Serves `answer` over HTTPS on loopback; port 0 takes a free one. Requests that a fault hits never reach `answer`. */
export async function serve(
  answer: (request: Request) => Reply | Promise<Reply>,
  { certificate, port }: { certificate: Certificate; port: number },
) {
  const faults = createFaults()
  const requests: RecordedRequest[] = []
  const server = createServer(certificate, (incoming, response) => {
    respond(incoming, response).catch((error: unknown) => {
      const message = `the fake Azure failed: ${error}`
      send(response, { status: 500, body: { error: { code: 'InternalServerError', message } } })
    })
  })

  async function respond(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = incoming
    // The body is read even where nobody wants it, since nothing unread may be left on the connection.
    const body = await buffer(incoming)
    const { pathname: path, searchParams: query } = new URL(`https://azure${url}`)
    requests.push({ method, path, query: Object.fromEntries(query) })
    const fault = faults.take(url)
    if (!fault) return send(response, await answer({ method, path, query, headers, body }))
    if ('status' in fault) return send(response, { body: {}, ...fault })
    if (fault.connection === 'drop') incoming.socket.destroy()
  }

  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    fail: faults.add,
    async close(): Promise<void> {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  const isText = typeof body === 'string'
  response
    .writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json; charset=utf-8', ...headers })
    .end(isText ? body : JSON.stringify(body))
}
