import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { startCluster } from '../../dev/cluster/index.ts'
import { createRoutes } from '../../shared/api/index.ts'
import { timerNames } from '../../shared/scaling/index.ts'
import { functionsKey, type Host, startFunctions, tick } from '../hosts.ts'
import { waitFor } from '../waitFor.ts'

const bundle = fileURLToPath(new URL('../../dist/app/index.js', import.meta.url))

interface Registered {
  name: string
  bindings: { type: string; schedule?: string; route?: string; methods?: string[]; authLevel?: string }[]
}

/** Everything that the built app registers with the Functions worker when it is merely imported, with these settings. */
function registeredFunctions(settings: Record<string, string> = {}): Registered[] {
  const dir = mkdtempSync(join(tmpdir(), 'functions-'))
  const worker = join(dir, 'worker.cjs')
  writeFileSync(
    worker,
    `const { Module } = require('node:module')
    const registered = []
    const core = {
      version: 'test', hostVersion: '4', setProgrammingModel() {}, getProgrammingModel() {}, log() {},
      registerFunction: ({ name, bindings }) => (registered.push({ name, bindings: Object.values(bindings) }), { dispose() {} }),
      registerHook: () => ({ dispose() {} }), Disposable: class { dispose() {} },
    }
    const load = Module.prototype.require
    Module.prototype.require = function (id) { return id === '@azure/functions-core' ? core : load.call(this, id) }
    require(process.argv[2])
    console.log(JSON.stringify(registered))`,
  )
  try {
    return JSON.parse(execFileSync(process.execPath, [worker, bundle], { encoding: 'utf8', env: settings }))
  } finally {
    rmSync(dir, { recursive: true })
  }
}

const functions = registeredFunctions()
const httpTriggers = functions.flatMap(({ name, bindings }) => {
  const trigger = bindings.find(({ type }) => type === 'httpTrigger')
  return trigger ? [{ ...trigger, name }] : []
})

test('each route of the table is a function named after its operationId, guarded by a key unless it tells no data', () => {
  const routes = Object.values(createRoutes(() => new Date())).map(({ operationId, method, path }) => [
    operationId,
    method === 'get' ? 'GET,HEAD' : 'POST',
    path === '/' ? path : path.slice(1),
    ['/health', '/ready', '/', '/page/{file}'].includes(path) ? 'anonymous' : 'function',
  ])
  expect(httpTriggers.map(({ name, route, methods, authLevel }) => [name, methods?.join(), route, authLevel])).toEqual([
    ...routes,
    ['zzUnmatched', 'GET,HEAD,POST,PUT,PATCH,DELETE,OPTIONS', '{*path}', 'function'],
  ])
})

test.each([
  ['an identity is enough', { WEBSITE_AUTH_ENABLED: 'True', ACCESS: '[]' }, ['anonymous']],
  ['nobody says what an identity may do', { WEBSITE_AUTH_ENABLED: 'True' }, ['anonymous', 'function']],
  ['nobody checks an identity', { ACCESS: '[]' }, ['anonymous', 'function']],
])('where %s, the routes are registered for that', (_what, settings, levels) => {
  const given = registeredFunctions(settings).flatMap(({ bindings }) =>
    bindings.flatMap(({ authLevel }) => authLevel ?? []),
  )
  expect([...new Set(given)].sort()).toEqual(levels)
})

// The Functions host tries the routes in the order of their names, and the first that fits wins.
test('the function that takes every other path comes last by name: otherwise it would take them all', () => {
  const names = httpTriggers.map(({ name }) => name.toLowerCase())
  expect(names.sort().at(-1)).toBe('zzunmatched')
})

// A `%SETTING%` would make the host switch the timers off where the setting is missing or wrong.
test.each([
  ['as often as the setting says', { SCHEDULE_TICK: '0 */2 * * * *' }, '0 */2 * * * *'],
  ['every 5 minutes without the setting', {}, '0 */5 * * * *'],
  ['every 5 minutes when the setting cannot be read', { SCHEDULE_TICK: 'every hour' }, '0 */5 * * * *'],
])('the timers look %s', (_, settings, tick) => {
  const timers = registeredFunctions(settings).flatMap(({ name, bindings }) =>
    bindings.flatMap(({ type, schedule }) => (type === 'timerTrigger' ? [[name, schedule]] : [])),
  )
  expect(timers).toEqual([
    ['nightlyScaleDown', tick],
    ['scheduledScaleUp', tick],
    ['verifyScaledToZero', tick],
  ])
})

describe('in the local host', () => {
  let dir: string
  let ends: (() => unknown)[]
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'functions-'))
    ends = [() => rmSync(dir, { recursive: true })]
  })
  afterEach(async () => {
    for (const end of ends.toReversed()) await end()
  })

  const kubeconfig = (text: string) => {
    writeFileSync(join(dir, 'kubeconfig'), text)
    return join(dir, 'kubeconfig')
  }
  async function hostWith(settings: Record<string, string>): Promise<Host> {
    const host = await startFunctions(settings)
    ends.push(() => host.child.kill('SIGKILL'))
    return host
  }

  test('a SCHEDULE_TICK that cannot be read is told by /ready, by the log and by each run', async () => {
    const cluster = await startCluster({ podDelayMs: 10, nodeDelayMs: 10 })
    ends.push(() => cluster.stop())
    const host = await hostWith({ KUBECONFIG: kubeconfig(cluster.kubeconfig), SCHEDULE_TICK: '0 0 0 30 2 *' })
    const fault =
      'SCHEDULE_TICK never comes: there is no such day; until it is corrected, the timers run every 5 minutes'
    const ready = await fetch(`${host.url}/ready`)
    expect([ready.status, await ready.json()]).toMatchObject([200, { status: 'ready', faults: [fault] }])
    await tick(host, 'scheduledScaleUp')
    await tick(host, 'verifyScaledToZero')
    await waitFor({
      what: 'the log at the start and both runs tell it',
      look: async () => host.output().split(`"fault":"${fault}"`).length - 1,
      until: (times) => times === 3,
    })
  })

  test('a timer that has run is told by the API, with this host; one in a dry run is not', async () => {
    const cluster = await startCluster({ controllers: false })
    ends.push(() => cluster.stop())
    const settings = { KUBECONFIG: kubeconfig(cluster.kubeconfig), WEBSITE_SITE_NAME: 'func-dev' }
    const timersOf = async ({ url }: Host) => {
      const answer = await fetch(`${url}/api/v1/projects`, { headers: { 'x-functions-key': functionsKey } })
      return ((await answer.json()) as { timers: { name: string; silent: boolean }[] }).timers
    }
    const silent = timerNames.map((name) => ({ name, silent: true }))
    const rehearsing = await hostWith({ ...settings, DRY_RUN: 'true', LOG_LEVEL: 'debug' })
    await tick(rehearsing, 'nightlyScaleDown')
    await waitFor({
      what: 'the dry run is over',
      look: async () => rehearsing.output(),
      until: (text) => text.includes('"tick done"'),
    })
    expect(await timersOf(rehearsing)).toEqual(silent)

    const host = await hostWith(settings)
    for (const name of timerNames) await tick(host, name)
    const timers = await waitFor({
      what: 'the heartbeats of all timers',
      look: () => timersOf(host),
      until: (all) => all.every((timer) => !timer.silent),
    })
    expect(timers).toEqual(
      timerNames.map((name) => ({
        name,
        last_run: expect.any(String),
        by: 'func-dev',
        every: expect.any(Number),
        silent: false,
      })),
    )
  })

  test.each([
    [
      'the file',
      () => join(dir, 'none'),
      /^nightlyScaleDown failed: FailedRun: This service's credentials for Kubernetes cannot be used: KUBECONFIG names no file that exists: \S+none$/m,
    ],
    [
      'the address',
      () => kubeconfig(kubeconfigOf('https://127.0.0.1:1')),
      /^nightlyScaleDown failed: FailedRun: Kubernetes cannot be reached .+ ECONNREFUSED 127\.0\.0\.1:1$/m,
    ],
    [
      'the setting',
      () => '',
      /^nightlyScaleDown failed: FailedRun: No cluster is configured: set AKS_SUBSCRIPTION_ID/m,
    ],
  ])(
    'the exception of a run that fails names %s that is the cause, without a stack',
    async (_, settings, exception) => {
      const host = await hostWith({ KUBECONFIG: settings() })
      await tick(host, 'nightlyScaleDown')
      await waitFor({
        what: 'the run fails',
        look: async () => host.output(),
        until: (output) => exception.test(output),
      })
      expect(host.output()).not.toMatch(/^ {4}at /m)
    },
  )
})

/** Invokes one function of the built app in a new process, and returns what it did. */
function invoked(name: string, settings: Record<string, string> = {}) {
  const script = fileURLToPath(new URL('invokedApp.ts', import.meta.url))
  const args = ['--disable-warning=ExperimentalWarning', script, name]
  const env = { KUBECONFIG: '/nowhere', ...settings }
  return JSON.parse(
    execFileSync(process.execPath, args, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'ignore'] }),
  )
}

test('the log line of a request goes through its invocation, before that is over', () => {
  const { status, logged, loaded } = invoked('health')
  expect({ status, logged, loaded }).toEqual({
    status: '200',
    logged: [
      expect.stringMatching(/^user information {"level":"info",.*"version":"[^"]+","msg":"starting"}$/),
      expect.stringMatching(/^user information {"level":"info",.*"path":"\/health".*"msg":"request"}$/),
    ],
    loaded: { before: [], after: [] },
  })
})

test('telemetry is loaded after the first answer, from the file beside the app', () => {
  const APPLICATIONINSIGHTS_CONNECTION_STRING =
    'InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint=https://127.0.0.1:9/'
  const { loaded } = invoked('deploymentStatus', { APPLICATIONINSIGHTS_CONNECTION_STRING })
  expect(loaded).toEqual({ before: [], after: ['./telemetry.js'] })
})
const kubeconfigOf = (server: string) => `
apiVersion: v1
kind: Config
current-context: it
contexts: [{ name: it, context: { cluster: it, user: it } }]
clusters: [{ name: it, cluster: { server: ${server} } }]
users: [{ name: it, user: {} }]
`
