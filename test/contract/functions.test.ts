import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

const bundle = fileURLToPath(new URL('../../dist/functions/index.js', import.meta.url))

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

test('each route is a function named by its operationId, guarded by a key unless it is a probe', () => {
  expect(httpTriggers.map(({ name, route, methods, authLevel }) => [name, methods?.join(), route, authLevel])).toEqual([
    ['health', 'GET,HEAD', 'health', 'anonymous'],
    ['ready', 'GET,HEAD', 'ready', 'anonymous'],
    ['openapi', 'GET,HEAD', 'openapi.json', 'function'],
    ['docs', 'GET,HEAD', 'docs', 'function'],
    ['scaleToZero', 'POST', 'api/v1/deployments/{namespace}/{name}/scale-to-zero', 'function'],
    ['scaleUp', 'POST', 'api/v1/deployments/{namespace}/{name}/scale-up', 'function'],
    ['restore', 'POST', 'api/v1/deployments/{namespace}/{name}/restore', 'function'],
    ['deploymentStatus', 'GET,HEAD', 'api/v1/deployments/{namespace}/{name}/status', 'function'],
    ['projects', 'GET,HEAD', 'api/v1/projects', 'function'],
    ['project', 'GET,HEAD', 'api/v1/projects/{project}', 'function'],
    ['nodePools', 'GET,HEAD', 'api/v1/node-pools', 'function'],
    ['scaleProjectToZero', 'POST', 'api/v1/projects/{project}/scale-to-zero', 'function'],
    ['restoreProject', 'POST', 'api/v1/projects/{project}/restore', 'function'],
    ['unmatched', 'GET,HEAD,POST,PUT,PATCH,DELETE,OPTIONS', '{*path}', 'function'],
  ])
})

test('the function that takes every other path comes last, in order and by name, or it would take them all', () => {
  const names = httpTriggers.map(({ name }) => name)
  expect(names.at(-1)).toBe('unmatched')
  expect(names.toSorted().at(-1)).toBe('unmatched')
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
