import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { KubeConfig } from '@kubernetes/client-node'
import { inClusterConnection } from '../../shared/kubernetes/index.ts'
import { tick } from '../hosts.ts'
import { waitFor } from '../waitFor.ts'
import { merge } from './admission/attempts.ts'
import { callAs } from './admission/callAs.ts'
import { pathOf, personOf } from './admission/workloads.ts'
import { defineKeda } from './kedaDefinitions.ts'
import { readTarget } from './target.ts'

// Whatever is written on an object is a claim of whoever may write there. The admission policy is on in all of this.

const target = readTarget()
const { kubectl } = personOf(target)
const namespace = `claims-${randomBytes(4).toString('hex')}`
const key = 'aks-scale-to-zero/original-replicas'

const labels = { app: 'web' }
// The Pods run nowhere, and the quota keeps a thousand of them from being made.
const podSpec = {
  nodeSelector: { nowhere: 'true' },
  containers: [{ name: 'app', image: 'registry.k8s.io/pause:3.10' }],
}
const template = { metadata: { labels }, spec: podSpec }
const deployment = (name: string, replicas: number, place = namespace, more: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: place, ...more },
  spec: { replicas, selector: { matchLabels: labels }, template },
})
const create = (object: object) => kubectl(['create', '-f', '-'], object)
const replicasOf = (kind: string, name: string, place = namespace) =>
  Number(kubectl(['get', kind, name, '-n', place, '-o', 'jsonpath={.spec.replicas}']))

interface Answer {
  message: string
  error?: string
  project?: { faults: string[]; left_out: { name: string; why: string }[] }
  workloads?: { kind: string; name: string; result: string; why?: string }[]
}

async function ask(path: string, body?: object): Promise<{ status: number; body: Answer }> {
  const response = await fetch(`${target.scaleApiUrl}/api/v1/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${target.apiKey}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Answer }
}

const project = (action: string) => ask(`projects/${namespace}/${action}`, { reason: 'nightly' })
const said = ({ body }: { body: Answer }, name: string) => body.workloads?.find((one) => one.name === name)

let removeKeda: () => Promise<void>
beforeAll(async () => {
  const config = new KubeConfig()
  config.loadFromFile(target.kubeconfig)
  removeKeda = await defineKeda(config)
  const metadata = { name: namespace, labels: { 'aks-scale-to-zero/managed': 'true' } }
  create({ apiVersion: 'v1', kind: 'Namespace', metadata })
  kubectl(['create', 'quota', 'few', '--hard=pods=10', '-n', namespace])
}, 120_000)
afterAll(async () => {
  kubectl(['delete', 'namespace', namespace, '--wait=false'])
  await removeKeda()
}, 120_000)

test('a timer wakes nothing in kube-system, whatever record is there', async () => {
  const record = { [key]: '3', 'aks-scale-to-zero/scaled-at': '2026-11-22T22:00:00.000Z' }
  const wakeAt = { 'aks-scale-to-zero/scheduled-scale-up': '2026-11-23T07:00:00.000Z' }
  const name = `asleep-${namespace}`
  const asleep = {
    annotations: { ...record, ...wakeAt },
    labels: { 'aks-scale-to-zero/asleep': 'true' },
  }
  create(deployment(name, 0, 'kube-system', asleep))
  // The same record in a project is obeyed, so the timer has run.
  create(deployment('by-time', 0, namespace, asleep))
  try {
    await waitFor({
      what: 'the timer has woken the other one',
      look: async () => {
        await tick({ url: target.functionsUrl, key: target.functionsKey }, 'scheduledScaleUp')
        return replicasOf('deployment', 'by-time')
      },
      until: (replicas) => replicas === 3,
    })
    expect(replicasOf('deployment', name, 'kube-system')).toBe(0)
  } finally {
    kubectl(['delete', 'deployment', name, '-n', 'kube-system'])
    kubectl(['delete', 'deployment', 'by-time', '-n', namespace])
  }
}, 60_000)

test('a record of 999999999 replicas is not obeyed: it is told, and the workload stays asleep', async () => {
  create(deployment('greedy', 2))
  expect(said(await project('scale-to-zero'), 'greedy')).toMatchObject({ result: 'changed' })
  const claim = { metadata: { annotations: { [key]: '999999999' }, labels: { [key]: '999999999' } } }
  kubectl(['patch', 'deployment', 'greedy', '-n', namespace, '--type=merge', '-p', JSON.stringify(claim)])
  const why = `its annotation ${key} is "999999999", which is not a whole number from 1 to 1000`

  expect(said(await project('restore'), 'greedy')).toMatchObject({ result: 'skipped', why })
  const byName = await ask(`deployments/${namespace}/greedy/restore`, { reason: 'now' })
  expect(byName).toMatchObject({
    status: 409,
    body: { error: 'nothing-to-restore', message: expect.stringContaining(why) },
  })
  const { body } = await ask(`projects/${namespace}`)
  expect(body.project?.faults).toEqual([`Deployment ${namespace}/greedy stays asleep: ${why}`])
  await waitFor({
    what: 'the Event is there',
    look: async () => kubectl(['get', 'events', '-n', namespace, '--field-selector=reason=RecordFault', '-o', 'name']),
    until: (names) => names.includes('event/'),
  })
  expect(replicasOf('deployment', 'greedy')).toBe(0)
  kubectl(['delete', 'deployment', 'greedy', '-n', namespace])
}, 60_000)

test('what could not be brought back stays awake: 1001 replicas, and a pause that is no count', async () => {
  create(deployment('large', 1001))
  for (const paused of ['2.5', 'Infinity', '1e21']) {
    create({
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: {
        name: `so-${paused.toLowerCase()}`,
        namespace,
        annotations: { 'autoscaling.keda.sh/paused-replicas': paused },
      },
      spec: { scaleTargetRef: { name: 'other' }, triggers: [{ type: 'cron', metadata: {} }] },
    })
  }
  const answer = await project('scale-to-zero')
  expect(answer.status).toBe(200)
  for (const name of ['large', 'so-2.5', 'so-infinity', 'so-1e21']) {
    expect(said(answer, name)).toMatchObject({ result: 'skipped', why: expect.stringContaining('only a whole number') })
  }
  expect((await ask(`deployments/${namespace}/large/scale-to-zero`, { reason: 'now' })).body).toMatchObject({
    result: 'skipped',
  })
  expect(replicasOf('deployment', 'large')).toBe(1001)
  kubectl(['delete', 'deployment', 'large', '-n', namespace])
  kubectl(['delete', 'scaledobjects', '--all', '-n', namespace])
}, 60_000)

describe('a StatefulSet whose volumes Kubernetes deletes with its Pods', () => {
  const claims = () =>
    kubectl(['get', 'pvc', '-n', namespace, '-o', 'name'])
      .split('\n')
      .filter((line) => line !== '')
      .toSorted()
  const why = 'its persistentVolumeClaimRetentionPolicy.whenScaled is "Delete", so its volumes would be deleted'

  beforeAll(async () => {
    const resources = { requests: { storage: '1Gi' } }
    create({
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db', namespace },
      spec: {
        replicas: 2,
        serviceName: 'db',
        podManagementPolicy: 'Parallel',
        selector: { matchLabels: { app: 'db' } },
        template: { metadata: { labels: { app: 'db' } }, spec: podSpec },
        volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources } }],
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Delete' },
      },
    })
    await waitFor({ what: 'it has its volumes', look: async () => claims(), until: ({ length }) => length === 2 })
  }, 60_000)

  test('stays awake with its volumes, and the sweep and the status say why', async () => {
    expect(said(await project('scale-to-zero'), 'db')).toMatchObject({ result: 'skipped', why })
    expect((await ask(`projects/${namespace}`)).body.project?.left_out).toMatchObject([{ name: 'db', why }])
    expect(replicasOf('statefulset', 'db')).toBe(2)
    expect(claims()).toHaveLength(2)
  })

  test('cannot be scaled down with a stolen token either', async () => {
    const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '' } = target.inClusterEnv
    const { KUBERNETES_SERVICE_ACCOUNT_DIR: serviceAccountDir = '' } = target.inClusterEnv
    const thief = callAs(inClusterConnection({ host, port, serviceAccountDir }, () => performance.now()))
    const path = `${pathOf('statefulsets', namespace)}/db`
    const record = { annotations: { [key]: '2' }, labels: { [key]: '2', 'aks-scale-to-zero/asleep': 'true' } }
    for (const body of [{ spec: { replicas: 1 } }, { metadata: record, spec: { replicas: 0 } }]) {
      expect(await thief.call(merge(path, body))).toEqual({
        status: 403,
        message: expect.stringContaining('scales down no StatefulSet whose volumes would be deleted'),
      })
    }
    await thief.close()
  })

  test('sleeps when a person has allowed it, and then its volumes are gone', async () => {
    kubectl(['annotate', 'statefulset', 'db', '-n', namespace, 'aks-scale-to-zero/allow-data-loss=true'])
    expect(said(await project('scale-to-zero'), 'db')).toMatchObject({ result: 'changed' })
    await waitFor({
      what: 'Kubernetes has deleted the volumes',
      look: async () => claims(),
      until: ({ length }) => length === 0,
    })
    expect(said(await project('restore'), 'db')).toMatchObject({ result: 'changed' })
    expect(replicasOf('statefulset', 'db')).toBe(2)
  }, 60_000)
})

test('the first count of a night is brought back, though somebody set another one in between', async () => {
  create(deployment('night', 4))
  expect(said(await project('scale-to-zero'), 'night')).toMatchObject({ result: 'changed' })
  kubectl(['scale', 'deployment', 'night', '--replicas=1', '-n', namespace])
  expect(said(await project('scale-to-zero'), 'night')).toMatchObject({ result: 'changed' })
  expect(replicasOf('deployment', 'night')).toBe(0)
  expect(said(await project('restore'), 'night')).toMatchObject({ result: 'changed' })
  expect(replicasOf('deployment', 'night')).toBe(4)
})
