import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A proxy that serves a host under a path of its own. */
export interface PrefixProxy {
  /** The address of the host's root, with a slash at its end. */
  url: string
  stop(): Promise<void>
}

/** Starts a proxy before a host, as a company has it before its tools. */
export async function startPrefixProxy(host: string, listenOn = 0): Promise<PrefixProxy> {
  const proxy = createServer((from, to) => {
    const { pathname, search } = new URL(`http://proxy${from.url}`)
    const target = `${host}${pathname.replace('/tools/scale', '')}${search}`
    from.pipe(
      request(target, { method: from.method, headers: from.headers }, (answer) => {
        to.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(to)
      }).on('error', () => to.writeHead(502).end()),
    )
  })
  await new Promise<void>((resolve) => proxy.listen(listenOn, '127.0.0.1', resolve))
  const { port } = proxy.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/tools/scale/`,
    stop: () =>
      new Promise((resolve) => {
        proxy.closeAllConnections()
        proxy.close(() => resolve())
      }),
  }
}
