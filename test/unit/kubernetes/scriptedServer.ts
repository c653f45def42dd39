import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Answers one request. The last one of a list answers all further requests. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** A server with scripted answers, for the faults that a healthy API server does not show on demand. */
export async function scriptedServer(answers: Answer[]) {
  const requests: { method: string; url: string; authorization: string | undefined }[] = []
  let sockets = 0
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request
    const answer = answers[Math.min(requests.length, answers.length - 1)]
    requests.push({ method, url, authorization: headers.authorization })
    request.resume()
    answer?.(request, response)
  })
  server.on('connection', () => sockets++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    sockets: () => sockets,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** An answer with this status and JSON body. */
export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))

/** A Status object, as the API server writes it. */
export const failure = (code: number, more: { reason?: string; message?: string; details?: object } = {}) =>
  json(code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, message: 'as told', ...more })

/** Breaks the connection without an answer. */
export const reset: Answer = (request) => void request.socket.destroy()

/** Never answers. */
export const silence: Answer = () => {}

/** Takes two seconds to answer, and is never silent for long. */
export const trickle: Answer = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  const writing = setInterval(() => response.write(' '), 20)
  const ending = setTimeout(() => response.end('{}'), 2000)
  response.on('close', () => {
    clearInterval(writing)
    clearTimeout(ending)
  })
}
