import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { readConfig, settings } from '../../../shared/config.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const read = (name: string) => readFileSync(root + name, 'utf8')
const sample = (JSON.parse(read('local.settings.sample.json')) as { Values: Record<string, string> }).Values

test('local.settings.sample.json explains each of its settings', () => {
  const names = Object.keys(sample).filter((name) => !name.startsWith('//'))
  expect(names.filter((name) => !sample[`//${name}`])).toEqual([])
})

test('local.settings.sample.json has every setting that a person can set', () => {
  // PORT is a setting of the in-cluster host; Kubernetes and Azure set the others themselves.
  const elsewhere = /^(?:PORT|KUBERNETES_SERVICE_.+|WEBSITE_.+)$/
  expect(Object.keys(settings).filter((name) => !elsewhere.test(name) && sample[name] === undefined)).toEqual([])
})

test('local.settings.sample.json can be used as it is', () => {
  expect(readConfig(sample)).toEqual(readConfig({}))
})

test('the app answers at the same paths in both hosts, because its routes have no prefix', () => {
  expect(JSON.parse(read('host.json'))).toMatchObject({ extensions: { http: { routePrefix: '' } } })
})

describe('host.json', () => {
  const host = JSON.parse(read('host.json')) as { logging: { logLevel: Record<string, string> } }

  test('asks for no extension bundle, for HTTP and timers need none, and a failed download would be 503 for all', () => {
    expect(host).not.toHaveProperty('extensionBundle')
  })

  // These are the host's own categories for "Mapped function route ..." and for a request, whose URL may hold a key.
  test.each([
    ['Microsoft.Azure.WebJobs.Script.WebHost.WebScriptHostHttpRoutesManager', 'Information', 'it tells the start'],
    ['Microsoft.AspNetCore.Hosting.Diagnostics', 'Warning', 'it would log each URL with its key'],
  ])('logs %s at %s, because %s', (category, level) => {
    const { logLevel } = host.logging
    const rules = Object.keys(logLevel).filter((rule) => `${category}.`.startsWith(`${rule}.`))
    const longest = rules.toSorted((a, b) => b.length - a.length)[0] ?? 'default'
    expect(logLevel[longest]).toBe(level)
  })
})

test('no request, failure or event is left out of telemetry, and the Functions host reports no calls of its own', () => {
  const { applicationInsights } = JSON.parse(read('host.json')).logging
  expect(applicationInsights.samplingSettings.excludedTypes).toBe('Request;Exception;Event')
  expect(applicationInsights.enableDependencyTracking).toBe(false)
})

test('the Functions host is free to send its telemetry in either of its ways', () => {
  expect(JSON.parse(read('host.json'))).not.toHaveProperty('telemetryMode')
})
