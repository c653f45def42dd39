import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { KubeConfig } from '@kubernetes/client-node'
import { inClusterConnection } from '../../../shared/kubernetes/index.ts'
import { read } from '../../unit/docs/documents.ts'
import { waitFor } from '../../waitFor.ts'
import { defineKeda } from '../kedaDefinitions.ts'
import { readTarget } from '../target.ts'
import { describeWithIdentity } from '../withIdentity.ts'
import { withoutTrace } from '../withoutTrace.ts'
import {
  elsewhere,
  heartbeat,
  merge,
  onConfigMaps,
  onLeases,
  onNamespaces,
  onWorkloads,
  type Refused,
  says,
  systemNamespaces,
} from './attempts.ts'
import { type Attempt, callAs } from './callAs.ts'
import { bodyOf, type Counts, counts, plain } from './records.ts'
import { pathOf, personOf, type Resource, resources, specs } from './workloads.ts'

const target = readTarget()
const person = personOf(target)
const namespace = `admission-${randomBytes(4).toString('hex')}`
const resourceNames = Object.keys(resources) as Resource[]
const look = (resource: Resource) => person.read(namespace, resource)

/** The part of each object that counts, without who wrote or woke it, and when. */
const seen = () =>
  resourceNames.map((resource) => {
    const { metadata, spec } = look(resource)
    return { resource, annotations: withoutTrace(metadata.annotations), labels: metadata.labels, spec }
  })

const deployment = `${pathOf('deployments', namespace)}/web`
const rehearsal = (wants: Counts): Attempt => merge(`${deployment}?dryRun=All`, bodyOf(wants))

function set(has: Counts): void {
  person.kubectl(['patch', 'deployment', 'web', '-n', namespace, '--type=merge', '-p', JSON.stringify(bodyOf(has))])
}

let removeKeda: () => Promise<void>
beforeAll(async () => {
  const config = new KubeConfig()
  config.loadFromFile(target.kubeconfig)
  removeKeda = await defineKeda(config)
  const metadata = { name: namespace, labels: { 'aks-scale-to-zero/managed': 'true' } }
  person.kubectl(['create', '-f', '-'], { apiVersion: 'v1', kind: 'Namespace', metadata })
  person.create(namespace)
  // A thousand replicas are a number here, and never a thousand Pods.
  person.kubectl(['create', 'quota', 'few', '--hard=pods=10', '-n', namespace])
  for (const name of systemNamespaces) {
    person.kubectl(['create', 'namespace', name])
    person.create(name, ['deployments'])
  }
}, 120_000)
afterAll(async () => {
  for (const name of systemNamespaces) person.remove(name, ['deployments'])
  person.remove(namespace)
  await removeKeda()
}, 300_000)

const {
  KUBERNETES_SERVICE_HOST: host = '',
  KUBERNETES_SERVICE_PORT: port = '',
  KUBERNETES_SERVICE_ACCOUNT_DIR: serviceAccountDir = '',
} = target.inClusterEnv
const scaleApi = inClusterConnection({ host, port, serviceAccountDir }, () => performance.now())

describe('with a stolen token of the scale API', () => {
  describeThief(callAs(scaleApi), [
    ...onWorkloads(namespace),
    ...elsewhere(namespace),
    ...onLeases(),
    ...onConfigMaps(namespace),
    ...onNamespaces(namespace),
  ])
  describeProduct({ url: target.scaleApiUrl, headers: { authorization: `Bearer ${target.apiKey}` } })

  test('the API server lists the rights that the operations guide lists, and no others', () => {
    const expected = /^kubectl describe clusterrole scale-api-role\n.*\n((?:# {3}.*\n)+)/m.exec(
      read('docs/operations-guide.md'),
    )
    const rightsOf = (line: string) => {
      const [, name = '', verbs = ''] = /^(?:# {3})?(\S+) .*\[([^\]]*)\]$/.exec(line.trimEnd()) ?? []
      return `${name} ${verbs.split(' ').toSorted().join(' ')}`
    }
    const listed = person
      .kubectl(['auth', 'can-i', '--list', '--as=system:serviceaccount:scale-system:scale-api-sa', '-n', namespace])
      .split('\n')
      // Everybody who is signed in may ask who they are, and what the API server serves.
      .filter((line) => /^[a-z]/.test(line) && !/^self\w+\./.test(line))
    expect(listed.map(rightsOf).toSorted()).toEqual(expected?.[1]?.trimEnd().split('\n').map(rightsOf).toSorted())
  })
})

describeWithIdentity('with a stolen token of the function app', ({ cluster: { server, ca }, tokens: [token] }) => {
  const identity = callAs({ access: async () => ({ server, tls: { ca }, authorization: `Bearer ${token}` }) })
  describeThief(identity, [
    ...onWorkloads(namespace),
    ...elsewhere(namespace),
    ...onLeases(),
    ...onConfigMaps(namespace),
    ...onNamespaces(namespace),
  ])
  describeProduct({ url: target.functionsUrl, headers: { 'x-functions-key': target.functionsKey } })

  test.each([
    ['keeps a project awake', namespace, 'awake-until'],
    ['skips a transition of a project', namespace, 'skip'],
    ['suspends a project', namespace, 'suspend'],
    ['writes the schedule of a project', namespace, 'scale-down'],
    ['suspends all projects', 'scale-system', 'suspend'],
  ])('it %s, and takes that back', async (_what, name, key) => {
    for (const value of ['2026-11-27T13:00:00.000Z', null]) {
      const body = { metadata: { annotations: { [`aks-scale-to-zero/${key}`]: value } } }
      expect(await identity.call(merge(`/api/v1/namespaces/${name}`, body))).toMatchObject({ status: 200 })
    }
  })

  test('it remembers a transition on the namespace of a project, and forgets it', async () => {
    for (const value of ['2026-11-27T13:00:00.000Z', null]) {
      const body = { metadata: { annotations: { 'aks-scale-to-zero/last-scale-down': value } } }
      expect(await identity.call(merge(`/api/v1/namespaces/${namespace}`, body))).toMatchObject({ status: 200 })
    }
  })
})

/** A thief with the token can do nothing but the work of this service. `npm run e2e -- ... --verbose` prints the rows. */
function describeThief({ call, close }: ReturnType<typeof callAs>, rows: Refused[]): void {
  afterAll(close)

  let before: ReturnType<typeof seen>
  beforeAll(async () => {
    before = seen()
    // The API server enforces a policy a moment after it was created.
    await waitFor({
      what: 'the policy is enforced, for which scale-api/manifests/admission-policy.yaml must be applied to this cluster',
      look: () => call(merge(`${deployment}?dryRun=All`, { spec: { paused: true } })),
      until: ({ status }) => status === 403,
    })
  }, 70_000)

  test.each(rows.map((row) => [row.what, row.says, row.attempt] as const))(
    '%s: refused, "%s"',
    async (_what, sentence, attempt) => {
      const { status, message } = await call(attempt)
      expect(message).toContain(sentence)
      // An immutable field is refused by the API server itself, before any policy.
      expect(status).toBe(sentence.includes('immutable') ? 422 : 403)
    },
  )

  test('what others apply stays theirs, and what it owns itself it may give back', async () => {
    const name = `applied-${randomBytes(4).toString('hex')}`
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`
    const object = { ...resources.deployments, metadata: { name, namespace }, spec: specs.deployments }
    person.kubectl(['apply', '--server-side', '-f', '-'], object)
    // The thief owns the replicas as this service does, without a record.
    expect(await call(merge(`${path}?fieldManager=aks-scale-to-zero`, { spec: { replicas: 4 } }))).toMatchObject({
      status: 200,
    })
    const { metadata } = JSON.parse(
      person.kubectl(['get', 'deployment', name, '-n', namespace, '-o', 'json', '--show-managed-fields']),
    ) as { metadata: { managedFields: { manager: string; operation: string }[] } }
    const entry = (manager: string) =>
      `/metadata/managedFields/${metadata.managedFields.findIndex((one) => one.manager === manager)}`
    const patch = (...body: object[]) => call({ ...merge(path, body), contentType: 'application/json-patch+json' })
    const refused = { status: 403, message: expect.stringContaining(says.managers) }
    expect(await patch({ op: 'remove', path: entry('kubectl') })).toEqual(refused)
    expect(await patch({ op: 'replace', path: `${entry('kubectl')}/operation`, value: 'Update' })).toEqual(refused)
    expect(
      await patch({ op: 'replace', path: `${entry('kubectl')}/fieldsV1`, value: { 'f:spec': { 'f:paused': {} } } }),
    ).toEqual(refused)
    expect(await patch({ op: 'replace', path: '/metadata/managedFields', value: [{}] })).toEqual(refused)
    expect(await patch({ op: 'remove', path: entry('aks-scale-to-zero') })).toMatchObject({ status: 200 })
    person.kubectl(['apply', '--server-side', '-f', '-'], object)
    person.kubectl(['delete', 'deployment', name, '-n', namespace])
  })

  test('it keeps the history of a project', async () => {
    const path = `/api/v1/namespaces/${namespace}/configmaps/aks-scale-to-zero-history?dryRun=All&force=true&fieldManager=e2e`
    const metadata = { name: 'aks-scale-to-zero-history', namespace }
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'entries.jsonl': '', 'asleep.txt': '' } }
    const applied = { method: 'PATCH', path, contentType: 'application/apply-patch+yaml', body } as const
    expect([200, 201]).toContain((await call(applied)).status)
  })

  test('it renews a heartbeat', async () => {
    const spec = { holderIdentity: 'e2e', renewTime: '2026-11-27T13:00:00.000000Z', leaseDurationSeconds: 300 }
    expect(await call(merge(`${heartbeat}?dryRun=All`, { spec }))).toMatchObject({ status: 200 })
  })

  test('after all that, everything is as it was', () => {
    expect(seen()).toEqual(before)
  })

  describe.each(counts)('$given', ({ has, rows: patches }) => {
    beforeAll(() => set(has))
    afterAll(() => set(plain))

    test.each(patches)('$what: $outcome', async ({ wants, outcome }) => {
      const { status, message } = await call(rehearsal(wants))
      if (outcome === 'allowed') expect({ status, message }).toEqual({ status: 200, message: '' })
      else expect({ status, message }).toEqual({ status: 403, message: expect.stringContaining(outcome) })
    })
  })
}

/** What a host of ours does is allowed: its project of all kinds sleeps and wakes as it was. */
function describeProduct({ url, headers }: { url: string; headers: Record<string, string> }): void {
  const sweep = async (action: string) => {
    const path = `${url}/api/v1/projects/${namespace}/${action}`
    const response = await fetch(path, { method: 'POST', headers, body: '{"reason":"nightly"}' })
    const body = (await response.json()) as { message: string; workloads?: { kind: string; result: string }[] }
    return {
      status: response.status,
      results: body.workloads?.map(({ kind, result }) => `${kind} ${result}`).toSorted(),
    }
  }
  const changed = resourceNames.map((resource) => `${resources[resource].kind} changed`).toSorted()

  test('its host puts all kinds of workload to sleep, and wakes them as they were', async () => {
    const before = seen()
    expect(await sweep('scale-to-zero')).toEqual({ status: 200, results: changed })
    expect(seen()).not.toEqual(before)
    expect(await sweep('restore')).toEqual({ status: 200, results: changed })
    expect(seen()).toEqual(before)
  })
}

describe('the policy touches nobody else', () => {
  const deploy = ['-n', namespace, '--dry-run=server', '-o', 'name']

  test('a person with cluster-admin changes an image, a namespace of the system and a workload of scale-system', () => {
    person.kubectl(['set', 'image', 'deployment/web', 'app=other', ...deploy])
    person.kubectl(['scale', 'deployment/web', '--replicas=0', ...deploy])
    person.kubectl(['delete', 'deployment/web', ...deploy])
    person.kubectl(['annotate', 'namespace', 'kube-system', 'example.com/a=b', '--dry-run=server'])
    person.kubectl([
      'set',
      'image',
      'deployment/scale-api',
      'scale-api=other',
      '-n',
      'scale-system',
      '--dry-run=server',
    ])
  })

  test('nor does it touch another ServiceAccount of scale-system that may do everything', () => {
    const name = `${namespace}-deployer`
    person.kubectl([
      'create',
      'clusterrolebinding',
      name,
      '--clusterrole=cluster-admin',
      `--serviceaccount=scale-system:${name}`,
    ])
    try {
      const as = `--as=system:serviceaccount:scale-system:${name}`
      person.kubectl(['set', 'image', 'deployment/web', 'app=other', ...deploy, as])
      person.kubectl(['label', 'namespace', namespace, 'a=b', '--dry-run=server', as])
    } finally {
      person.kubectl(['delete', 'clusterrolebinding', name])
    }
  })
})
