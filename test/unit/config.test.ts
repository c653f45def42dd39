import { describe, expect, test } from '@jest/globals'
import { readConfig } from '../../shared/config.ts'

const key = 'a-long-enough-key'

describe('the settings', () => {
  test('have sane defaults', () => {
    expect(readConfig({})).toMatchObject({
      port: 8080,
      logLevel: 'info',
      keys: [],
      apiAuth: 'key',
      callTimeoutMs: 10_000,
      requestTimeoutMs: 30_000,
      connection: undefined,
    })
  })

  test('that cannot be used are all named at once, without what they hold', () => {
    const bad = {
      PORT: 'x',
      LOG_LEVEL: 'loud',
      API_KEY: 'short',
      API_KEYS: '[{"name":"A","key":"my-secret-key","x":1}]',
      PROJECTS: '{',
    }
    expect(() => readConfig(bad)).toThrow(
      expect.objectContaining({
        name: 'ConfigError',
        message: expect.stringMatching(/PORT.*LOG_LEVEL.*API_KEY:.*API_KEYS\.0\.name.*PROJECTS: must be JSON/s),
      }),
    )
    expect(() => readConfig(bad)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('my-secret-key') }),
    )
  })

  test('that are empty count as not set', () => {
    expect(readConfig({ API_KEY: '', KUBECONFIG: '', LOG_LEVEL: '' })).toMatchObject({
      keys: [],
      connection: undefined,
    })
  })

  test('name one key, or many', () => {
    const named = JSON.stringify([{ name: 'team-a', key: `${key}-2`, projects: ['project-a'] }])
    expect(readConfig({ API_KEY: key, API_KEYS: named }).keys).toEqual([
      { name: 'api-key', key },
      { name: 'team-a', key: `${key}-2`, projects: ['project-a'] },
    ])
  })

  test.each([
    ['a key beside API_AUTH=none', { API_AUTH: 'none', API_KEY: key }, 'API_AUTH'],
    ['the same key twice', { API_KEY: key, API_KEYS: JSON.stringify([{ name: 'b', key }]) }, 'API_KEYS'],
    [
      'a namespace in two projects',
      { PROJECTS: '[{"name":"a","namespaces":["x"]},{"name":"b","namespaces":["x"]}]' },
      'PROJECTS',
    ],
    ['an unknown field', { PROJECTS: '[{"name":"a","scaledown":"0 22 * * *"}]' }, 'scaledown'],
  ])('refuse %s', (_what, env, named) => {
    expect(() => readConfig(env)).toThrow(named)
  })

  test('choose the Pod before a kubeconfig', () => {
    const kubeconfig = { KUBECONFIG: '/home/me/.kube/config' }
    expect(readConfig(kubeconfig).connection).toEqual({ kind: 'kubeconfig', paths: '/home/me/.kube/config' })
    expect(readConfig({ ...kubeconfig, KUBERNETES_SERVICE_HOST: '10.0.0.1' }).connection).toEqual({
      kind: 'in-cluster',
      host: '10.0.0.1',
      port: '443',
      serviceAccountDir: '/var/run/secrets/kubernetes.io/serviceaccount',
    })
  })

  test('believe App Service only when it says so', () => {
    expect(readConfig({}).trustsAzureIdentity).toBe(false)
    expect(readConfig({ WEBSITE_AUTH_ENABLED: 'True' }).trustsAzureIdentity).toBe(true)
  })
})
