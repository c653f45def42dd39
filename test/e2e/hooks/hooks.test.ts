import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { downLab, type Lab, upLab } from '../../../dev/lab/index.ts'
import { scaleToZero, type WorkloadKind } from '../../../shared/scaling/index.ts'
import { deployed } from '../../standIns/deployed.ts'
import { HookStage } from '../../standIns/hookStage.ts'
import { clusterOf } from './cluster.ts'

// A control plane of its own: these tests take away what the others need.
const labName = 'hooks'
const report = (line: string) => process.stderr.write(`${line}\n`)
const deployer = 'deployer'
const objectId = deployed.FUNCTION_APP_OBJECT_ID

const values = { ...deployed, WITH_GPU: 'true', WITH_SAMPLES: 'true' }
const patience = ['--role-wait', '600', '--retry-every', '0.2']

let lab: Lab
let cluster: ReturnType<typeof clusterOf>
let stage: HookStage
let kubeconfig: string

beforeAll(async () => {
  lab = await upLab({ name: labName, only: 'control-plane', report })
  cluster = clusterOf(lab)
  cluster.kubectl(['create', 'serviceaccount', deployer, '--namespace', 'default'])
  kubeconfig = cluster.kubeconfigOf(deployer)
  stage = new HookStage({ kubeconfig }, lab.kubectl)
}, 600_000)
afterAll(async () => {
  stage?.close()
  await downLab({ name: labName, report })
}, 120_000)

const grant = () =>
  cluster.kubectl([
    'create',
    'clusterrolebinding',
    deployer,
    '--clusterrole=cluster-admin',
    `--serviceaccount=default:${deployer}`,
  ])
const revoke = () => cluster.kubectl(['delete', 'clusterrolebinding', deployer])

const namesOf = (objects: ReturnType<typeof cluster.ours>) =>
  objects.map(({ kind, metadata: { namespace, name } }) => [kind, namespace, name].filter(Boolean).join(' ')).toSorted()
const versionsOf = (objects: ReturnType<typeof cluster.ours>) =>
  objects.map(({ kind, metadata: { namespace = '', name, resourceVersion } }) => [
    kind,
    namespace,
    name,
    resourceVersion,
  ])

const sleep = (kind: WorkloadKind, namespace: string, name: string) =>
  cluster.withScaling((scaling) =>
    scaleToZero(scaling, {
      ref: { kind, namespace, name },
      actor: 'test',
      reason: 'test',
      scope: 'project',
      now: new Date(),
    }),
  )

describe('removal', () => {
  const cronJob = {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'report', namespace: 'team' },
    spec: {
      schedule: '0 0 1 1 *',
      jobTemplate: {
        spec: {
          template: {
            spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'registry.k8s.io/pause:3.10' }] },
          },
        },
      },
    },
  }
  const schedule = { 'aks-scale-to-zero/scale-down': '0 22 * * *' }

  beforeAll(async () => {
    // The lab has this system and its samples. A team of the cluster has a project as well, which sleeps.
    grant()
    const metadata = {
      name: 'team',
      labels: { 'aks-scale-to-zero/managed': 'true' },
      annotations: { ...schedule, 'aks-scale-to-zero/last-scale-down': '2026-11-27T13:00:00.000Z' },
    }
    cluster.kubectl(['create', '-f', '-'], { apiVersion: 'v1', kind: 'Namespace', metadata })
    cluster.kubectl(['create', '-f', '-'], cronJob)
    cluster.kubectl(['create', 'deployment', 'web', '--image=registry.k8s.io/pause:3.10', '--replicas=3', '-n', 'team'])
    // Somebody has put something of his own beside a sample.
    cluster.kubectl(['create', 'deployment', 'theirs', '--image=registry.k8s.io/pause:3.10', '-n', 'project-b'])
    for (const name of ['aks-scale-to-zero-history', 'theirs'])
      cluster.kubectl(['create', 'configmap', name, '--from-literal=entries.jsonl=', '-n', 'team'])
    await sleep('CronJob', 'team', 'report')
    await sleep('Deployment', 'team', 'web')
    expect(cluster.get('cronjob', 'report', 'team').spec?.suspend).toBe(true)
    expect(cluster.get('deployment', 'web', 'team').spec?.replicas).toBe(0)
  })

  test('tells what it would do, and does nothing without being asked twice', async () => {
    const before = versionsOf(cluster.ours())
    const { code, output } = await stage.run('remove', values)
    expect(output).toContain('  ClusterRoleBinding scale-api-binding\n')
    expect(code).toBe(0)
    expect(versionsOf(cluster.ours()).map(([kind, , name]) => [kind, name])).toEqual(
      before.map(([kind, , name]) => [kind, name]),
    )
  }, 120_000)

  test('wakes what sleeps, and leaves not one object of ours, and everything of others', async () => {
    const { code, output } = await stage.run('remove', values, ['--yes', ...patience])
    expect(output).toContain('woken: Deployment team/web: 3 replicas')
    expect(output).toContain('✓ Nothing of this system is left in the cluster.')
    expect(code).toBe(0)
    expect(namesOf(cluster.ours())).toEqual([])
    expect(cluster.get('cronjob', 'report', 'team').spec?.suspend).toBe(false)
    const web = cluster.get('deployment', 'web', 'team')
    expect(web.spec?.replicas).toBe(3)
    expect(JSON.stringify(web.metadata)).not.toContain('aks-scale-to-zero')
    expect(cluster.list('namespaces', '--selector', 'project').map(({ metadata }) => metadata.name)).toEqual([
      'project-b',
    ])
    expect(cluster.list('deployments', '-n', 'project-b').map(({ metadata }) => metadata.name)).toEqual(['theirs'])
    expect(output).toContain('namespace team: the history of its project is deleted')
    expect(cluster.list('configmaps', '-n', 'team').map(({ metadata }) => metadata.name)).toEqual([
      'kube-root-ca.crt',
      'theirs',
    ])
    const [team] = cluster.list('namespaces', '--selector', 'aks-scale-to-zero/managed=true')
    expect(team?.metadata.annotations).toEqual(schedule)
  }, 300_000)

  test('repeated, it finds nothing, and is content', async () => {
    expect(await stage.run('remove', values, ['--yes', ...patience])).toMatchObject({ code: 0 })
  }, 120_000)
})

describe('the Kubernetes half of a deployment', () => {
  let fresh: ReturnType<typeof cluster.ours>
  const apply = (more: Record<string, string> = {}, args = patience) =>
    stage.run('postprovision', { ...values, ...more }, args)

  test('waits while the role of the deployer spreads, and then makes everything', async () => {
    revoke()
    const hook = stage.start('postprovision', values, patience)
    await hook.said('Forbidden: a fresh role takes minutes to spread')
    expect(namesOf(cluster.ours())).toEqual([])
    grant()
    expect(await hook.ended).toBe(0)
    expect(hook.output()).toContain('✓ The cluster has all that it needs.')
    fresh = cluster.ours()
    expect(namesOf(fresh)).toEqual(
      expect.arrayContaining([
        'ClusterRoleBinding aks-scale-to-zero-functions',
        'DaemonSet kube-system nvidia-device-plugin',
        'Deployment project-a sample-app-a',
        'Deployment project-b sample-app-b',
        'Deployment scale-system scale-api',
        'NetworkPolicy scale-system scale-api',
        'ResourceQuota project-a project-a',
        'Secret scale-system scale-api-keys',
        'ValidatingAdmissionPolicy aks-scale-to-zero-workloads',
      ]),
    )
    const binding = cluster.kubectl([
      'get',
      'clusterrolebinding',
      'aks-scale-to-zero-functions',
      '-o',
      'jsonpath={.subjects[*].name}',
    ])
    expect(binding).toBe(objectId)
    const image = cluster.kubectl(['get', 'deployment', 'scale-api', '-n', 'scale-system', '-o', 'jsonpath={..image}'])
    expect(image).toMatch(/^registry\.azurecr\.io\/scale-api:\d+\.\d+\.\d+-[0-9a-f]{12}$/)
    expect(stage.called().filter((call) => call.startsWith('az acr build'))).toHaveLength(1)
  }, 300_000)

  test('the API key is a random one, and nobody was shown it', async () => {
    const key = cluster.kubectl([
      'get',
      'secret',
      'scale-api-keys',
      '-n',
      'scale-system',
      '-o',
      'jsonpath={.data.API_KEY}',
    ])
    expect(Buffer.from(key, 'base64').toString()).toMatch(/^[0-9a-f]{48}$/)
  })

  test('repeated, it changes nothing, builds nothing, and wakes no sample that sleeps', async () => {
    await sleep('Deployment', 'project-a', 'sample-app-a')
    // Controllers write the status of these at any time, so that their version says nothing.
    const withStatus = /^(Deployment|DaemonSet|ResourceQuota|PodDisruptionBudget)$/
    const stable = () => versionsOf(cluster.ours().filter(({ kind }) => !withStatus.test(kind)))
    const before = stable()
    const { code, output } = await apply()
    expect(code).toBe(0)
    expect(output).not.toMatch(/ (created|changed)$/m)
    expect(output).toContain('  ValidatingAdmissionPolicy aks-scale-to-zero-workloads unchanged\n')
    expect(output).toContain('  Deployment scale-system/scale-api unchanged\n')
    expect(stable()).toEqual(before)
    expect(cluster.get('deployment', 'sample-app-a', 'project-a').spec?.replicas).toBe(0)
    expect(stage.called().filter((call) => call.startsWith('az acr build'))).toHaveLength(1)
  }, 120_000)

  test('killed half way and run again, it makes the same as in one go', async () => {
    expect(await stage.run('remove', values, ['--yes', ...patience])).toMatchObject({ code: 0 })
    const hook = stage.start('postprovision', values, patience)
    await hook.said('the API key of scale-api')
    hook.child.kill('SIGKILL')
    await hook.ended
    expect(namesOf(cluster.ours()).length).toBeLessThan(fresh.length)
    expect(await apply()).toMatchObject({ code: 0 })
    expect(namesOf(cluster.ours())).toEqual(namesOf(fresh))
  }, 300_000)

  test('a role that never comes is a failure, with the command that gives it', async () => {
    revoke()
    const { code, output } = await apply({}, ['--role-wait', '0'])
    grant()
    expect(output).toMatch(/✗ The cluster still refuses this account: .* is forbidden: User ".*:deployer" cannot /)
    expect(output).toContain('az role assignment create')
    expect(code).toBe(1)
  }, 120_000)

  test('a cluster out of reach is no failure: it says from where to run it', async () => {
    stage.change({ kubeconfig: kubeconfig.replace(/https:\/\/127\.0\.0\.1:\d+/, 'https://127.0.0.1:1') })
    const { code, output } = await apply()
    stage.change({ kubeconfig })
    expect(output).toContain('! The cluster does not answer from here')
    expect(output).toContain('    npm run kubernetes\n')
    expect(stage.called().at(-1)).toBe('azd env set KUBERNETES_STATE out-of-reach')
    expect(code).toBe(0)
  }, 120_000)

  test('without kubelogin, a cluster with Entra ID cannot be used, and it says how to get it', async () => {
    const entra = kubeconfig.replace(
      /\{"token":"[^"]*"\}/,
      '{"exec":{"apiVersion":"client.authentication.k8s.io/v1","command":"kubelogin","interactiveMode":"IfAvailable"}}',
    )
    const without = new HookStage({ kubeconfig: entra, tools: ['az', 'kubectl'] }, lab.kubectl)
    const { code, output } = await without.run('postprovision', values, patience)
    without.close()
    expect(output).toContain('✗ kubelogin is not installed, or not on the PATH\n    az aks install-cli\n')
    expect(code).toBe(1)
  }, 120_000)
})
