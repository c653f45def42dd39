import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request on its way to the cluster. */
interface Passage {
  request: IncomingMessage
  /** Passes it on and resolves when the cluster has answered; the answer goes back unless `answer` is false. */
  pass(options?: { answer: boolean }): Promise<void>
}

/** A proxy in front of a cluster: a test decides when a request gets through and whether its answer comes back. */
export async function interruptedKubernetes(cluster: string, onRequest: (passage: Passage) => Promise<void>) {
  const passOn = (request: IncomingMessage, response: ServerResponse, answer: boolean) =>
    new Promise<void>((resolve, reject) => {
      const { method, url, headers } = request
      const upstream = forward(new URL(url ?? '/', cluster), { method, headers }, (answered) => {
        answered.on('end', resolve)
        if (!answer) answered.resume()
        else {
          response.writeHead(answered.statusCode ?? 502, answered.headers)
          answered.pipe(response)
        }
      })
      upstream.on('error', reject)
      request.pipe(upstream)
    })
  const server = createServer((request, response) => {
    const pass = ({ answer } = { answer: true }) => passOn(request, response, answer)
    void onRequest({ request, pass }).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}
