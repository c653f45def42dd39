import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { missingAnswer, waitFor } from '../../../../dev/lab/waitFor.ts'

describe('waiting', () => {
  test('ends when nothing is missing any more', async () => {
    const answers = ['two', 'one', undefined]
    await waitFor({ what: 'all is there', limitMs: 60_000 }, async () => answers.shift())
    expect(answers).toEqual([])
  })

  test('that times out says how long, for which state, and the last state seen', async () => {
    const waiting = waitFor({ what: 'the API server is ready', limitMs: 0 }, async () => 'etcd failed')
    await expect(waiting).rejects.toThrow(
      'gave up after 0 s of waiting until the API server is ready. Last seen: etcd failed',
    )
  })

  test('that is stopped fails with the reason', async () => {
    const controller = new AbortController()
    const waiting = waitFor({ what: 'it', limitMs: 60_000, signal: controller.signal }, async () => {
      setImmediate(() => controller.abort(new Error('stopped by SIGINT')))
      return 'all'
    })
    await expect(waiting).rejects.toThrow('stopped by SIGINT')
  })
})

describe('the missing answer of a URL', () => {
  const server = createServer(({ url }, response) => {
    response.statusCode = url === '/well' ? 200 : 503
    response.end('draining')
  })
  let url: string
  beforeAll(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve))
  })

  test('is undefined for 200, and otherwise the status and the text', async () => {
    expect(await missingAnswer(`${url}/well`)).toBeUndefined()
    expect(await missingAnswer(`${url}/ill`)).toBe(`${url}/ill answers 503: draining`)
  })

  test('is the reason of the failed connection when nothing listens', async () => {
    const gone = createServer()
    await once(gone.listen(0, '127.0.0.1'), 'listening')
    const { port } = gone.address() as AddressInfo
    await new Promise((resolve) => gone.close(resolve))
    expect(await missingAnswer(`http://127.0.0.1:${port}/`)).toContain(`connect ECONNREFUSED 127.0.0.1:${port}`)
  })
})
