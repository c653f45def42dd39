import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { describeCluster, readKubeconfig } from '../../../../dev/start/kubeconfig.ts'
import { reachCluster } from '../../../../dev/start/reachCluster.ts'

const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A file with a context for each server, the first of which is the current one. */
function write(file: string, servers: Record<string, string>): string {
  const names = Object.keys(servers)
  const path = join(folder, file)
  const config = {
    clusters: names.map((name) => ({
      name: `cluster-${name}`,
      cluster: { server: servers[name], 'insecure-skip-tls-verify': true },
    })),
    users: names.map((name) => ({ name: `user-${name}`, user: { token: 'secret' } })),
    contexts: names.map((name) => ({ name, context: { cluster: `cluster-${name}`, user: `user-${name}` } })),
    'current-context': names[0],
  }
  writeFileSync(path, JSON.stringify(config))
  return path
}

const read = (paths: string, context?: string) =>
  describeCluster(readKubeconfig({ kind: 'kubeconfig', paths, from: `KUBECONFIG=${paths}`, context }))

describe('a kubeconfig', () => {
  const two = write('two', { prod: 'https://10.0.0.1', dev: 'https://10.0.0.2' })
  const other = write('other', { home: 'https://10.0.0.3' })

  test('leads to its current context', () => {
    expect(read(two)).toBe('https://10.0.0.1 (context prod, user user-prod)')
  })

  test('leads to the context that is asked for', () => {
    expect(read(two, 'dev')).toBe('https://10.0.0.2 (context dev, user user-dev)')
  })

  test('of two files leads to the current context of the first, as in kubectl', () => {
    expect(read([other, two].join(delimiter))).toBe('https://10.0.0.3 (context home, user user-home)')
    expect(read([other, two].join(delimiter), 'dev')).toMatch(/context dev/)
  })

  test('without the context that is asked for lists those that it has', () => {
    expect(() => read(two, 'test')).toThrow(`KUBECONFIG=${two} has no context test: it has prod, dev.`)
  })
})

describe('a cluster', () => {
  const reach = (server: string) => reachCluster(write('reached', { prod: server }), `${server} (context prod)`)
  const answering = async (status: number) => {
    const server: Server = createServer((_, response) => {
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(JSON.stringify({ message: 'Unauthorized' }))
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
  }

  test('that answers is taken', async () => {
    const { server, url } = await answering(200)
    await reach(url)
    server.close()
  })

  test('that takes no such user is refused, with what it says', async () => {
    const { server, url } = await answering(401)
    await expect(reach(url)).rejects.toThrow(`The cluster ${url} (context prod) cannot be used: 401 Unauthorized.`)
    server.close()
  })

  test('at a closed port is refused, with its address and the cause', async () => {
    const { server, url } = await answering(200)
    await new Promise((closed) => server.close(closed))
    await expect(reach(url)).rejects.toThrow(
      `The cluster ${url} (context prod) cannot be used: connection refused; check that it runs at that address.`,
    )
  })

  test('whose sign-in program is missing is refused, with the name of the program', async () => {
    const path = join(folder, 'plugin')
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'no-such-login', interactiveMode: 'Never' }
    writeFileSync(
      path,
      JSON.stringify({
        clusters: [{ name: 'c', cluster: { server: 'https://10.0.0.1' } }],
        users: [{ name: 'u', user: { exec } }],
        contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
        'current-context': 'x',
      }),
    )
    await expect(reachCluster(path, 'c')).rejects.toThrow('The cluster c cannot be used: spawn no-such-login ENOENT.')
  })
})
