import { EventEmitter } from 'node:events'
import { createServer } from 'node:http'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { drainable } from '../../../scale-api/drain.ts'

beforeEach(() => void jest.useFakeTimers())
afterEach(() => void jest.useRealTimers())

test('a drain cuts off no request that begins late on an idle connection', async () => {
  // The server does not listen: the test emits the connection and the request.
  const server = createServer().removeAllListeners('connection')
  const drain = drainable(server)
  const socket = new EventEmitter()
  server.emit('connection', socket)
  const cutOff = drain(25_000)
  await jest.advanceTimersByTimeAsync(server.keepAliveTimeout)
  const response = new EventEmitter()
  server.emit('request', {}, response)
  await jest.advanceTimersByTimeAsync(10_000)
  response.emit('close')
  socket.emit('close')
  await jest.advanceTimersByTimeAsync(1000)
  expect(await cutOff).toBe(0)
  expect(response).toMatchObject({ shouldKeepAlive: false })
})
