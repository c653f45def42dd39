import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { isoTime } from './fields.ts'
import type { TestedApi } from './testedApi.ts'

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

export function describeService(tested: TestedApi): void {
  const { call } = tested

  describe('the service', () => {
    test('is healthy', async () => {
      const { status, body } = await call('/health', { headers: {} })
      expect({ status, body }).toEqual({ status: 200, body: { status: 'healthy', version, time: isoTime } })
    })

    test('is ready when it reaches Kubernetes', async () => {
      const { status, body } = await call('/ready')
      expect({ status, body }).toEqual({
        status: 200,
        body: { status: 'ready', kubernetes: 'connected', time: isoTime },
      })
    })

    test('describes itself, to programs and to people', async () => {
      expect((await call('/openapi.json')).body).toMatchObject({ openapi: '3.1.0' })
      const page = await call('/docs')
      expect(page.text).toContain('docs/swagger-ui-bundle.js')
      expect(page.headers.get('x-request-id')).toMatch(/./)
    })

    test.each([
      ['of a route', '/health'],
      ['with the OpenAPI document', '/openapi.json'],
      ['with an error', '/no/such/path'],
    ])('ends the answer %s with a line break, so that the next prompt is on its own line', async (_what, path) => {
      const { text, headers } = await call(path)
      expect(text).toMatch(/^\{.*\}\n$/)
      expect(Number(headers.get('content-length') ?? Buffer.byteLength(text))).toBe(Buffer.byteLength(text))
      expect((await call(path, { method: 'HEAD' })).text).toBe('')
    })

    test.each([
      ['of a probe', '/health'],
      ['with data', '/api/v1/projects'],
      ['with the OpenAPI document', '/openapi.json'],
      ['that is a page', '/docs'],
      ['with an error', '/api/v1/projects/<b>'],
      ['for no route', '/<script>alert(1)</script>'],
    ])(
      'tells a browser with the answer %s to guess no type, to frame nothing and to name no address',
      async (_what, path) => {
        const { headers } = await call(path)
        expect(headers.get('content-type')).toMatch(path === '/docs' ? /^text\/html/ : /^application\/json/)
        expect(headers.get('x-content-type-options')).toBe('nosniff')
        expect(headers.get('referrer-policy')).toBe('no-referrer')
        expect(headers.get('content-security-policy')).toMatch(/^default-src 'none';.* frame-ancestors 'none'/)
        expect(headers.get('content-security-policy')).not.toMatch(/unsafe|\*|:\/\//)
      },
    )

    test.each([
      ['a valid one is kept', 'trace-7_a', true],
      ['one that is too long is replaced', 'x'.repeat(1000), false],
      ['a hostile one is replaced', '{"a":"b"}', false],
    ])('gives each request an id: %s', async (_what, id, kept) => {
      const { headers } = await call('/health', { headers: { 'x-request-id': id } })
      expect(headers.get('x-request-id') === id).toBe(kept)
      expect(headers.get('x-request-id')).toMatch(/^[\w=-]{1,128}$/)
    })
  })
}
