import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../dev/cluster/index.ts'
import { type Host, startScaleApi } from '../hosts.ts'

const apiKey = 'api-key-of-the-tests'

let dir: string
let cluster: EmbeddedCluster
let host: Host
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'http-'))
  cluster = await startCluster({ podDelayMs: 10, nodeDelayMs: 10 })
  writeFileSync(join(dir, 'kubeconfig'), cluster.kubeconfig)
  host = await startScaleApi({ KUBECONFIG: join(dir, 'kubeconfig'), API_KEY: apiKey })
})
afterAll(async () => {
  await host?.stop()
  await cluster?.stop()
  rmSync(dir, { recursive: true })
})

/**
 * Sends a request as text, and returns all that comes until the server ends the connection.
 * @param body sent once the server has answered 100
 */
async function exchange(lines: string[], body = ''): Promise<string> {
  const socket = connect(Number(new URL(host.url).port), '127.0.0.1')
  let received = ''
  socket.setEncoding('utf8').on('data', (text) => {
    received += text
    if (received === 'HTTP/1.1 100 Continue\r\n\r\n') socket.write(body)
  })
  socket.write(`${[...lines, '', ''].join('\r\n')}`)
  await new Promise((resolve) => socket.once('close', resolve))
  return received
}

const restore = 'POST /api/v1/deployments/project-a/sample-app-a/restore HTTP/1.1'
const expects = (length: number) => ['Host: scale-api', `Content-Length: ${length}`, 'Expect: 100-continue']
const key = `Authorization: Bearer ${apiKey}`
const statusesOf = (text: string) => [...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => Number(status))

test('a probe with HTTP/1.0 and no Host is answered', async () => {
  expect(statusesOf(await exchange(['GET /health HTTP/1.0']))).toEqual([200])
})

test('HTTP/1.1 without a Host is still refused', async () => {
  expect(statusesOf(await exchange(['GET /health HTTP/1.1', 'Connection: close']))).toEqual([400])
})

test('a client that waits for 100 is told to send its body, and gets its answer', async () => {
  const body = '{"reason":"tests"}'
  expect(statusesOf(await exchange([restore, key, ...expects(body.length)], body))).toEqual([100, 200])
})

// None of these sends a body: an answer comes only where nobody waits for one.
test.each([
  ['without a key', [restore, ...expects(20)], 401],
  ['with a wrong key', [restore, 'Authorization: Bearer wrong-key-of-the-tests', ...expects(20)], 401],
  ['with a body that is too large', [restore, key, ...expects(70_000)], 413],
  ['to a path that is in no route', ['POST /no/such/path HTTP/1.1', ...expects(20)], 404],
])('a client that waits for 100 is refused %s without sending its body', async (_, lines, status) => {
  expect(statusesOf(await exchange(lines))).toEqual([status])
})
