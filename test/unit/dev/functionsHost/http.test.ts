import { request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { FixtureApp, HostProcess, key } from './hostProcess.ts'

const app = new FixtureApp(`
  const asSeen = async (request) => ({
    jsonBody: {
      method: request.method,
      url: request.url,
      params: request.params,
      query: Object.fromEntries(request.query),
      contentType: request.headers.get('content-type'),
      body: await request.text(),
    },
  })
  const http = (name, methods, route, authLevel, handler) => app.http(name, { methods, route, authLevel, handler })
  http('getStatus', ['GET'], 'api/v1/deployments/{namespace}/{name}/status', 'function', asSeen)
  http('scaleUp', ['POST'], 'api/v1/deployments/{namespace}/{name}/scale-up', 'anonymous', asSeen)
  http('listAll', ['GET', 'HEAD'], 'api/v1/deployments/all', 'anonymous', async () => ({ body: 'all' }))
  http('oneDeployment', ['GET'], 'api/v1/deployments/{name}', 'anonymous', asSeen)
  http('openToAdmins', ['GET'], 'secret', 'admin', async () => ({ body: 'secret' }))
  http('bytes', ['POST'], 'bytes', 'anonymous', async (request) => ({
    status: 201,
    headers: { 'content-type': 'application/octet-stream', 'x-request-id': 'abc' },
    body: new Uint8Array(await request.arrayBuffer()),
    cookies: [{ name: 'a', value: '1', path: '/', httpOnly: true, sameSite: 'Lax', maxAge: 60 }, { name: 'b', value: '2' }],
  }))
  http('badCookie', ['GET'], 'bad-cookie', 'anonymous', async () => ({ body: 'x', cookies: [{ name: 'a', value: 'b', path: '/\\r\\nx: y' }] }))
  http('emptyRoute', ['GET'], '', 'anonymous', async () => ({ body: 'by its name' }))
  http('home', ['GET'], '/', 'anonymous', async () => ({ body: 'home' }))
  http('notModified', ['GET'], 'not-modified', 'anonymous', async () => ({ status: 304, headers: { etag: '"1"' } }))
  http('zipped', ['GET'], 'zipped', 'anonymous', async () => ({
    headers: { 'content-encoding': 'gzip' }, body: require('node:zlib').gzipSync('much text'),
  }))
  http('nothing', ['GET'], 'nothing', 'anonymous', async () => {})
  http('noContent', ['GET'], 'no-content', 'anonymous', async () => ({ status: 204 }))
  http('failing', ['GET'], 'failing', 'function', async () => { throw new Error('broken on purpose') })
  http('late', ['GET'], 'late', 'anonymous', async (_, context) => {
    setImmediate(async () => {
      await released('go')
      context.log('after its end')
      console.log('logged after its end')
    })
    return { jsonBody: context.traceContext }
  })
  http('logging', ['GET'], 'logging', 'anonymous', async (_, context) => {
    context.log('through the context of', context.functionName)
    console.log(JSON.stringify({ msg: 'straight to standard output' }))
    return {}
  })
  http('shadowingRest', ['GET'], 'shadow/{*rest}', 'anonymous', async () => ({ body: 'the rest' }))
  http('shadowStatus', ['GET'], 'shadow/{name}/status', 'anonymous', async () => ({ body: 'the status' }))
  http('zzGuarded', ['OPTIONS'], '{*path}', 'function', async () => ({}))
  http('zzOthers', ['GET'], '{*path}', 'anonymous', async (request) => ({ status: 404, body: 'no ' + request.params.path }))
`)
let host: HostProcess
let url: string

beforeAll(async () => {
  host = new HostProcess(app, { args: ['--verbose'] })
  url = await host.url()
})
afterAll(async () => {
  await host[Symbol.asyncDispose]()
  app[Symbol.dispose]()
})

test('prints the URL of each function, with the key where one is required', () => {
  const { port } = new URL(url)
  const origin = `http://127.0.0.1:${port}`
  expect(host.out).toContain(
    `getStatus      GET       ${origin}/api/v1/deployments/{namespace}/{name}/status?code=${key}\n`,
  )
  expect(host.out).toContain(`listAll        GET,HEAD  ${origin}/api/v1/deployments/all\n`)
})

test('prints no URL without --verbose when FUNCTIONS_KEY is set, because then the key is known', async () => {
  using quiet = new FixtureApp(`app.http('guarded', { authLevel: 'function', handler: async () => ({}) })`)
  await using other = new HostProcess(quiet)
  await other.url()
  expect(other.out).toMatch(/^Functions host listening on \S+\n$/)
})

describe('routes', () => {
  test.each([
    ['GET', '/api/v1/deployments/all', 200, 'all', 'listAll comes before oneDeployment'],
    ['GET', '/API/v1/Deployments/ALL', 200, 'all', 'literals are case-insensitive'],
    ['GET', '/api/v1/deployments/all/', 200, 'all', 'a slash at the end changes nothing'],
    ['GET', '/no/such/path', 404, 'no no/such/path', 'a catch-all that comes last takes the rest'],
    ['GET', '/', 200, 'home', 'the route of a slash is the root'],
    ['GET', '/emptyRoute', 200, 'by its name', 'an empty route is none'],
    ['GET', '/NOTHING', 200, '', 'paths match whatever their case'],
    ['GET', '/shadow/a/status', 200, 'the rest', 'shadowingRest comes before shadowStatus, however general it is'],
    ['POST', '/no/such/path', 404, '', 'no function has this method'],
    ['DELETE', '/api/v1/deployments/all', 404, '', 'a method that is not listed is not found'],
    ['GET', '/a/%00', 400, '', 'a NUL never reaches a function'],
  ])('%s %s gives %i %j, because %s', async (...[method, path, status, body]) => {
    const response = await fetch(url + path, { method })
    expect([response.status, await response.text()]).toEqual([status, body])
  })

  test('a function gets the URL as it was sent, and its parameters decoded except for slashes', async () => {
    const response = await fetch(`${url}/api/v1/deployments/a%2Fb/%C3%BC%20x/scale-up?q=1&q=%26`, { method: 'POST' })
    expect(await response.json()).toMatchObject({
      url: `${url}/api/v1/deployments/a%2Fb/%C3%BC%20x/scale-up?q=1&q=%26`,
      params: { namespace: 'a%2Fb', name: 'ü x' },
      query: { q: '1,&' },
    })
  })

  test('dots in a path are resolved before a route is looked for', async () => {
    const answer = await send(url, { path: '/api/v1/deployments/x/../all' })
    expect(answer).toMatchObject({ status: 200, body: 'all' })
  })

  test('two slashes at the start are answered by the host itself, with a bare 404', async () => {
    const answer = await send(url, { path: '//evil.example/secret' })
    expect(answer).toMatchObject({ status: 404, body: '' })
  })

  test('HEAD is answered without the body', async () => {
    const response = await fetch(`${url}/api/v1/deployments/all`, { method: 'HEAD' })
    expect([response.status, await response.text()]).toEqual([200, ''])
  })
})

describe('keys', () => {
  const path = '/api/v1/deployments/project-a/sample-app-a/status'
  test.each([
    ['no key', path, {}, 401],
    ['a wrong key', `${path}?code=wrong`, {}, 401],
    ['an empty key', `${path}?code=`, { 'x-functions-key': '' }, 401],
    ['the key as ?code=', `${path}?code=${key}`, {}, 200],
    ['the key as x-functions-key', path, { 'x-functions-key': key }, 200],
    ['the key as ?Code=', `${path}?Code=${key}`, {}, 200],
    ['a principal of App Service authentication without a key', path, { 'x-ms-client-principal': 'e30=' }, 401],
    ['a wrong header beside the right ?code=', `${path}?code=${key}`, { 'x-functions-key': 'wrong' }, 401],
    ['no key for an admin function', '/secret', {}, 401],
    ['the key for an admin function', '/secret', { 'x-functions-key': key }, 200],
  ])('%s', async (...[, target, headers, status]) => {
    const response = await fetch(url + target, { headers })
    expect(response.status).toBe(status)
    if (status === 401) expect(await response.text()).toBe('')
  })

  test('are in no line that a request causes', async () => {
    const printedBefore = host.out.length
    await fetch(`${url}/failing?code=${key}`)
    await fetch(`${url}/logging?code=${key}`)
    await host.printed(/straight to standard output/)
    expect(host.out.slice(printedBefore) + host.errors).not.toContain(key)
  })
})

describe('bodies', () => {
  const echo = '/api/v1/deployments/a/b/scale-up'

  test('a body without a content type reaches the function', async () => {
    const { body } = await send(url, { path: echo, method: 'POST', headers: { 'content-length': '2' }, body: '{}' })
    expect(JSON.parse(body)).toMatchObject({ body: '{}', contentType: null })
  })

  test('a chunked body does not reach the function, as in Azure', async () => {
    const headers = { 'transfer-encoding': 'chunked' }
    const { body } = await send(url, { path: echo, method: 'POST', headers, body: '{}' })
    expect(JSON.parse(body)).toMatchObject({ body: '' })
  })

  test('bytes, status, headers and cookies come back as the function gave them', async () => {
    const bytes = Uint8Array.from([0, 255, 254, 10, 13, 128])
    const response = await fetch(`${url}/bytes`, { method: 'POST', body: bytes })
    expect(response.status).toBe(201)
    expect(response.headers.get('x-request-id')).toBe('abc')
    expect(response.headers.getSetCookie()).toEqual(['a=1; Path=/; Max-Age=60; HttpOnly; SameSite=Lax', 'b=2'])
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes)
  })

  test('a body of a megabyte is accepted', async () => {
    const response = await fetch(`${url}/bytes`, { method: 'POST', body: Buffer.alloc(1024 * 1024, 1) })
    expect((await response.arrayBuffer()).byteLength).toBe(1024 * 1024)
  })

  test('more than 100 MB is refused before it is sent', async () => {
    const headers = { 'content-length': String(100 * 1024 * 1024 + 1) }
    expect(await send(url, { path: '/bytes', method: 'POST', headers })).toMatchObject({ status: 500 })
  })

  test('an answer arrives in chunks, without its length', async () => {
    const { headers } = await fetch(`${url}/api/v1/deployments/all`)
    expect([headers.get('transfer-encoding'), headers.get('content-length')]).toEqual(['chunked', null])
  })

  test('304 and what the function has compressed itself pass unchanged', async () => {
    const unchanged = await fetch(`${url}/not-modified`)
    expect([unchanged.status, unchanged.headers.get('etag'), await unchanged.text()]).toEqual([304, '"1"', ''])
    const zipped = await fetch(`${url}/zipped`)
    expect([zipped.headers.get('content-encoding'), await zipped.text()]).toEqual(['gzip', 'much text'])
  })

  test.each([
    ['/nothing', 200],
    ['/no-content', 204],
  ])('%s is answered %i without a body', async (path, status) => {
    const response = await fetch(url + path)
    expect([response.status, await response.text()]).toEqual([status, ''])
  })
})

describe('before any function', () => {
  const many = Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`x-header-${index}`, 'x']))
  test.each([
    ['a URL of 9 kB', { path: `/nothing?${'x'.repeat(9000)}` }, 414],
    ['120 headers', { path: '/nothing', headers: many }, 431],
    ['a preflight without a key', { path: '/api/v1/deployments/a/b/status', method: 'OPTIONS', body: '' }, 401],
  ])('%s is refused', async (_, asked, status) => {
    expect(await send(url, asked)).toMatchObject({ status, body: '' })
  })

  test('HTTP/1.0 without a Host is 500', async () => {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    socket.write('GET /nothing HTTP/1.0\r\n\r\n')
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 500 /)
  })

  test('/admin/host/ping answers without a key', async () => {
    expect((await fetch(`${url}/admin/host/ping`)).status).toBe(200)
  })
})

test('a function that fails is answered 500 without a body, and its error is printed', async () => {
  const response = await fetch(`${url}/failing`, { headers: { 'x-functions-key': key } })
  expect([response.status, await response.text()]).toEqual([500, ''])
  expect(host.errors).toContain('failing failed: Error: broken on purpose')
})

test('an answer that HTTP does not allow is replaced by 500, and the host goes on', async () => {
  const response = await fetch(`${url}/bad-cookie`)
  expect([response.status, response.headers.get('x'), await response.text()]).toEqual([500, null, ''])
  expect((await fetch(`${url}/nothing`)).status).toBe(200)
})

test('the log of the bundle is printed unchanged', async () => {
  await fetch(`${url}/logging`)
  await host.printed(/^through the context of logging$/m)
  await host.printed(/^\{"msg":"straight to standard output"\}$/m)
})

test('the host drops what an invocation logs after its end', async () => {
  await fetch(`${url}/late`)
  app.release('go')
  await host.printed(/^logged after its end$/m)
  expect(host.out).not.toMatch(/^after its end$/m)
})

test('traces only with Application Insights, and then a trace of its own is not sampled', async () => {
  const sent = { headers: { traceparent: '00-11111111111111111111111111111111-2222222222222222-01' } }
  expect(await (await fetch(`${url}/late`, sent)).json()).toMatchObject({ traceParent: '' })
  await using traced = new HostProcess(app, { env: { APPLICATIONINSIGHTS_CONNECTION_STRING: 'InstrumentationKey=x' } })
  const late = `${await traced.url()}/late`
  expect(await (await fetch(late, sent)).json()).toMatchObject({ traceParent: sent.headers.traceparent })
  expect(await (await fetch(late)).json()).toMatchObject({ traceParent: expect.stringMatching(/^00-.{32}-.{16}-00$/) })
})

interface RawRequest {
  path: string
  method?: string
  headers?: Record<string, string>
  body?: string
}

/** Sends a request that fetch would tidy up. Without a body only the headers are sent, whatever length they state. */
function send(origin: string, { path, method = 'GET', headers = {}, body }: RawRequest) {
  return new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    const { hostname, port } = new URL(origin)
    const sent = request({ hostname, port, path, method, headers }, async (response) => {
      resolve({ status: response.statusCode, body: await text(response) })
      sent.destroy()
    })
    sent.on('error', reject)
    if (body === undefined && method !== 'GET') sent.flushHeaders()
    else sent.end(body)
  })
}
