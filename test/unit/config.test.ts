import { describe, expect, test } from '@jest/globals'
import { isOpenToIdentities, readConfig, reservedNames } from '../../shared/config.ts'
import { scheduleActor } from '../../shared/scaling/project/tick/tick.ts'

const key = 'a-long-enough-key'

describe('the settings', () => {
  test('have sane defaults', () => {
    expect(readConfig({})).toMatchObject({
      port: 8080,
      logLevel: 'info',
      keys: [],
      apiAuth: 'key',
      nodeGraceMinutes: 20,
      callTimeoutMs: 10_000,
      requestTimeoutMs: 30_000,
      connection: undefined,
    })
  })

  test('that cannot be used are all named at once, without their values', () => {
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

  test('give projects without a time zone the default one', () => {
    const PROJECTS = JSON.stringify([{ name: 'a' }, { name: 'b', timeZone: 'Europe/Berlin' }])
    const { projects } = readConfig({ PROJECTS, DEFAULT_TIME_ZONE: 'Asia/Tokyo' })
    expect(projects.map(({ timeZone }) => timeZone)).toEqual(['Asia/Tokyo', 'Europe/Berlin'])
    expect(readConfig({ PROJECTS }).projects.map(({ timeZone }) => timeZone)).toEqual(['UTC', 'Europe/Berlin'])
    expect(() => readConfig({ DEFAULT_TIME_ZONE: 'Tokyo' })).toThrow('DEFAULT_TIME_ZONE: must be an IANA time zone')
  })

  test('add names to the protected namespaces, and take some away', () => {
    expect(readConfig({}).protection).toEqual({ added: [], removed: [] })
    const { protection } = readConfig({ PROTECTED_NAMESPACES: ' payments, -keda ,,-argocd' })
    expect(protection).toEqual({ added: ['payments'], removed: ['keda', 'argocd'] })
  })

  test.each([
    ['Payments', 'must be DNS-1123 labels'],
    ['--keda', 'must be DNS-1123 labels'],
    ['ingress-*', 'must be DNS-1123 labels'],
    ['keda,-keda', 'adds a name and takes it away'],
  ])('refuse %s as protected namespaces', (text, fault) => {
    expect(() => readConfig({ PROTECTED_NAMESPACES: text })).toThrow(fault)
  })

  test.each(reservedNames)('refuse a key of the name %s, which stands for another caller', (name) => {
    expect(() => readConfig({ API_KEYS: JSON.stringify([{ name, key }]) })).toThrow(
      /API_KEYS\.0\.name: must be another/,
    )
  })

  test('reserve the name that the timers have in records', () => {
    expect(reservedNames).toContain(scheduleActor)
  })

  test('that are empty count as not set', () => {
    expect(readConfig({ API_KEY: '', KUBECONFIG: '', LOG_LEVEL: '' })).toMatchObject({
      keys: [],
      connection: undefined,
    })
  })

  test.each(['0', '0.5', '90'])('accept a grace of %s minutes for nodes', (minutes) => {
    expect(readConfig({ NODE_GRACE_MINUTES: minutes }).nodeGraceMinutes).toBe(Number(minutes))
  })

  test.each(['-1', 'soon', ' '])('refuse a grace of "%s" minutes for nodes', (minutes) => {
    expect(() => readConfig({ NODE_GRACE_MINUTES: minutes })).toThrow(/NODE_GRACE_MINUTES/)
  })

  test.each([
    ['PORT', ' '],
    ['PORT', '0x1F90'],
    ['PORT', '8e3'],
    ['KUBERNETES_CALL_TIMEOUT_SECONDS', '1e1'],
    ['REQUEST_TIMEOUT_SECONDS', '30s'],
  ])('refuse %s="%s", which is not in decimal digits', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(`  ${name}: must be a number in decimal digits`)
  })

  test.each(['80.5', '65536'])('refuse the port %s', (port) => {
    expect(() => readConfig({ PORT: port })).toThrow('  PORT: ')
  })

  test('hold one key, or many', () => {
    const named = JSON.stringify([{ name: 'team-a', key: `${key}-2`, projects: ['project-a'] }])
    expect(readConfig({ API_KEY: key, API_KEYS: named }).keys).toEqual([
      { name: 'api-key', key },
      { name: 'team-a', key: `${key}-2`, projects: ['project-a'] },
    ])
  })

  test.each([
    ['ends with a line break, as from a file', `${key}\n`],
    ['has a space', 'a long enough key'],
    ['is not ASCII', '十分に長いキーです'],
    ['has a control character', `${key}\u007f`],
  ])('refuse a key that %s, because no client can send it, and do not show it', (_what, unsendable) => {
    const faults = 'must be visible ASCII characters, without spaces and line breaks'
    for (const [name, env] of [
      ['API_KEY', { API_KEY: unsendable }],
      ['API_KEYS.0.key', { API_KEYS: JSON.stringify([{ name: 'team-a', key: unsendable }]) }],
    ] as const) {
      expect(() => readConfig(env)).toThrow(`  ${name}: ${faults}`)
      expect(() => readConfig(env)).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining(unsendable) }),
      )
    }
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

  test("choose the Pod's ServiceAccount before a kubeconfig", () => {
    const kubeconfig = { KUBECONFIG: '/home/me/.kube/config' }
    expect(readConfig(kubeconfig).connection).toEqual({ kind: 'kubeconfig', paths: '/home/me/.kube/config' })
    expect(readConfig({ ...kubeconfig, KUBERNETES_SERVICE_HOST: '10.0.0.1' }).connection).toEqual({
      kind: 'in-cluster',
      host: '10.0.0.1',
      port: '443',
      serviceAccountDir: '/var/run/secrets/kubernetes.io/serviceaccount',
    })
  })

  const aks = {
    AKS_SUBSCRIPTION_ID: '00000000-0000-0000-0000-000000000001',
    AKS_RESOURCE_GROUP: 'rg1',
    AKS_CLUSTER_NAME: 'clustername1',
  }

  test('choose a named AKS cluster before a kubeconfig and a ServiceAccount', () => {
    expect(readConfig({ ...aks, KUBECONFIG: 'x', KUBERNETES_SERVICE_HOST: '10.0.0.1' }).connection).toEqual({
      kind: 'aks',
      subscriptionId: '00000000-0000-0000-0000-000000000001',
      resourceGroup: 'rg1',
      clusterName: 'clustername1',
      clientId: undefined,
      credential: 'managed-identity',
      resourceManagerUrl: 'https://management.azure.com',
    })
  })

  test('refuse an incomplete AKS cluster, and name the missing setting', () => {
    const { AKS_RESOURCE_GROUP: _, ...half } = aks
    expect(() => readConfig(half)).toThrow('AKS_RESOURCE_GROUP: is missing')
    expect(() => readConfig({ AKS_CLUSTER_NAME: 'x' })).toThrow(/AKS_SUBSCRIPTION_ID.*AKS_RESOURCE_GROUP/s)
  })

  test('send no token to Azure without TLS', () => {
    expect(() => readConfig({ AZURE_RESOURCE_MANAGER_URL: 'http://127.0.0.1:1' })).toThrow('AZURE_RESOURCE_MANAGER_URL')
  })

  test('trust the identity of App Service only when its authentication is enabled', () => {
    expect(readConfig({}).trustsAzureIdentity).toBe(false)
    expect(readConfig({ WEBSITE_AUTH_ENABLED: 'True' }).trustsAzureIdentity).toBe(true)
  })

  describe('with ACCESS', () => {
    const access = [{ role: 'Viewer', projects: '*', may: 'read' }]
    const ACCESS = JSON.stringify(access)

    test('say who may do what behind App Service authentication, and that it is idle anywhere else', () => {
      const { access: read, faults } = readConfig({ ACCESS, WEBSITE_AUTH_ENABLED: 'true' })
      expect([read, faults]).toEqual([access, []])
      const idle = readConfig({ ACCESS })
      expect([idle.access, idle.faults]).toEqual([undefined, [expect.stringContaining('ACCESS grants nothing here')]])
    })

    test('refuse a key beside it where the identity counts', () => {
      expect(() => readConfig({ ACCESS, WEBSITE_AUTH_ENABLED: 'true', API_KEY: 'a-key-of-the-tests' })).toThrow(
        'ACCESS: is',
      )
      expect(readConfig({ ACCESS, API_KEY: 'a-key-of-the-tests' }).keys).toHaveLength(1)
    })

    test.each([
      ['neither a group nor a role', { projects: '*', may: 'read' }],
      ['both', { group: '11111111-1111-4111-8111-111111111111', role: 'Viewer', projects: '*', may: 'read' }],
      ['the name of a group', { group: 'team-a', projects: '*', may: 'read' }],
      ['no project', { role: 'Viewer', projects: [], may: 'read' }],
      ['another right', { role: 'Viewer', projects: '*', may: 'write' }],
      ['another field', { role: 'Viewer', projects: '*', may: 'read', until: 'tomorrow' }],
    ])('refuse a grant with %s', (_what, grant) => {
      expect(() => readConfig({ ACCESS: JSON.stringify([grant]) })).toThrow('ACCESS')
    })

    test.each([
      [{ ACCESS, WEBSITE_AUTH_ENABLED: 'True' }, true],
      [{ ACCESS: 'not even JSON', WEBSITE_AUTH_ENABLED: 'true' }, true],
      [{ ACCESS }, false],
      [{ ACCESS: '', WEBSITE_AUTH_ENABLED: 'true' }, false],
      [{ WEBSITE_AUTH_ENABLED: 'true' }, false],
    ])('tell from %j whether routes need no key: %s', (env, isOpen) => {
      expect(isOpenToIdentities(env)).toBe(isOpen)
    })
  })

  test('send telemetry only where a connection string says where to, in the name that Azure gives', () => {
    expect(readConfig({ APPLICATIONINSIGHTS_CONNECTION_STRING: '' }).telemetry).toBeUndefined()
    const app = { WEBSITE_SITE_NAME: 'func-a', WEBSITE_INSTANCE_ID: '0123' }
    // One that cannot be used must not keep the app from its work.
    expect(readConfig({ ...app, APPLICATIONINSIGHTS_CONNECTION_STRING: 'nonsense' }).telemetry).toEqual({
      connectionString: 'nonsense',
      service: 'func-a',
      instance: '0123',
    })
  })
})
