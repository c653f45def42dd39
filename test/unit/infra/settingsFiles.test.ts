import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { readConfig, settings } from '../../../shared/config.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const read = (name: string) => readFileSync(root + name, 'utf8')
const sample = (JSON.parse(read('local.settings.sample.json')) as { Values: Record<string, string> }).Values

test('local.settings.sample.json explains each of its settings', () => {
  const names = Object.keys(sample).filter((name) => !name.startsWith('//'))
  expect(names.filter((name) => !sample[`//${name}`])).toEqual([])
})

test('local.settings.sample.json has every setting that is for a person to set', () => {
  // PORT is the in-cluster host's, the others are set by Kubernetes and Azure themselves.
  const elsewhere = /^(?:PORT|KUBERNETES_SERVICE_.+|WEBSITE_.+)$/
  expect(Object.keys(settings).filter((name) => !elsewhere.test(name) && sample[name] === undefined)).toEqual([])
})

test('local.settings.sample.json can be used as it is', () => {
  expect(readConfig(sample)).toEqual(readConfig({}))
})

test('the app answers at the same paths in both hosts, for its routes have no prefix', () => {
  expect(JSON.parse(read('host.json'))).toMatchObject({ extensions: { http: { routePrefix: '' } } })
})

test('no request, failure or event is left out of telemetry, and the Functions host reports no calls of its own', () => {
  const { applicationInsights } = JSON.parse(read('host.json')).logging
  expect(applicationInsights.samplingSettings.excludedTypes).toBe('Request;Exception;Event')
  expect(applicationInsights.enableDependencyTracking).toBe(false)
})

test('the Functions host is free to send its telemetry in either of its ways', () => {
  expect(JSON.parse(read('host.json'))).not.toHaveProperty('telemetryMode')
})
