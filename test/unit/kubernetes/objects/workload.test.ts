import { expect, test } from '@jest/globals'
import { isReadFromMetadata, type WorkloadObject, workloadOf } from '../../../../shared/kubernetes/objects/workload.ts'
import { kedaPaused, kedaPausedReplicas, kinds, type WorkloadKind } from '../../../../shared/scaling/index.ts'

type Fields = NonNullable<NonNullable<WorkloadObject['metadata']['managedFields']>[number]['fieldsV1']>

const annotation = (key: string): Fields => ({ 'f:metadata': { 'f:annotations': { [`f:${key}`]: {} } } })

/** When the replicas of an object changed that is months old: its dial was written since, and later another field. */
const changedAt = (kind: WorkloadKind, dial: Fields): string =>
  workloadOf(kind, {
    metadata: {
      name: 'x',
      namespace: 'project-a',
      uid: 'u',
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      managedFields: [
        { time: '2026-11-22T22:20:00Z', fieldsV1: { 'f:spec': { 'f:schedule': {} }, ...annotation('x') } },
        { time: '2026-11-22T22:10:00Z', fieldsV1: dial },
      ],
    },
  }).replicasChangedAt

test.each<[WorkloadKind, Fields]>([
  ['Deployment', { 'f:spec': { 'f:replicas': {} } }],
  ['StatefulSet', { 'f:spec': { 'f:replicas': {} } }],
  ['CronJob', { 'f:spec': { 'f:suspend': {} } }],
  ['ScaledObject', annotation(kedaPausedReplicas)],
  ['ScaledJob', annotation(kedaPaused)],
])('the replicas of a %s changed when its dial was last written', (kind, dial) => {
  expect(changedAt(kind, dial)).toBe('2026-11-22T22:10:00Z')
})

/** Who set the replicas of a Deployment, by entries as a real API server (1.36) leaves them. */
const ownerBy = (managedFields: NonNullable<WorkloadObject['metadata']['managedFields']>) =>
  workloadOf('Deployment', { metadata: { ...metadata, managedFields } }).replicasOwner

const replicas: Fields = { 'f:spec': { 'f:replicas': {} } }
const others: Fields = { 'f:spec': { 'f:template': {} } }
const status = { manager: 'kube-controller-manager', operation: 'Update', subresource: 'status', fieldsV1: {} }

test('the replicas were set by the manager that owns them, with its operation and time', () => {
  const at = '2026-11-22T22:10:00Z'
  expect(
    ownerBy([
      { manager: 'aks-scale-to-zero', operation: 'Update', time: '2026-11-22T22:00:00Z', fieldsV1: others },
      { manager: 'argocd-controller', operation: 'Apply', time: at, fieldsV1: replicas },
      { ...status, time: '2026-11-22T22:10:01Z' },
    ]),
  ).toEqual({ manager: 'argocd-controller', operation: 'Apply', subresource: undefined, at })
})

test('kubectl scale is seen by its subresource, and has no time', () => {
  const scaled = { manager: 'kubectl', operation: 'Update', subresource: 'scale', fieldsV1: replicas }
  expect(ownerBy([scaled, status])).toEqual({
    manager: 'kubectl',
    operation: 'Update',
    subresource: 'scale',
    at: undefined,
  })
})

test('of several managers that agree on the replicas, the last to write is taken', () => {
  const entry = (manager: string, time: string | undefined) => ({
    ...{ manager, operation: 'Apply', fieldsV1: replicas },
    ...(time && { time }),
  })
  const [early, late, timeless] = [
    entry('early', '2026-11-22T22:10:00Z'),
    entry('late', '2026-11-22T22:20:00Z'),
    entry('timeless', undefined),
  ]
  for (const entries of [
    [early, late, timeless],
    [timeless, late, early],
  ]) {
    expect(ownerBy(entries)?.manager).toBe('late')
  }
})

test('nobody is known to have set replicas that nobody owns, or that a manager with an impossible name owns', () => {
  expect(ownerBy([{ manager: 'kubectl', operation: 'Update', fieldsV1: others }, status])).toBeUndefined()
  expect(ownerBy([{ manager: 'x'.repeat(129), operation: 'Update', fieldsV1: replicas }])).toBeUndefined()
})

test('the kinds of which only the metadata is listed are read the same without the rest', () => {
  const whole = {
    metadata: {
      name: 'jobs',
      namespace: 'project-a',
      uid: 'u',
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
    spec: { jobTargetRef: {}, pollingInterval: 30, maxReplicaCount: 5, triggers: [] } as WorkloadObject['spec'],
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  }
  const kindsOfMetadata = (Object.keys(kinds) as WorkloadKind[]).filter(isReadFromMetadata)
  expect(kindsOfMetadata).toEqual(['ScaledJob'])
  for (const kind of kindsOfMetadata) {
    expect(workloadOf(kind, { metadata: whole.metadata })).toEqual(workloadOf(kind, whole))
  }
})

test('without a known write to its dial, an object has had its replicas since it was created', () => {
  expect(changedAt('CronJob', annotation(kedaPaused))).toBe('2026-01-01T00:00:00Z')
})

const metadata = {
  name: 'web',
  namespace: 'project-a',
  uid: '1',
  resourceVersion: '1',
  creationTimestamp: '2026-11-01T00:00:00Z',
}

test.each([
  ['2', 2],
  ['0', 0],
  ['-0', 0],
  ['1001', 1001],
  // As Go reads a number, and so KEDA.
  ['+2', 2],
  ['007', 7],
  // One replica means that KEDA decides.
  ['1', Number.NaN],
  ...['2.5', 'Infinity', '1e21', '-1', '', ' 2', '0x2', '1_0', '2147483648'].map((text): [string, number] => [
    text,
    Number.NaN,
  ]),
])('a ScaledObject that is paused at "%s" has %s replicas', (paused, replicas) => {
  const object = { metadata: { ...metadata, annotations: { 'autoscaling.keda.sh/paused-replicas': paused } } }
  expect(workloadOf('ScaledObject', object).desiredReplicas).toBe(replicas)
})

const paused = 'autoscaling.keda.sh/paused'
const replicasOf = (kind: 'ScaledObject' | 'ScaledJob', annotations: Record<string, string>) =>
  workloadOf(kind, { metadata: { ...metadata, annotations } }).desiredReplicas

// strconv.ParseBool in KEDA's getBoolAnnotation, which takes every other text for true.
test.each([
  ...['true', 'TRUE', 't', '1', '', 'yes', 'no', 'fALSE'].map((text): [string, number] => [text, 0]),
  ...['false', 'False', 'FALSE', 'f', 'F', '0'].map((text): [string, number] => [text, 1]),
])('what has paused: "%s" has %s replicas, as KEDA reads it', (text, replicas) => {
  expect([replicasOf('ScaledObject', { [paused]: text }), replicasOf('ScaledJob', { [paused]: text })]).toEqual([
    replicas,
    replicas,
  ])
})

test('a ScaledObject is held at a number whatever else pauses it, and a pause of one direction is none', () => {
  const replicas = 'autoscaling.keda.sh/paused-replicas'
  expect(replicasOf('ScaledObject', { [replicas]: '3', [paused]: 'true' })).toBe(3)
  const oneWay = { 'autoscaling.keda.sh/paused-scale-in': 'true', 'autoscaling.keda.sh/paused-scale-out': 'true' }
  expect(replicasOf('ScaledObject', oneWay)).toBe(1)
})

test('the time of the last scaling is that of our wake-up once its field is given back', () => {
  const wokenAt = '2026-11-24T07:00:00.000Z'
  const changedAt = (annotations: Record<string, string>, owner?: string) => {
    const managedFields = owner && [
      { manager: owner, operation: 'Apply', time: '2026-11-25T00:00:00Z', fieldsV1: dial },
    ]
    return workloadOf('Deployment', { metadata: { ...metadata, annotations, ...(managedFields && { managedFields }) } })
      .replicasChangedAt
  }
  const dial = { 'f:spec': { 'f:replicas': {} } }
  expect(changedAt({ 'aks-scale-to-zero/woken-at': wokenAt })).toBe(wokenAt)
  expect(changedAt({ 'aks-scale-to-zero/woken-at': wokenAt }, 'helm')).toBe('2026-11-25T00:00:00Z')
  expect(changedAt({ 'aks-scale-to-zero/woken-at': 'yesterday' })).toBe(metadata.creationTimestamp)
})

test('a workload tells whether somebody else applies it, and which entries of its managers are ours', () => {
  const read = (...managedFields: { manager: string; operation: string }[]) => {
    const { isApplied, ownEntries } = workloadOf('Deployment', { metadata: { ...metadata, managedFields } })
    return { isApplied, ownEntries }
  }
  const ours = { manager: 'aks-scale-to-zero', operation: 'Update' }
  const controller = { manager: 'kube-controller-manager', operation: 'Update' }
  expect(read()).toEqual({ isApplied: false, ownEntries: [] })
  expect(read(controller, ours)).toEqual({ isApplied: false, ownEntries: [1] })
  expect(read(ours, { manager: 'helm', operation: 'Apply' }, ours)).toEqual({ isApplied: true, ownEntries: [0, 2] })
  expect(read({ ...ours, operation: 'Apply' })).toEqual({ isApplied: false, ownEntries: [0] })
})

const flux = (controller: string, name = 'apps') => ({
  [`${controller}.toolkit.fluxcd.io/name`]: name,
  [`${controller}.toolkit.fluxcd.io/namespace`]: 'flux-system',
})

test.each([
  ['that Flux has applied', flux('kustomize'), 'kustomize-controller', { kustomization: true, helmRelease: false }],
  ['with copied labels', flux('kustomize'), 'kubectl', { kustomization: false, helmRelease: false }],
  ['without labels', {}, 'kustomize-controller', { kustomization: false, helmRelease: false }],
  [
    'with half of them',
    { 'kustomize.toolkit.fluxcd.io/name': 'apps' },
    'kustomize-controller',
    { kustomization: false },
  ],
  ['with no name in them', flux('kustomize', '..'), 'kustomize-controller', { kustomization: false }],
  ['with another path in them', flux('kustomize', 'a/b'), 'kustomize-controller', { kustomization: false }],
  ['of a HelmRelease', flux('helm'), 'helm-controller', { kustomization: false, helmRelease: true }],
])('a workload %s names its object of Flux if it has one', (_what, labels, manager, expected) => {
  const managedFields = [{ manager, operation: 'Apply' }]
  const read = workloadOf('Deployment', { metadata: { ...metadata, labels, managedFields } })
  const apps = { namespace: 'flux-system', name: 'apps' }
  for (const [field, has] of Object.entries(expected)) {
    expect(read[field as 'kustomization' | 'helmRelease']).toEqual(has ? apps : undefined)
  }
})

const tracking = (id: string) => ({ 'argocd.argoproj.io/tracking-id': id })
const instance = { 'app.kubernetes.io/instance': 'shop' }

test.each<[string, object, string | undefined]>([
  ['by its tracking id', { annotations: tracking('shop:apps/Deployment:project-a/x') }, 'shop'],
  ['in another namespace', { annotations: tracking('team_shop:apps/Deployment:project-a/x') }, 'team_shop'],
  ['not by a copied tracking id', { annotations: tracking('shop:apps/Deployment:project-a/other') }, undefined],
  ['not by a name that is none', { annotations: tracking('<b>:apps/Deployment:project-a/x') }, undefined],
  ['by the label that Argo CD has applied', { labels: instance, manager: 'argocd-controller' }, 'shop'],
  ['not by the label that Helm has applied', { labels: instance, manager: 'helm' }, undefined],
])(
  'a workload names its Application of Argo CD %s',
  (_what, { manager = 'kubectl', ...made }: { manager?: string }, name) => {
    const managedFields = [{ manager, operation: 'Update' }]
    const object = { metadata: { ...metadata, name: 'x', namespace: 'project-a', ...made, managedFields } }
    expect(workloadOf('Deployment', object).argoApplication).toBe(name)
  },
)

test('what Argo CD applies by the client is given back as well, since Argo CD may trust our field manager', () => {
  const managedFields = [{ manager: 'argocd-controller', operation: 'Update' }]
  expect(workloadOf('Deployment', { metadata: { ...metadata, managedFields } }).isApplied).toBe(true)
})

test('a StatefulSet with volumes of its own says what becomes of them, and one without has none to lose', () => {
  const persistentVolumeClaimRetentionPolicy = { whenScaled: 'Delete' }
  const retention = (spec: WorkloadObject['spec']) => workloadOf('StatefulSet', { metadata, spec }).claimRetention
  expect(retention({ volumeClaimTemplates: [{}], persistentVolumeClaimRetentionPolicy })).toEqual({
    whenScaled: 'Delete',
  })
  expect(retention({ volumeClaimTemplates: [{}] })).toEqual({})
  expect(retention({ persistentVolumeClaimRetentionPolicy })).toBeUndefined()
})

test('a ScaledObject scales a Deployment unless it says something else', () => {
  const target = (scaleTargetRef: { apiVersion?: string; kind?: string; name: string }) =>
    workloadOf('ScaledObject', { metadata, spec: { scaleTargetRef } }).scaleTarget
  expect(target({ name: 'web' })).toEqual({ kind: 'Deployment', name: 'web' })
  expect(target({ kind: 'StatefulSet', name: 'db' })).toEqual({ kind: 'StatefulSet', name: 'db' })
  expect(target({ apiVersion: 'apps/v1', kind: '', name: 'web' })).toEqual({ kind: 'Deployment', name: 'web' })
  const rollout = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web' }
  expect(target(rollout)).toEqual({ kind: 'Rollout.argoproj.io', name: 'web' })
})
