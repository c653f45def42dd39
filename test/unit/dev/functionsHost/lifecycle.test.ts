import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import { FixtureApp, HostProcess } from './hostProcess.ts'

const pause = () => new Promise((done) => setTimeout(done, 10))

const oneFunction = `app.http('one', { handler: async () => ({ body: 'one' }) })`

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s lets the request under way finish, then ends the host',
  async (signal) => {
    using app = new FixtureApp(`
    app.http('slow', { handler: async () => { console.log('begun'); await released('go'); return { body: 'done' } } })
    app.hook.appTerminate(() => console.log('terminated'))
  `)
    await using host = new HostProcess(app)
    const url = await host.url()
    const answer = fetch(`${url}/slow`)
    await host.printed(/begun/)

    host.signal(signal)
    while (await accepts(url)) await pause()
    expect(host.out).not.toContain('terminated')

    app.release('go')
    expect(await (await answer).text()).toBe('done')
    expect(await host.exit()).toBe(0)
    expect(host.out).toContain('terminated')
  },
)

test('timers go on until the last request under way is answered', async () => {
  using app = new FixtureApp(`
    app.http('slow', { handler: async () => { console.log('begun'); await released('go'); return {} } })
    app.timer('tick', { schedule: '* * * * * *', handler: () => console.log('tick') })
  `)
  await using host = new HostProcess(app)
  const url = await host.url()
  const answer = fetch(`${url}/slow`)
  await host.printed(/begun/)
  host.signal('SIGTERM')
  while (await accepts(url)) await pause()
  const ticks = host.out.split('tick').length
  await host.printed(new RegExp(`(?:tick\\s+[^]*){${ticks + 1}}`))
  app.release('go')
  expect((await answer).status).toBe(200)
  expect(await host.exit()).toBe(0)
})

test('the worker is killed when its appTerminate hooks take longer than 5 seconds', async () => {
  using app = new FixtureApp(`${oneFunction}; app.hook.appTerminate(() => new Promise(() => {}))`)
  await using host = new HostProcess(app)
  await host.url()
  host.signal('SIGTERM')
  expect(await host.exit()).toBe(0)
  expect(host.errors).toBe('The worker is killed: its appTerminate hooks did not end within 5 seconds.\n')
})

test('hooks run around the app and around each invocation, and share their data', async () => {
  using app = new FixtureApp(`
    app.hook.appStart((context) => { context.hookData.since = 'the start' })
    app.hook.preInvocation((context) => {
      context.hookData.seen = 'before ' + context.invocationContext.functionName
      const handler = context.functionHandler
      context.functionHandler = async (...args) => ({ ...(await handler(...args)), headers: { 'x-wrapped': 'yes' } })
    })
    app.hook.postInvocation((context) => {
      if (context.error) { context.error = undefined; context.result = { status: 418 } }
      else context.result.body = context.hookData.seen + ' and after'
    })
    app.hook.appTerminate((context) => console.log('terminated, running since', context.hookData.since))
    app.hook.log((context) => { context.message = 'hooked: ' + context.message })
    app.http('fine', { handler: async (_, context) => { context.log('hello'); return {} } })
    app.http('broken', { handler: async () => { throw new Error('cleared by a hook') } })
  `)
  await using host = new HostProcess(app)
  const url = await host.url()
  const fine = await fetch(`${url}/fine`)
  expect(await fine.text()).toBe('before fine and after')
  expect(fine.headers.get('x-wrapped')).toBe('yes')
  expect((await fetch(`${url}/broken`)).status).toBe(418)
  host.signal('SIGTERM')
  await host.exit()
  expect(host.out).toMatch(/^hooked: hello$/m)
  expect(host.out).toMatch(/^terminated, running since the start$/m)
})

test('the environment wins over local.settings.json, whose comments are no settings', async () => {
  using app = new FixtureApp(`
    const seen = { both: process.env.BOTH, file: process.env.ONLY_FILE, comment: process.env['//BOTH'] ?? null }
    app.http('settings', { handler: async () => ({ jsonBody: seen }) })
  `)
  app.write('local.settings.json', {
    IsEncrypted: false,
    Values: { '//BOTH': 'what it is for', BOTH: 'file', ONLY_FILE: 'file' },
  })
  await using host = new HostProcess(app, { env: { BOTH: 'environment' } })
  const response = await fetch(`${await host.url()}/settings`)
  expect(await response.json()).toEqual({ both: 'environment', file: 'file', comment: null })
})

test('without a routePrefix in host.json, routes begin with api, as in Azure', async () => {
  using app = new FixtureApp(oneFunction)
  app.write('host.json', { version: '2.0' })
  await using host = new HostProcess(app)
  expect((await fetch(`${await host.url()}/api/one`)).status).toBe(200)
})

test('without FUNCTIONS_KEY each start generates a key of its own', async () => {
  using app = new FixtureApp(`app.http('guarded', { authLevel: 'function', handler: async () => ({}) })`)
  await using first = new HostProcess(app, { env: { FUNCTIONS_KEY: '' } })
  await using second = new HostProcess(app, { env: { FUNCTIONS_KEY: '' } })
  const address = /guarded\s+GET,POST\s+(\S+)/
  const [, guarded = ''] = await first.printed(address)
  const [, other] = await second.printed(address)
  expect((await fetch(guarded)).status).toBe(200)
  expect(new URL(guarded).search).not.toBe(new URL(other ?? '').search)
})

test.each([
  [
    'the bundle is missing',
    oneFunction,
    ['--bundle', '/no/such/bundle.js'],
    /^✗ \/no\/such\/bundle\.js does not exist: run `npm run build` first\.\n$/,
  ],
  ['nothing is registered', '', [], /^✗ The bundle registers no function: .+\n$/],
  ['the port is too high', oneFunction, ['--port', '70000'], /^✗ --port 70000 is not a port\.\n$/],
  ['an option is unknown', oneFunction, ['--prot', '1'], /^✗ Unknown option '--prot'/],
  [
    'the bundle fails',
    `throw new Error('bad setting')`,
    [],
    /^✗ \S+ failed while it was loading: Error: bad setting\n/,
  ],
  [
    'two functions answer the same requests',
    `for (const name of ['a', 'b']) app.http(name, { route: 'same', handler: async () => ({}) })`,
    [],
    /^✗ Functions a and b both answer GET \/same\.\n$/,
  ],
  [
    'it does not know the syntax of a route',
    `app.http('a', { route: '{id:int}', handler: async () => ({}) })`,
    [],
    /^✗ The route "\{id:int\}" of function a has .+\n$/,
  ],
  [
    'HTTP streaming is on',
    `app.setup({ enableHttpStream: true }); ${oneFunction}`,
    [],
    /^✗ The bundle turns on enableHttpStream, .+\n$/,
  ],
])('when %s, it ends with one readable sentence', async (...[, code, args, sentence]) => {
  using app = new FixtureApp(code)
  await using host = new HostProcess(app, { args })
  expect(await host.exit()).toBe(1)
  expect(host.errors).toMatch(sentence)
})

test('when the port is taken, it ends with one readable sentence', async () => {
  const other = createServer()
  await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening))
  const { port } = other.address() as AddressInfo
  using app = new FixtureApp(oneFunction)
  await using host = new HostProcess(app, { args: ['--port', String(port)] })
  expect(await host.exit()).toBe(1)
  expect(host.errors).toBe(`✗ Port ${port} is taken: stop what listens on it, or choose another with --port\n`)
  other.close()
})

async function accepts(url: string): Promise<boolean> {
  try {
    await fetch(url)
    return true
  } catch {
    return false
  }
}
