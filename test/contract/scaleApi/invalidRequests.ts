import { request as httpRequest } from 'node:http'
import { describe, expect, test } from '@jest/globals'
import { inHours, isoTime } from './fields.ts'
import type { TestedApi } from './testedApi.ts'

export function describeInvalidRequests(tested: TestedApi): void {
  const { call, pathOf, post } = tested

  describe('an invalid request', () => {
    const error = (code: string) => ({
      status: 'error',
      message: expect.any(String),
      error: code,
      timestamp: isoTime,
      request_id: expect.any(String),
    })

    test.each([
      ['no reason', 'scale-to-zero', {}, 'reason'],
      ['an empty reason', 'scale-to-zero', { reason: '  ' }, 'reason'],
      ['a reason that is too long', 'scale-to-zero', { reason: 'x'.repeat(501) }, 'reason'],
      ['a reason that is not text', 'scale-to-zero', { reason: 7 }, 'reason'],
      ['NUL in the reason', 'scale-to-zero', { reason: 'a\0b' }, 'reason'],
      ['half a character in the reason', 'scale-to-zero', { reason: 'a\ud800b' }, 'reason'],
      [
        'a wake-up time in the past',
        'scale-to-zero',
        { reason: 'x', scheduled_scale_up: inHours(-1) },
        'scheduled_scale_up',
      ],
      [
        'a wake-up time in two years',
        'scale-to-zero',
        { reason: 'x', scheduled_scale_up: inHours(17_520) },
        'scheduled_scale_up',
      ],
      [
        'a wake-up time without an offset',
        'scale-to-zero',
        { reason: 'x', scheduled_scale_up: '2027-01-01T00:00:00' },
        'scheduled_scale_up',
      ],
      [
        'a wake-up time that is not a time',
        'scale-to-zero',
        { reason: 'x', scheduled_scale_up: 'tomorw' },
        'scheduled_scale_up',
      ],
      [
        'a day that does not exist',
        'scale-to-zero',
        { reason: 'x', scheduled_scale_up: '2027-02-30T00:00:00Z' },
        'scheduled_scale_up',
      ],
      ['no replicas', 'scale-up', { reason: 'x' }, 'replicas'],
      ['zero replicas', 'scale-up', { reason: 'x', replicas: 0 }, 'replicas'],
      ['negative replicas', 'scale-up', { reason: 'x', replicas: -1 }, 'replicas'],
      ['huge replicas', 'scale-up', { reason: 'x', replicas: 1e21 }, 'replicas'],
      ['half a replica', 'scale-up', { reason: 'x', replicas: 1.5 }, 'replicas'],
      ['replicas as text', 'scale-up', { reason: 'x', replicas: '2' }, 'replicas'],
      ['an unknown field', 'restore', { reason: 'x', replicas: 2 }, 'replicas'],
      ['a field that every object has', 'restore', { reason: 'x', constructor: 1 }, 'constructor'],
      ['a list', 'restore', [{ reason: 'x' }], 'body'],
    ])('with %s is 400, and the answer names the field', async (_what, action, body, path) => {
      const deployment = await tested.kubernetes.deploy({ replicas: 1, runs: false })
      const answer = await post(deployment, action, body)
      expect(answer.status).toBe(400)
      expect(answer.body).toEqual({ ...error('invalid-request'), details: [{ path, message: expect.any(String) }] })
      expect((await tested.kubernetes.read(deployment)).spec?.replicas).toBe(1)
    })

    test('gets all its faults at once, those of the path, the query and the body', async () => {
      const deployment = await tested.kubernetes.deploy({ replicas: 1, runs: false })
      const faultsOf = async (path: string, body: string) =>
        (await call(path, { method: 'POST', body })).body.details?.map((fault) => fault.path)
      const path = pathOf(deployment, 'scale-up')
      const body = '{"reason":"","replicas":-1,"force":true}'
      expect(await faultsOf(path, body)).toEqual(['replicas', 'reason', 'force'])
      expect(await faultsOf(`${path}?what_if=1`, body)).toEqual(['what_if', 'replicas', 'reason', 'force'])
      expect(await faultsOf(path.replace(deployment, 'No_Name'), '{')).toEqual(['name', 'body'])
    })

    test.each([
      ['text that is not JSON', 'reason=nightly'],
      ['incomplete JSON', '{"reason":'],
      ['bytes that are not UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d])],
      ['a key given twice', '{"reason":"a","reason":"b"}'],
      ['a key given twice, once with an escape', '{"reason":"a","re\\u0061son":"b"}'],
      ['null', 'null'],
    ])('with %s as its body is 400', async (_what, body) => {
      const deployment = await tested.kubernetes.deploy({ replicas: 1, runs: false })
      const answer = await call(pathOf(deployment, 'scale-to-zero'), { method: 'POST', body })
      expect({ status: answer.status, body: answer.body }).toMatchObject({
        status: 400,
        body: error('invalid-request'),
      })
      expect((await tested.kubernetes.read(deployment)).spec?.replicas).toBe(1)
    })

    test('with an unknown option is 400, rather than carried out without it', async () => {
      const deployment = await tested.kubernetes.deploy({ replicas: 1, runs: false })
      const answer = await call(`${pathOf(deployment, 'scale-to-zero')}?what_if=true`, {
        method: 'POST',
        body: '{"reason":"x"}',
      })
      expect(answer).toMatchObject({ status: 400, body: { details: [{ path: 'what_if' }] } })
      expect((await tested.kubernetes.read(deployment)).spec?.replicas).toBe(1)
    })

    test('with a body of 1 MiB is 413', async () => {
      const answer = await post('any', 'scale-to-zero', { reason: 'x'.repeat(1024 * 1024) })
      expect(answer).toMatchObject({ status: 413, body: error('body-too-large') })
    })

    test.each([
      ['a path upwards', '..', 404],
      ['an encoded path upwards', '%2e%2e%2Fkube-system', 400],
      ['an encoded slash', 'a%2Fb', 400],
      ['half an encoding', 'a%', 400],
      ['NUL', 'a%00b', 400],
      ['letters of another script', '%E3%83%97', 400],
      ['upper case', 'App', 400],
      ['a name that is too long', 'a'.repeat(254), 400],
    ])('for a Deployment named with %s, %s, is %i', async (_what, deployment, code) => {
      expect(await raw(`/api/v1/deployments/${tested.kubernetes.namespace}/${deployment}/status`)).toBe(code)
    })

    test('without a key is 401', async () => {
      const response = await fetch(tested.subject.url + pathOf('any', 'status'))
      expect(response.status).toBe(401)
      const body = await response.text()
      if (tested.subject.guard === 'host') expect(body).toBe('')
      else expect(JSON.parse(body)).toEqual(error('unauthorized'))
    })

    test('with a wrong key is 401', async () => {
      const headers = Object.fromEntries(
        Object.entries(tested.subject.headers).map(([name, value]) => [name, `${value}x`]),
      )
      expect((await fetch(tested.subject.url + pathOf('any', 'status'), { headers })).status).toBe(401)
    })

    test.each(['kube-system', 'scale-system', 'azure-arc'])('for the namespace %s is 403', async (namespace) => {
      const path = `/api/v1/deployments/${namespace}/any/scale-to-zero`
      const answer = await call(path, { method: 'POST', body: '{"reason":"x"}' })
      expect(answer).toMatchObject({ status: 403, body: error('namespace-protected') })
    })

    test('for the namespace keda is 403, and the answer says which setting allows it', async () => {
      const answer = await call('/api/v1/deployments/keda/keda-operator/restore', { method: 'POST', body: '{}' })
      expect(answer).toMatchObject({ status: 403, body: { error: 'namespace-protected' } })
      expect(answer.body.message).toContain('add -keda to PROTECTED_NAMESPACES')
    })

    test.each<[string, Record<string, string>, number]>([
      ['a page of another site', { origin: 'https://evil.example' }, 403],
      ['a page of another site, in the words of the browser', { 'sec-fetch-site': 'cross-site' }, 403],
      ['a page of this service', { 'sec-fetch-site': 'same-origin' }, 404],
      ['a program', {}, 404],
    ])(
      'that would change something with its key, and comes from %s, is judged by that',
      async (_what, headers, code) => {
        const answer = await call(pathOf('missing', 'restore'), { method: 'POST', body: '{"reason":"x"}', headers })
        expect(answer.status).toBe(code)
        if (code === 403) expect(answer.body).toEqual(error('foreign-origin'))
      },
    )

    test('that comes from a page of this service is served, by the host of the request', async () => {
      const init = { method: 'POST', body: '{"reason":"x"}', headers: { origin: new URL(tested.subject.url).origin } }
      expect((await call(pathOf('missing', 'restore'), init)).status).toBe(404)
    })

    test.each(['scale-to-zero', 'scale-up', 'restore', 'status'])(
      'for %s of a missing Deployment is 404',
      async (action) => {
        const replicas = action === 'scale-up' ? { replicas: 2 } : {}
        const init = action === 'status' ? {} : { method: 'POST', body: JSON.stringify({ reason: 'x', ...replicas }) }
        const answer = await call(pathOf('missing', action), init)
        expect(answer.status).toBe(404)
        expect(answer.body).toEqual({
          ...error('workload-not-found'),
          message: `Deployment ${tested.kubernetes.namespace}/missing not found`,
        })
      },
    )

    test.each([
      ['without a body, as in the operations guide', undefined],
      ['with a body that is not JSON', '{'],
    ])('for a missing Deployment is 404 even %s', async (_what, body) => {
      const answer = await call(pathOf('missing', 'scale-to-zero'), { method: 'POST', body })
      expect(answer).toMatchObject({ status: 404, body: error('workload-not-found') })
    })

    test('for an unknown path is 404', async () => {
      expect(await call('/api/v2/deployments')).toMatchObject({ status: 404, body: error('no-such-route') })
    })

    test.each([
      ['PUT', 'scale-to-zero', 'POST'],
      ['GET', 'restore', 'POST'],
      ['DELETE', 'status', 'GET, HEAD'],
    ])('with %s for %s is 405', async (method, action, allowed) => {
      const answer = await call(pathOf('any', action), { method })
      expect(answer).toMatchObject({ status: 405, body: error('method-not-allowed') })
      expect(answer.headers.get('allow')).toBe(allowed)
    })
  })

  /** The status code of a request whose path is sent as it is; `fetch` would normalize it. */
  const raw = (path: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(tested.subject.url)
      httpRequest({ hostname, port, path, headers: tested.subject.headers }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode))
      })
        .on('error', reject)
        .end()
    })
}
