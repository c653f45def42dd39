import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { createRoutes } from '../../shared/api/index.ts'

const bundle = fileURLToPath(new URL('../../dist/app/index.js', import.meta.url))

interface Registered {
  name: string
  bindings: { type: string; schedule?: string; route?: string; methods?: string[]; authLevel?: string }[]
}

/** What the built app registers with the Functions worker when it is merely imported, without any setting. */
function registeredFunctions(): Registered[] {
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
    return JSON.parse(execFileSync(process.execPath, [worker, bundle], { encoding: 'utf8', env: {} }))
  } finally {
    rmSync(dir, { recursive: true })
  }
}

const functions = registeredFunctions()
const httpTriggers = functions.flatMap(({ name, bindings }) => {
  const trigger = bindings.find(({ type }) => type === 'httpTrigger')
  return trigger ? [{ ...trigger, name }] : []
})

test('each route of the table is a function named by its operationId, guarded by a key unless it is a probe', () => {
  const routes = Object.values(createRoutes(() => new Date())).map(({ operationId, method, path }) => [
    operationId,
    method === 'get' ? 'GET,HEAD' : 'POST',
    path.slice(1),
    ['/health', '/ready'].includes(path) ? 'anonymous' : 'function',
  ])
  expect(httpTriggers.map(({ name, route, methods, authLevel }) => [name, methods?.join(), route, authLevel])).toEqual([
    ...routes,
    ['zzUnmatched', 'GET,HEAD,POST,PUT,PATCH,DELETE,OPTIONS', '{*path}', 'function'],
  ])
})

// The Functions host tries the routes in this order, and the first that fits wins.
test('the function that takes every other path comes last by name, or it would take them all', () => {
  const names = httpTriggers.map(({ name }) => name.toLowerCase())
  expect(names.sort().at(-1)).toBe('zzunmatched')
})

test('the timers look as often as the setting says', () => {
  const timers = functions.flatMap(({ name, bindings }) =>
    bindings.flatMap(({ type, schedule }) => (type === 'timerTrigger' ? [[name, schedule]] : [])),
  )
  expect(timers).toEqual([
    ['nightlyScaleDown', '%SCHEDULE_TICK%'],
    ['scheduledScaleUp', '%SCHEDULE_TICK%'],
    ['verifyScaledToZero', '%SCHEDULE_TICK%'],
  ])
})

/** What the built app does when this function of it is invoked in a new process. */
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
    logged: [expect.stringMatching(/^user information {"level":"info",.*"path":"\/health".*"msg":"request"}$/)],
    loaded: { before: [], after: [] },
  })
})

test('telemetry is loaded after the first answer, from the file beside the app', () => {
  const APPLICATIONINSIGHTS_CONNECTION_STRING =
    'InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint=https://127.0.0.1:9/'
  const { loaded } = invoked('deploymentStatus', { APPLICATIONINSIGHTS_CONNECTION_STRING })
  expect(loaded).toEqual({ before: [], after: ['./telemetry.js'] })
})
