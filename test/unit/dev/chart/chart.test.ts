import { describe, expect, test } from '@jest/globals'
import { Ajv } from 'ajv'
import { load } from 'js-yaml'
import {
  blockOf,
  ChartError,
  changed,
  chart,
  defaults,
  notValues,
  settingSchemas,
  templates,
  valuesByPath,
  valuesSchema,
} from '../../../../dev/chart/index.ts'
import { ConfigError, readConfig, settings } from '../../../../shared/config.ts'
import { read } from '../../docs/documents.ts'

const fits = new Ajv({ allErrors: true }).compile(valuesSchema)

/** The environment variables that the template of the Deployment makes of these values. */
const envOf = (values: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  )

function isReadable(values: Record<string, unknown>): boolean {
  try {
    readConfig(envOf(values))
    return true
  } catch (error) {
    if (error instanceof ConfigError) return false
    throw error
  }
}

describe('the values', () => {
  test('have every setting of the program, or there is a reason why not', () => {
    expect([...Object.keys(settingSchemas), ...Object.keys(notValues)].toSorted()).toEqual(
      Object.keys(settings).toSorted(),
    )
  })

  test('leave the program as it is without any setting, and turn its timers on', () => {
    const { settings: values } = defaults() as { settings: Record<string, unknown> }
    expect(readConfig(envOf(values))).toEqual(readConfig({}))
    expect(values.SCHEDULE_TICK).not.toBe('')
  })

  test('are those of values.yaml, and fit their own schema', () => {
    const values = load(read(`${chart}/values.yaml`))
    expect(values).toEqual(defaults())
    expect(fits(values)).toBe(true)
  })

  test('each have a meaning', () => {
    expect(valuesByPath().filter(({ schema }) => !schema.description?.endsWith('.'))).toEqual([])
  })

  const ofManifests = templates.flatMap(({ manifest, changes = [] }) =>
    changes.flatMap((change) => ('value' in change ? [{ ...change, manifest }] : [])),
  )
  test.each(ofManifests)('$value is by default what $manifest has at $key', ({ key, value, manifest }) => {
    const { text } = blockOf(read(`scale-api/manifests/${manifest}`), key)
    const ofManifest = (load(text) as Record<string, unknown>)[key]
    const standard = valuesByPath().find(({ path }) => path === value)?.schema.default
    expect(standard).toEqual(ofManifest)
  })
})

describe('the schema of the values', () => {
  test.each([
    ['LOG_LEVEL', 'loud'],
    ['API_AUTH', 'password'],
    ['PROJECTS', [{ name: 'Project A' }]],
    ['PROJECTS', [{ name: 'project-a', namespaces: [] }]],
    ['PROJECTS', [{ name: 'project-a', nodepool: 'a' }]],
    ['PROJECTS', [{ scaleDown: '0 22 * * *' }]],
    ['PROJECTS', {}],
    ['PROTECTED_NAMESPACES', 'payments,Keda'],
    ['PROTECTED_NAMESPACES', 'payments keda'],
    ['DRY_RUN', 'yes'],
    ['NODE_GRACE_MINUTES', 'soon'],
    ['NODE_GRACE_MINUTES', -1],
    ['KUBERNETES_CALL_TIMEOUT_SECONDS', 0],
    ['KUBERNETES_CALL_TIMEOUT_SECONDS', 221],
    ['REQUEST_TIMEOUT_SECONDS', 0.05],
    ['REQUEST_TIMEOUT_SECONDS', 1000],
  ])('refuses %s %j, as the program does', (name, value) => {
    expect(isReadable({ [name]: value })).toBe(false)
    expect(fits({ settings: { [name]: value } })).toBe(false)
  })

  test.each([
    ['LOG_LEVEL', 'warn'],
    ['API_AUTH', 'none'],
    [
      'PROJECTS',
      [{ name: 'project-a', nodeSelector: { pool: 'a' }, scaleDown: ['0 22 * * *'], timeZone: 'Asia/Tokyo' }],
    ],
    ['PROTECTED_NAMESPACES', 'payments, -keda'],
    ['DRY_RUN', true],
    ['NODE_GRACE_MINUTES', 12.5],
    ['KUBERNETES_CALL_TIMEOUT_SECONDS', 220],
    ['REQUEST_TIMEOUT_SECONDS', 0.1],
  ])('takes %s %j, as the program does', (name, value) => {
    expect(isReadable({ [name]: value })).toBe(true)
    expect(fits({ settings: { [name]: value } })).toBe(true)
  })

  test.each([
    [{ replica: 3 }],
    [{ image: { name: 'scale-api' } }],
    [{ settings: { LOGLEVEL: 'info' } }],
    [{ settings: { API_KEY: 'in-a-values-file' } }],
    [{ image: { repository: 'registry.example/scale-api:0.1.0' } }],
    [{ image: { digest: 'abc' } }],
    [{ settings: { SCHEDULE_TICK: '*/5 * * * *' } }],
  ])('refuses %j', (values) => {
    expect(fits(values)).toBe(false)
  })

  test.each([
    [{ image: { repository: 'registry.example:5000/team/scale-api' } }],
    [{ settings: { SCHEDULE_TICK: '' } }],
    [{ global: { anything: 1 } }],
  ])('takes %j', (values) => {
    expect(fits(values)).toBe(true)
  })
})

describe('a manifest that has changed', () => {
  const manifest = 'spec:\n  replicas: 2\n  template:\n    nodes:\n      - a\n    labels: {}\n'

  test('becomes a template in exactly the places that are named', () => {
    expect(changed(manifest, { key: 'replicas', value: 'replicas' })).toContain(
      '\n  replicas: {{ .Values.replicas }}\n',
    )
    expect(changed(manifest, { key: 'nodes', value: 'x.nodes' })).toBe(
      manifest.replace(
        '    nodes:\n      - a\n',
        '    {{- with .Values.x.nodes }}\n    nodes:\n      {{- toYaml . | nindent 6 }}\n    {{- end }}\n',
      ),
    )
  })

  test.each([
    [{ key: 'image', value: 'image' }, 'it has the key "image" 0 times, and the chart expects it once'],
    [{ text: 'replicas: 3', becomes: '' }, 'it has "replicas: 3" 0 times, and the chart expects it once'],
    [{ text: '  ', becomes: '' }, 'it has "  " 9 times, and the chart expects it once'],
  ])('and no longer has what is to become a value is refused: %j', (change, message) => {
    expect(() => changed(manifest, change)).toThrow(new ChartError(message))
  })
})
