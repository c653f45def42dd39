import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { findBicep } from '../../../../dev/infra/bicep/cli.ts'
import { describeWithBicep } from './withBicep.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))

async function run(command: string, args: string[], env: Record<string, string>) {
  const child = spawn(command, args, { cwd: root, env })
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { stdout, stderr, code }
}

let home: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'home-'))
})
afterAll(() => rmSync(home, { recursive: true }))

// A check starts processes and reads much, and that takes long on a busy machine.
const timeoutMs = 120_000

describe('npm run check:infra without the Bicep CLI', () => {
  const check = (env: Record<string, string>) =>
    run(process.execPath, ['dev/infra/main.ts', '--only', 'templates'], { PATH: '', HOME: home, ...env })

  test(
    'says what it left out',
    async () => {
      const { stderr, code } = await check({})
      expect(stderr).toContain('the templates were not compiled')
      expect(code).toBe(0)
    },
    timeoutMs,
  )

  test(
    'fails in CI',
    async () => {
      expect(await check({ CI: 'true' })).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('az bicep install'),
      })
    },
    timeoutMs,
  )
})

/** A value other than the default for each variable that main.bicepparam reads, and what the parameter must become. */
const environment: [variable: string, value: string, parameter: string, expected: unknown][] = [
  ['AZURE_ENV_NAME', 'tokyo', 'environmentName', 'tokyo'],
  ['AZURE_LOCATION', 'japanwest', 'location', 'japanwest'],
  ['AZURE_PRINCIPAL_ID', '66666666-6666-4666-8666-666666666666', 'principalId', '66666666-6666-4666-8666-666666666666'],
  ['AZURE_PRINCIPAL_TYPE', 'ServicePrincipal', 'principalType', 'ServicePrincipal'],
  [
    'AZURE_EXISTING_AKS_ID',
    '/subscriptions/s/resourceGroups/g',
    'existingClusterId',
    '/subscriptions/s/resourceGroups/g',
  ],
  ['AZURE_EXISTING_NODE_POOLS', 'system,projecta', 'existingNodePools', ['system', 'projecta']],
  ['PRIVATE_NETWORK', 'true', 'privateNetwork', true],
  ['WITH_GPU', 'true', 'withGpu', true],
  ['WITH_CONTAINER_INSIGHTS', 'false', 'withContainerInsights', false],
  ['KUBERNETES_VERSION', '1.37', 'kubernetesVersion', '1.37'],
  ['AKS_TIER', 'Standard', 'aksTier', 'Standard'],
  ['SYSTEM_VM_SIZE', 'Standard_D8s_v5', 'systemVmSize', 'Standard_D8s_v5'],
  ['SYSTEM_NODE_COUNT', '3', 'systemNodeCount', 3],
  ['MAINTENANCE_UTC_OFFSET', '+09:00', 'maintenanceUtcOffset', '+09:00'],
  ['INSTANCE_MEMORY_MB', '512', 'instanceMemoryMB', '512'],
  ['TELEMETRY_MODE', 'OpenTelemetry', 'telemetryMode', 'OpenTelemetry'],
  ['SCHEDULE_TICK', '0 */10 * * * *', 'scheduleTick', '0 */10 * * * *'],
  ['DRY_RUN', 'true', 'dryRun', true],
  ['NODE_GRACE_MINUTES', '30', 'nodeGraceMinutes', 30],
  ['DEFAULT_TIME_ZONE', 'Asia/Tokyo', 'defaultTimeZone', 'Asia/Tokyo'],
  ['DAYS_OFF', '2027-02-11 Founding', 'daysOff', '2027-02-11 Founding'],
  ['NODE_PRICES', '{"currency":"JPY"}', 'nodePrices', '{"currency":"JPY"}'],
  ['PROTECTED_NAMESPACES', 'payments,-keda', 'protectedNamespaces', 'payments,-keda'],
  ['LOG_LEVEL', 'debug', 'logLevel', 'debug'],
  [
    'EASY_AUTH_CLIENT_ID',
    '77777777-7777-4777-8777-777777777777',
    'easyAuthClientId',
    '77777777-7777-4777-8777-777777777777',
  ],
  ['ACCESS', '[]', 'access', '[]'],
  ['KEY_VAULT_NAME', 'kv-shared', 'keyVaultName', 'kv-shared'],
  ['DAILY_CAP_GB', '5', 'dailyCapGb', 5],
  ['ALERT_EMAIL', 'operations@example.com', 'alertEmail', 'operations@example.com'],
  ['TIMER_SILENCE', 'PT30M', 'timerSilence', 'PT30M'],
  ['DOCUMENTS_URL', 'https://example.com/', 'documentsUrl', 'https://example.com/'],
]

describeWithBicep('main.bicepparam', () => {
  const bicep = findBicep(process.env) ?? ''
  const needed = { AZURE_ENV_NAME: 'tokyo', AZURE_LOCATION: 'japaneast' }

  let parameters: Record<string, { value: unknown }>
  let template: { parameters: object; resources: Record<string, { dependsOn?: string[] }> }
  beforeAll(async () => {
    const given = Object.fromEntries(environment.map(([variable, value]) => [variable, value]))
    const { stdout, stderr } = await run(bicep, ['build-params', 'infra/main.bicepparam', '--stdout'], given)
    if (stdout === '') throw new Error(stderr)
    const { parametersJson, templateJson } = JSON.parse(stdout) as { parametersJson: string; templateJson: string }
    parameters = JSON.parse(parametersJson).parameters
    template = JSON.parse(templateJson)
  }, timeoutMs)

  test('takes every parameter but the projects from the environment, where azd env set puts it', () => {
    const expected = environment.map(([, , parameter, value]) => [parameter, { value }])
    const { projects: _, ...others } = parameters
    expect(others).toEqual(Object.fromEntries(expected))
    expect(Object.keys(template.parameters).toSorted()).toEqual(Object.keys(parameters).toSorted())
  })

  // A role takes minutes until a cluster knows it, so it must be given before the minutes that a cluster takes.
  test('gives the deployer its rights before it makes the cluster', () => {
    expect(template.resources.ourCluster?.dependsOn).toContain('deployerRights')
  })

  test(
    'refuses a value that a parameter does not know',
    async () => {
      const args = ['build-params', 'infra/main.bicepparam', '--stdout']
      const { stderr, code } = await run(bicep, args, { ...needed, TELEMETRY_MODE: 'new' })
      expect(stderr).toMatch(/main\.bicepparam\(\d+,\d+\) : Error BCP033: .*'OpenTelemetry' \| 'classic'/)
      expect(code).toBe(1)
    },
    timeoutMs,
  )

  test.each([
    [
      'a private network for a cluster that exists',
      { PRIVATE_NETWORK: 'true', AZURE_EXISTING_AKS_ID: '/subscriptions/s/resourceGroups/g/providers/p/t/c' },
      'PRIVATE_NETWORK makes a network for a new cluster',
    ],
    [
      'what is no id of a cluster',
      { AZURE_EXISTING_AKS_ID: 'aks-shared' },
      'AZURE_EXISTING_AKS_ID is not the id of a cluster',
    ],
  ])(
    'refuses %s, before anything is deployed',
    async (_what, given, said) => {
      // Bicep writes a snapshot beside the file of parameters.
      const file = join(home, 'main.bicepparam')
      const main = join(relative(home, root), 'infra', 'main.bicep')
      writeFileSync(file, `using '${main}'\nextends '${main}param'\n`)
      const args = [
        'snapshot',
        file,
        '--mode',
        'overwrite',
        '--subscription-id',
        '11111111-1111-4111-8111-111111111111',
      ]
      const { stderr, code } = await run(bicep, args, { ...needed, ...given })
      expect(stderr).toContain(said)
      expect(code).toBe(1)
    },
    timeoutMs,
  )
})
