import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { discovery } from './discovery.ts'
import { Lists } from './list.ts'
import type { KubeObject } from './objects.ts'
import { handleObject, listBody } from './requests.ts'
import { target } from './route.ts'
import { StatusError, tooLarge } from './statusError.ts'
import type { Store } from './store.ts'
import { tableOf } from './table.ts'
import { watch } from './watch.ts'

/** As the real server: 3 MiB. */
const bodyLimitBytes = 3 * 1024 * 1024

/** For tests: may answer a request itself (or leave it hanging), and then returns true. */
export type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>

interface ServerOptions {
  port: number
  now: () => Date
  intercept?: Intercept | undefined
}

/** Serves the API of `store` on loopback; port 0 takes a free one. */
export async function serve(store: Store, { port, now, intercept }: ServerOptions) {
  const lists = new Lists(store)
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => refuse(response, error))
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (await intercept?.(request, response)) return
    const { pathname, searchParams: query } = new URL(`http://cluster${request.url}`)
    const method = request.method ?? 'GET'
    const body = await readBody(request)
    const found = target(pathname)
    const wantsTable = /as=Table/.test(request.headers.accept ?? '')
    if (!found) return send(response, 200, discovery(pathname))
    const { resource, namespace, name, subresource } = found
    const table = (objects: KubeObject[], metadata: object) =>
      tableOf(objects, resource.columns, { now: now(), metadata })
    if (name === undefined && method === 'GET') {
      if (['1', 'true'].includes(query.get('watch') ?? '')) {
        const show = (object: KubeObject) =>
          wantsTable ? table([object], { resourceVersion: object.metadata.resourceVersion }) : object
        return watch(store, { resource, namespace, query, show }, response)
      }
      const page = lists.page(resource, namespace, query)
      return send(response, 200, wantsTable ? table(page.items, page.metadata) : listBody(found, page))
    }
    const contentType = (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? ''
    const userAgent = request.headers['user-agent'] ?? ''
    const result = handleObject(store, { method, target: found, query, contentType, userAgent, body, now: now() })
    const isTable = wantsTable && method === 'GET' && !subresource
    send(response, result.code, isTable ? table([result.body as KubeObject], {}) : result.body)
  }

  // As the real server: longer than clients keep idle connections, so that none is closed under a request.
  server.keepAliveTimeout = 90_000
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close(): Promise<void> {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    length += (chunk as Buffer).length
    if (length > bodyLimitBytes) throw tooLarge(bodyLimitBytes)
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString()
}

function send(response: ServerResponse, code: number, body: object | string | undefined): void {
  const isText = typeof body !== 'object'
  response.writeHead(body === undefined ? 404 : code, {
    'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json',
  })
  response.end(isText ? (body ?? '404 page not found\n') : JSON.stringify(body))
}

function refuse(response: ServerResponse, error: unknown): void {
  const message = `Internal error occurred: ${error instanceof Error ? error.message : error}`
  const failure = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'InternalError' }
  const status = error instanceof StatusError ? error.status : { ...failure, message, code: 500 }
  if (response.headersSent) response.destroy()
  else send(response, status.code, status)
}
