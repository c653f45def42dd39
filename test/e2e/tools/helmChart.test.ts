import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { load, loadAll } from 'js-yaml'
import { chart } from '../../../dev/chart/index.ts'
import { downLab, upLab } from '../../../dev/lab/index.ts'
import { readConfig } from '../../../shared/config.ts'
import { createNamespace, type TestNamespace } from '../../contract/namespace.ts'
import { type Host, startScaleApi } from '../../hosts.ts'
import { objectsOf } from '../../unit/infra/manifests.ts'
import { waitFor } from '../../waitFor.ts'
import { serviceAccountOf } from '../target.ts'
import { schemasOf } from './openApiSchemas.ts'
import { createHelm } from './runHelm.ts'
import { describeWithTool } from './withTool.ts'

jest.setTimeout(10 * 60_000)

interface KubeObject {
  kind: string
  metadata: { name: string; namespace?: string; uid?: string; generation?: number; labels?: Record<string, string> }
  data?: Record<string, string>
  spec?: { holderIdentity?: string; renewTime?: string; replicas?: number; template?: { spec: PodSpec } }
}

interface PodSpec {
  nodeSelector?: object
  affinity?: object
  containers: {
    image: string
    env: { name: string; value: string }[]
    envFrom?: { secretRef: { name: string } }[]
  }[]
}

const keyOf = ({ kind, metadata: { namespace = '', name } }: KubeObject) => `${kind} ${namespace}/${name}`
const envOf = ({ spec }: KubeObject) =>
  Object.fromEntries((spec?.template?.spec.containers[0]?.env ?? []).map(({ name, value }) => [name, value]))

const manifests = 'scale-api/manifests'
const plainObjects = () => readdirSync(manifests).flatMap((file) => objectsOf<KubeObject>(`${manifests}/${file}`))

/** The Deployment without what the chart changes on purpose: the image, where it runs, and all settings being stated. */
function inCommon(object: KubeObject): KubeObject {
  if (object.kind !== 'Deployment') return object
  const copy = structuredClone(object)
  const pod = copy.spec?.template?.spec
  delete pod?.nodeSelector
  delete pod?.affinity
  for (const container of pod?.containers ?? []) {
    container.image = ''
    container.env = []
  }
  return copy
}

const majors = ['helm3', 'helm4']
const inOurs = ['--namespace', 'scale-system']
// Helm as the lab builds it takes the cluster for a very old one when it only renders.
const rendering = ['--kube-version', '1.36.0']

await describeWithTool('helm', 'the chart', (path) => {
  // A lab of its own: the hosts of the shared one live by the ServiceAccount that a release takes and removes.
  const name = 'e2e-chart'
  const report = (line: string) => process.stderr.write(`${line}\n`)
  let kubeconfig: string
  const schemas = mkdtempSync(join(tmpdir(), 'schemas-'))
  /** What kubeconform counts in manifests, by the schemas of this API server. */
  const conform = (manifests: string): object => {
    const location = join(schemas, '{{.ResourceKind}}{{.KindSuffix}}.json')
    const args = ['-strict', '-summary', '-output', 'json', '-schema-location', location]
    const { stdout } = spawnSync(path('kubeconform'), args, { encoding: 'utf8', input: manifests })
    return (JSON.parse(stdout) as { summary: object }).summary
  }
  let kubectl: (...args: string[]) => string
  let apply: (manifest: string, ...flags: string[]) => string
  beforeAll(async () => {
    const lab = await upLab({ name, only: 'control-plane', report })
    kubeconfig = lab.kubeconfig
    // The description of the API alone has megabytes.
    const run = (args: string[], input?: string) =>
      execFileSync(lab.kubectl, ['--kubeconfig', kubeconfig, ...args], { encoding: 'utf8', maxBuffer: 1e8, input })
    kubectl = (...args) => run(args)
    apply = (input, ...flags) => run(['apply', ...flags, '-f', '-'], input)
    // A plain cluster: it knows no function app, and its nodes have no label of AKS.
    kubectl('delete', '-f', 'infra/manifests/function-rbac.yaml')
    kubectl('label', 'nodes', '-l', 'kubernetes.azure.com/mode=system', 'kubernetes.azure.com/mode-')
    // The kinds of others that the chart can make.
    for (const kind of ['httproutes', 'servicemonitors', 'prometheusrules'])
      kubectl('apply', '--server-side', '-f', path(`${kind}.yaml`))
    kubectl('wait', '--for=condition=Established', 'customresourcedefinitions', '--all', '--timeout=60s')
    // The API server tells of new kinds a moment later.
    const files = await waitFor({
      what: 'the API server describes the kinds of others',
      look: async () => schemasOf(JSON.parse(kubectl('get', '--raw', '/openapi/v2'))),
      until: (found) => 'httproute-gateway-v1.json' in found && 'prometheusrule-monitoring-v1.json' in found,
    })
    for (const [file, schema] of Object.entries(files)) writeFileSync(join(schemas, file), JSON.stringify(schema))
  })
  afterAll(() => {
    rmSync(schemas, { recursive: true })
    return downLab({ name, report })
  })

  describe.each(majors)('by %s', (major) => {
    let helm: ReturnType<typeof createHelm>
    beforeAll(() => {
      helm = createHelm(path(major), '/dev/null')
    })
    afterAll(() => helm.remove())

    test('renders by default what the plain manifests have', async () => {
      const { stdout } = await helm.run(
        'template',
        'x',
        chart,
        ...inOurs,
        ...rendering,
        '--set',
        'namespace.create=true',
      )
      const rendered = (loadAll(stdout) as (KubeObject | null)[]).filter((object) => object !== null)
      const byKey = (objects: KubeObject[]) => new Map(objects.map((object) => [keyOf(object), inCommon(object)]))
      const plain = plainObjects()
      const ofChart = byKey(rendered)
      expect(ofChart.get('Secret scale-system/scale-api-keys')?.data).toEqual({ API_KEY: expect.any(String) })
      ofChart.delete('Secret scale-system/scale-api-keys')
      expect(ofChart).toEqual(byKey(plain))

      const [chartEnv = {}, plainEnv = {}] = [rendered, plain].flatMap((objects) =>
        objects.filter(({ kind }) => kind === 'Deployment').map(envOf),
      )
      expect(readConfig(chartEnv)).toEqual(readConfig(plainEnv))
      expect(chartEnv.SCHEDULE_TICK).toBe('0 */5 * * * *')
    })

    test('is clean in a strict lint', async () => {
      expect(await helm.run('lint', '--strict', chart, ...inOurs)).toMatchObject({ code: 0 })
    })

    test.each([
      [[], 'the namespace is default: add --namespace scale-system'],
      [[...inOurs, '--set', 'replica=3'], 'replica'],
      [[...inOurs, '--set', 'settings.LOG_LEVEL=loud'], 'LOG_LEVEL'],
      [[...inOurs, '--set', 'settings.API_AUTH=none,httpRoute.enabled=true'], 'everybody could scale'],
      [[...inOurs, '--set', 'httpRoute.enabled=true'], 'httpRoute.enabled needs httpRoute.parentRefs'],
    ])('refuses %j and says why', async (flags, why) => {
      const { code, output } = await helm.run('template', 'x', chart, ...rendering, ...flags)
      expect(code).not.toBe(0)
      expect(output).toContain(why)
    })

    test('with everything turned on, is what kubeconform and the API server take in their strictest validation', async () => {
      const everything = {
        namespace: { create: true },
        image: { digest: `sha256:${'0'.repeat(64)}`, pullPolicy: 'Always' },
        imagePullSecrets: [{ name: 'pull' }],
        settings: {
          PROJECTS: [{ name: 'project-a', scaleDown: ['0 22 * * *'] }],
          NODE_GRACE_MINUTES: 12.5,
          DRY_RUN: true,
        },
        extraEnv: [{ name: 'TZ', value: 'UTC' }],
        serviceAccount: { annotations: { a: 'b' } },
        podAnnotations: { 'prometheus.io/scrape': 'false' },
        podLabels: { team: 'platform' },
        nodeSelector: { pool: 'system' },
        priorityClassName: 'system-cluster-critical',
        networkPolicy: {
          from: [{ namespaceSelector: { matchLabels: { name: 'monitoring' } } }],
          apiServerCIDRs: ['10.0.0.1/32'],
        },
        service: { annotations: { a: 'b' } },
        serviceMonitor: { enabled: true, labels: { release: 'prometheus' } },
        prometheusRule: { enabled: true, labels: { release: 'prometheus' } },
        dashboard: { enabled: true },
        httpRoute: {
          enabled: true,
          annotations: { a: 'b' },
          parentRefs: [{ name: 'gateway' }],
          hostnames: ['scale.example.com'],
        },
        ingress: {
          enabled: true,
          className: 'nginx',
          annotations: { a: 'b' },
          hosts: ['scale.example.com'],
          tls: [{ secretName: 'tls', hosts: ['scale.example.com'] }],
        },
      }
      const file = join(helm.folder, 'everything.json')
      writeFileSync(file, JSON.stringify(everything))
      const { stdout, output } = await helm.run('template', 'x', chart, ...inOurs, ...rendering, '--values', file)
      const objects = loadAll(stdout) as KubeObject[]
      expect({ output, kinds: objects.map(({ kind }) => kind) }).toMatchObject({
        kinds: expect.arrayContaining(['ServiceMonitor', 'PrometheusRule', 'ConfigMap', 'HTTPRoute', 'Ingress']),
      })
      const settings = readConfig(envOf(objects.find(({ kind }) => kind === 'Deployment') as KubeObject))
      expect(settings).toMatchObject({ projects: [{ name: 'project-a' }], nodeGraceMinutes: 12.5, dryRun: true })
      const [rules, dashboard] = ['PrometheusRule', 'ConfigMap'].map((kind) =>
        objects.find((object) => object.kind === kind),
      )
      expect(rules?.spec).toEqual(load(readFileSync('scale-api/monitoring/alerts.yaml', 'utf8')))
      expect(JSON.parse(dashboard?.data?.['aks-scale-to-zero.json'] ?? '')).toEqual(
        JSON.parse(readFileSync('scale-api/monitoring/dashboard.json', 'utf8')),
      )
      // A field that no kind has, a key that is there twice, and what admission refuses are errors.
      const answer = apply(stdout, '--dry-run=server', '--validate=strict')
      expect(answer.trim().split('\n')).toHaveLength(objects.length)
      expect(conform(stdout)).toMatchObject({ valid: objects.length, invalid: 0, errors: 0, skipped: 0 })
      expect(conform(stdout.replace('podSelector: {}', 'podSelectors: {}'))).toMatchObject({ invalid: 1 })
    })

    test('has no key of its own where it is given a Secret, and none at all without authentication', async () => {
      const secretsWith = async (...flags: string[]) => {
        const { stdout } = await helm.run('template', 'x', chart, ...inOurs, ...rendering, ...flags)
        const objects = loadAll(stdout) as KubeObject[]
        const pod = objects.find(({ kind }) => kind === 'Deployment')?.spec?.template?.spec
        const from = pod?.containers[0]?.envFrom?.map(({ secretRef }) => secretRef.name)
        return { made: objects.some(({ kind }) => kind === 'Secret'), from }
      }
      expect(await secretsWith('--set', 'keys.existingSecret=mine')).toEqual({ made: false, from: ['mine'] })
      expect(await secretsWith('--set', 'settings.API_AUTH=none')).toEqual({ made: false, from: undefined })
    })
  })

  describe.each(majors)('installed by %s on a plain cluster', (major) => {
    let helm: ReturnType<typeof createHelm>
    let project: TestNamespace
    let workload: string
    let host: Host | undefined
    const get = (...args: string[]) => JSON.parse(kubectl('get', ...args, '-o', 'json')) as { items: KubeObject[] }
    const one = (...args: string[]) =>
      JSON.parse(kubectl('get', '-n', 'scale-system', ...args, '-o', 'json')) as KubeObject
    const leases = () =>
      get('leases', '-n', 'scale-system').items.map(({ metadata, spec }) => ({ name: metadata.name, spec }))
    const asleep = () => get('deployments,statefulsets,cronjobs', '-A', '-l', 'aks-scale-to-zero/asleep=true').items

    /** The host as the kubelet would start it: with the environment of its container, and a token of its ServiceAccount. */
    const startFromRelease = async (): Promise<Host> => {
      const deployment = one('deployment', 'scale-api')
      const from = deployment.spec?.template?.spec.containers[0]?.envFrom?.[0]?.secretRef.name ?? ''
      const keys = Object.entries(one('secret', from).data ?? {}).map(([key, value]) => [key, atob(value)])
      const token = kubectl('create', 'token', 'scale-api-sa', '-n', 'scale-system')
      return startScaleApi({
        ...Object.fromEntries(keys),
        ...envOf(deployment),
        ...serviceAccountOf(kubeconfig, token),
      })
    }
    /** Makes a transition of the project due since some minutes, as if the host had seen it before. */
    const makeDue = (action: 'scale-down' | 'scale-up', minutes: number) => {
      const due = new Date(Date.now() - minutes * 60_000)
      const at = `aks-scale-to-zero/${action}=${due.getUTCMinutes()} ${due.getUTCHours()} * * *`
      const last = `aks-scale-to-zero/last-${action}=2000-01-01T00:00:00.000Z`
      kubectl('annotate', '--overwrite', 'namespace', project.namespace, at, last)
    }
    const replicas = async () => (await project.read(workload)).spec?.replicas

    beforeAll(async () => {
      helm = createHelm(path(major), kubeconfig)
      project = await createNamespace(readFileSync(kubeconfig, 'utf8'))
      workload = await project.deploy({ replicas: 3, runs: false })
    })
    afterAll(async () => {
      host?.child.kill('SIGKILL')
      helm.remove()
      await project.remove()
    })

    test('it takes over what the plain manifests have made, and the ServiceAccount stays the same', async () => {
      kubectl('apply', '-f', `${manifests}/00-namespace.yaml`)
      kubectl('apply', '-f', manifests)
      const { uid } = one('serviceaccount', 'scale-api-sa').metadata
      const install = ['install', 'scale-api', chart, ...inOurs, '--set', 'keys.existingSecret=scale-api-keys']
      expect(await helm.run(...install)).toMatchObject({ code: 1 })
      const taken = await helm.run(...install, '--take-ownership', ...(major === 'helm4' ? ['--force-conflicts'] : []))
      expect(taken).toMatchObject({ code: 0 })
      expect(one('serviceaccount', 'scale-api-sa').metadata.uid).toBe(uid)
      expect(await helm.run('uninstall', 'scale-api', ...inOurs, '--wait')).toMatchObject({ code: 0 })
      expect(get('deployments,leases,roles', '-n', 'scale-system').items).toEqual([])
      kubectl('delete', '--ignore-not-found', 'secret', 'scale-api-keys', '-n', 'scale-system')
    })

    test('its Pods run under the restricted standard, on nodes without a label of AKS', async () => {
      expect(one('namespace', 'scale-system').metadata.labels).toMatchObject({
        'pod-security.kubernetes.io/enforce': 'restricted',
      })
      // Every second, so that no test waits for a tick.
      const tick = '*/1 * * * * *'
      const { code, output } = await helm.run(
        'install',
        'scale-api',
        chart,
        ...inOurs,
        '--set',
        `settings.SCHEDULE_TICK=${tick}`,
      )
      expect(output).toContain('It scales nothing until a namespace asks for it')
      expect(code).toBe(0)
      kubectl('rollout', 'status', 'deployment/scale-api', '-n', 'scale-system', '--timeout=120s')
    })

    test('it scales nothing before a namespace is labelled', async () => {
      const scaled = () =>
        get('deployments,statefulsets,cronjobs', '-A').items.map((item) => [keyOf(item), item.metadata.generation])
      const before = scaled()
      host = await startFromRelease()
      await waitFor({
        what: 'every timer has run',
        look: async () => leases(),
        until: (all) => all.length === 3 && all.every(({ spec }) => spec?.holderIdentity === 'scale-api'),
      })
      expect(scaled()).toEqual(before)
      expect(host.output()).not.toContain('"msg":"swept"')
    })

    test('a labelled namespace falls asleep by its schedule, with no function app', async () => {
      makeDue('scale-down', 3)
      kubectl('label', 'namespace', project.namespace, 'aks-scale-to-zero/managed=true')
      await waitFor({ what: 'it sleeps', look: replicas, until: (count) => count === 0 })
      expect(asleep().map(keyOf)).toEqual([`Deployment ${project.namespace}/${workload}`])
      expect(await host?.stop()).toBe(0)
    })

    test('an upgrade and a rollback at night wake nothing, and keep the key and the heartbeats', async () => {
      const kept = () => ({
        asleep: asleep(),
        leases: leases(),
        key: one('secret', 'scale-api-keys').data,
        account: one('serviceaccount', 'scale-api-sa').metadata.uid,
      })
      const before = kept()
      expect(before.leases.map(({ spec }) => spec?.renewTime)).toEqual([
        expect.any(String),
        expect.any(String),
        expect.any(String),
      ])
      const upgrade = ['upgrade', 'scale-api', chart, ...inOurs, '--reset-then-reuse-values', '--set', 'replicas=3']
      expect(await helm.run(...upgrade)).toMatchObject({ code: 0 })
      expect(one('deployment', 'scale-api').spec?.replicas).toBe(3)
      expect(kept()).toEqual(before)
      expect(await helm.run('rollback', 'scale-api', ...inOurs)).toMatchObject({ code: 0 })
      expect(one('deployment', 'scale-api').spec?.replicas).toBe(2)
      expect(kept()).toEqual(before)
    })

    test('in the morning it wakes exactly as it was', async () => {
      host = await startFromRelease()
      makeDue('scale-up', 1)
      await waitFor({ what: 'it is awake', look: replicas, until: (count) => count === 3 })
      expect(asleep()).toEqual([])
      expect(await host.stop()).toBe(0)
    })

    test('the release leaves nothing but its namespace', async () => {
      expect(await helm.run('uninstall', 'scale-api', ...inOurs, '--wait')).toMatchObject({ code: 0 })
      const ours = ['-l', 'app.kubernetes.io/part-of=aks-scale-to-zero']
      const kinds =
        'deployments,services,leases,roles,rolebindings,networkpolicies,poddisruptionbudgets,serviceaccounts'
      expect(get(kinds, '-A', ...ours).items).toEqual([])
      expect(get('validatingadmissionpolicies,validatingadmissionpolicybindings', ...ours).items).toEqual([])
    })
  })
})
