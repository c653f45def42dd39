import { describe, expect, test } from '@jest/globals'
import type { TestedApi } from './testedApi.ts'

export function describeValidRequests(tested: TestedApi): void {
  const { call, pathOf, sleep, status } = tested

  describe('a valid request', () => {
    test.each([
      ['without a content type', undefined],
      ['that calls itself a form, as curl -d does', 'application/x-www-form-urlencoded'],
      ['that calls itself text', 'text/plain;charset=UTF-8'],
      ['with a charset', 'application/json; charset=utf-8'],
    ])('may have a body %s', async (_what, type) => {
      const deployment = await tested.kubernetes.deploy({ replicas: 1, runs: false })
      const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type }
      const body = new TextEncoder().encode('{"replicas":2,"reason":"夜間 🌙 \\"停止\\""}')
      const answer = await call(pathOf(deployment, 'scale-up'), { method: 'POST', headers, body })
      expect(answer).toMatchObject({ status: 200, body: { deployment: { scaling_reason: '夜間 🌙 "停止"' } } })
    })

    test('may have a body in chunks; where the Functions host does not pass these on, the answer says so', async () => {
      const deployment = await tested.kubernetes.deploy({ replicas: 1, runs: false })
      const body = new Blob(['{"reason":"nightly"}']).stream()
      const init = { method: 'POST', body, duplex: 'half' } as RequestInit
      const answer = await call(pathOf(deployment, 'scale-to-zero'), init)
      if (tested.subject.guard === 'api') expect(answer).toMatchObject({ status: 200, body: { result: 'changed' } })
      else {
        const message = expect.stringContaining('send it with a Content-Length')
        expect(answer).toMatchObject({ status: 400, body: { details: [{ path: 'body', message }] } })
      }
    })

    test('may give a reason of 500 characters of any script', async () => {
      const deployment = await tested.kubernetes.deploy({ replicas: 1, runs: false })
      const reason = '🌙'.repeat(500)
      expect((await sleep(deployment, { reason })).status).toBe(200)
      expect((await status(deployment)).body.deployment.scaling_reason).toBe(reason)
    })
  })
}
