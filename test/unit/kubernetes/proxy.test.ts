import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, expect, test } from '@jest/globals'
import { startCluster } from '../../../dev/cluster/index.ts'
import { createLoopbackCertificate } from '../../../dev/loopbackCertificate.ts'
import { clusterAt } from './clusterAt.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** A proxy that makes tunnels, as companies have one, with the places that it was asked for. */
async function startProxy() {
  const asked: string[] = []
  const proxy = createServer()
  proxy.on('connect', ({ url = '' }, client) => {
    asked.push(url)
    const { hostname, port } = new URL(`http://${url}`)
    const server = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      server.pipe(client).pipe(server)
    })
    const end = () => [server, client].map((socket) => socket.destroy())
    server.on('error', end)
    client.on('error', end)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  return {
    asked,
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    stop: () => void proxy.close(),
  }
}

test('a server behind a proxy is called through a tunnel, with its own certificates, and few of them', async () => {
  const certificate = await createLoopbackCertificate()
  const embedded = await startCluster({ secure: { certificate, tokens: ['one'] } })
  const proxy = await startProxy()
  const access = { server: embedded.url, tls: { ca: certificate.cert }, authorization: 'Bearer one', proxy: proxy.url }
  const client = clusterAt('', { connection: { access: async () => access } })
  closing.push(client.close, embedded.stop, proxy.stop)
  await Promise.all(Array.from({ length: 100 }, () => client.cluster.listNamespaces()))
  expect(new Set(proxy.asked)).toEqual(new Set([new URL(embedded.url).host]))
  expect(proxy.asked.length).toBeLessThanOrEqual(8)
})
