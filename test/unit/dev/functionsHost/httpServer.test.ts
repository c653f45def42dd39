import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from '@jest/globals'
import type { InvocationResponse } from '../../../../dev/functionsHost/coreTypes.ts'
import { createHttpServer } from '../../../../dev/functionsHost/httpServer.ts'
import { createRouter } from '../../../../dev/functionsHost/routes.ts'

/** A server of one function, `slow`, whose every invocation is `invocation`. */
async function serve(invocation: () => Promise<InvocationResponse>) {
  const handler = { metadata: { name: 'slow', bindings: {} }, callback: () => undefined }
  const route = { name: 'slow', template: 'slow', methods: ['POST'], authLevel: 'anonymous' as const, handler }
  const server = createHttpServer({
    findRoute: createRouter([route]),
    key: 'key',
    invoke: invocation,
    startByName: () => false,
    reportFailure: () => undefined,
    bodyLimit: 1000,
    bodyGraceMs: 50,
    timeoutMs: 20,
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/slow`,
    [Symbol.dispose]: () => void server.close(),
  }
}

const emptyAnswer = async () => ({ returnValue: { http: {} } })

test('an invocation that takes longer than the front end waits is answered 504', async () => {
  const { promise, resolve } = Promise.withResolvers<InvocationResponse>()
  using server = await serve(() => promise)
  const { status } = await fetch(server.url, { method: 'POST' })
  expect(status).toBe(504)
  resolve(await emptyAnswer())
})

test.each([
  [1000, 200],
  [1001, 500],
])('a body of %i bytes with a limit of 1000 is answered %i, however it is sent', async (length, expected) => {
  using server = await serve(emptyAnswer)
  const bytes = new Uint8Array(length)
  for (const body of [bytes, new Blob([bytes]).stream()]) {
    const { status } = await fetch(server.url, { method: 'POST', body, duplex: 'half' } as RequestInit)
    expect(status).toBe(expected)
  }
})

test('a body that stalls is answered 500, and never reaches the function', async () => {
  let invoked = false
  using server = await serve(async () => {
    invoked = true
    return emptyAnswer()
  })
  const { hostname, port } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  socket.write('POST /slow HTTP/1.1\r\nHost: it\r\nContent-Length: 100\r\n\r\nhalf')
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 500 /)
  expect(invoked).toBe(false)
})
