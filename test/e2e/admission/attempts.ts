import type { Attempt } from './callAs.ts'
import { pathOf, type Resource, resources, specs } from './workloads.ts'

/** Something that a stolen token must not be able to do. */
export interface Refused {
  what: string
  attempt: Attempt
  /** A part of the sentence with which it is refused. `cannot ...` is said by RBAC, everything else by our policy. */
  says: string
}

/** The policy's sentences, each from the words that tell it apart. */
export const says = {
  field: 'changes no field but spec.replicas or spec.suspend',
  metadata: 'changes no owner, no finalizer and no other metadata',
  annotation: 'changes no annotation but those of its record',
  truce: 'makes a truce with Flux when it puts a workload to zero',
  before: 'remembers of a truce with Flux what there was before',
  woken: 'says who woke a workload only when it wakes it',
  label: 'changes no label but those of its record',
  zero: 'puts nothing to zero without a record',
  wake: 'wakes to what it recorded, and scales to 1000 replicas at most',
  limit: 'puts nothing to zero that had more than 1000 replicas',
  system: 'changes nothing in a namespace that the cluster needs',
  namespace: 'changes nothing of a namespace but its own annotations',
  memory: 'changes no annotation of a namespace but its memory and what people ask it for',
  systemNamespace: 'changes no namespace that the cluster needs',
  count: 'does not change a recorded count',
  labelCount: 'records the same count in the label',
  forgotten: 'removes the record of a workload only when it wakes it',
  managers: "takes nobody else's fields out of the list of field managers",
  event: 'writes Events of its own, in its own name',
  lease: "changes of a Lease's metadata only when it was renewed",
  history: 'keeps the history of projects, and writes no other ConfigMap',
  historyMetadata: 'gives the history no owner, no finalizer, no label and no annotation',
  historyTexts: 'keeps in the history its entries, who sleeps and the nights of the nodes',
  renewal: 'writes of a Lease who renewed it, when, and for how long',
}

/** A JSON merge patch. */
export const merge = (path: string, body: object): Attempt => ({
  method: 'PATCH',
  path,
  contentType: 'application/merge-patch+json',
  body,
})

const apply = (path: string, body: object): Attempt => ({
  method: 'PATCH',
  path: `${path}?fieldManager=thief&force=true`,
  contentType: 'application/apply-patch+yaml',
  body,
})

const post = (path: string, body: object): Attempt => ({ method: 'POST', path, body })
const remove = (path: string): Attempt => ({ method: 'DELETE', path })

const annotations = (values: Record<string, string | null>) => ({ metadata: { annotations: values } })
/** Namespaces of the system by their prefix, which no cluster has: the tests may create and delete them. */
export const systemNamespaces = ['aks-istio-e2e', 'azure-e2e', 'kube-e2e']

const record = { 'aks-scale-to-zero/original-replicas': '3' }
const asleep = { 'aks-scale-to-zero/asleep': 'true', 'aks-scale-to-zero/original-replicas': '3' }
const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: '00000000-0000-0000-0000-000000000001' }

/** Where each kind keeps the Pods that it runs. */
const podPaths: Partial<Record<Resource, string[]>> = {
  deployments: ['template', 'spec'],
  statefulsets: ['template', 'spec'],
  cronjobs: ['jobTemplate', 'spec', 'template', 'spec'],
  scaledjobs: ['jobTargetRef', 'template', 'spec'],
}

/** Attempts on one object of each kind, in this namespace, whose objects have 3 replicas or run. */
export const onWorkloads = (namespace: string): Refused[] =>
  (Object.keys(resources) as Resource[]).flatMap((resource) => [
    ...onPods(resource, namespace),
    ...onEveryKind(resource, namespace),
    ...onDial(resource, namespace),
  ])

function onPods(resource: Resource, namespace: string): Refused[] {
  const at = podPaths[resource]
  if (at === undefined) return []
  const path = `${pathOf(resource, namespace)}/web`
  const { kind, apiVersion } = resources[resource]
  const spec = (pod: object) => at.reduceRight<object>((inner, field) => ({ [field]: inner }), pod)
  const container = (more: object) =>
    spec({ containers: [{ name: 'app', image: 'registry.k8s.io/pause:3.10', ...more }] })
  const stolen = container({ image: 'evil' })
  const field = (what: string, attempt: Attempt): Refused => ({ what: `${kind}: ${what}`, attempt, says: says.field })
  const jsonPatch = [{ op: 'replace', path: `/spec/${at.join('/')}/containers/0/image`, value: 'evil' }]
  const isBuiltIn = !apiVersion.startsWith('keda.sh')
  return [
    field('another image, by merge patch', merge(path, { spec: stolen })),
    field('another image, by JSON Patch', { ...merge(path, jsonPatch), contentType: 'application/json-patch+json' }),
    field(
      'another image, by server-side apply',
      apply(path, { apiVersion, kind, metadata: { name: 'web' }, spec: stolen }),
    ),
    ...(isBuiltIn
      ? [
          field('another image, by strategic merge patch', {
            ...merge(path, { spec: stolen }),
            contentType: 'application/strategic-merge-patch+json',
          }),
        ]
      : []),
    field('another command', merge(path, { spec: container({ command: ['sh'] }) })),
    field('another environment', merge(path, { spec: container({ env: [{ name: 'A', value: 'b' }] }) })),
    field('a volume of the node', merge(path, { spec: spec({ volumes: [{ name: 'v', hostPath: { path: '/' } }] }) })),
    field('another ServiceAccount', merge(path, { spec: spec({ serviceAccountName: 'admin' }) })),
    field("the node's network", merge(path, { spec: spec({ hostNetwork: true }) })),
    field(
      'an image together with the replicas',
      merge(path, {
        metadata: { annotations: record, labels: asleep },
        spec: { ...stolen, ...(resource === 'cronjobs' ? { suspend: true } : { replicas: 0 }) },
      }),
    ),
  ]
}

function onEveryKind(resource: Resource, namespace: string): Refused[] {
  const list = pathOf(resource, namespace)
  const path = `${list}/web`
  const { kind, apiVersion } = resources[resource]
  const object = { apiVersion, kind, metadata: { name: 'web', namespace }, spec: {} }
  const refused = (what: string, sentence: string, attempt: Attempt): Refused => ({
    what: `${kind}: ${what}`,
    attempt,
    says: sentence,
  })
  return [
    refused('a foreign annotation', says.annotation, merge(path, annotations({ 'example.com/run': 'now' }))),
    refused('another value of a foreign annotation', says.annotation, merge(path, annotations({ owner: 'thief' }))),
    refused('no foreign annotation', says.annotation, merge(path, annotations({ owner: null }))),
    refused('all annotations', says.annotation, merge(path, { metadata: { annotations: null } })),
    refused(
      'the annotation by which a person keeps it awake',
      says.annotation,
      merge(path, annotations({ 'aks-scale-to-zero/exclude': 'false' })),
    ),
    refused(
      'a trace of somebody who woke it',
      says.woken,
      merge(path, annotations({ 'aks-scale-to-zero/woken-by': 'alice' })),
    ),
    refused(
      'a truce with Flux while it runs',
      says.truce,
      merge(path, annotations({ 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' })),
    ),
    refused(
      'the memory of a truce with Flux that there never was',
      says.before,
      merge(path, { metadata: { labels: { 'aks-scale-to-zero/flux-reconcile': 'enabled' } } }),
    ),
    refused('a foreign label', says.label, merge(path, { metadata: { labels: { app: 'other' } } })),
    refused('no foreign label', says.label, merge(path, { metadata: { labels: { app: null } } })),
    refused('another owner', says.metadata, merge(path, { metadata: { ownerReferences: [owner] } })),
    refused('another finalizer', says.metadata, merge(path, { metadata: { finalizers: ['example.com/b'] } })),
    refused('no finalizer', says.metadata, merge(path, { metadata: { finalizers: null } })),
    refused('PUT', `cannot update resource "${resource}"`, { method: 'PUT', path, body: object }),
    refused(
      'the subresource scale',
      `cannot patch resource "${resource}/scale"`,
      merge(`${path}/scale`, { spec: { replicas: 0 } }),
    ),
    refused(
      'the subresource status',
      `cannot patch resource "${resource}/status"`,
      merge(`${path}/status`, { status: {} }),
    ),
    refused('create', `cannot create resource "${resource}"`, { method: 'POST', path: list, body: object }),
    refused(
      'create by server-side apply',
      `cannot create resource "${resource}"`,
      apply(`${list}/new`, { ...object, metadata: { name: 'new' }, spec: specs[resource] }),
    ),
    refused('delete', `cannot delete resource "${resource}"`, { method: 'DELETE', path }),
    refused('delete all', `cannot deletecollection resource "${resource}"`, { method: 'DELETE', path: list }),
  ]
}

/** The dial of each kind, turned as this service never turns it. */
function onDial(resource: Resource, namespace: string): Refused[] {
  const path = `${pathOf(resource, namespace)}/web`
  const { kind } = resources[resource]
  const dials: Record<Resource, { what: string; sentence: string; body: object }[]> = {
    deployments: [
      { what: 'zero without a record', sentence: says.zero, body: { spec: { replicas: 0 } } },
      { what: '1001 replicas', sentence: says.wake, body: { spec: { replicas: 1001 } } },
      {
        what: 'another selector',
        sentence: 'field is immutable',
        body: { spec: { selector: { matchLabels: { app: 'b' } } } },
      },
      { what: 'a paused rollout', sentence: says.field, body: { spec: { paused: true } } },
      { what: 'no history to roll back to', sentence: says.field, body: { spec: { revisionHistoryLimit: 0 } } },
    ],
    statefulsets: [
      { what: 'zero without a record', sentence: says.zero, body: { spec: { replicas: 0 } } },
      { what: '1001 replicas', sentence: says.wake, body: { spec: { replicas: 1001 } } },
      {
        what: 'volumes that go with the Pods',
        sentence: says.field,
        body: { spec: { persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete' } } },
      },
    ],
    cronjobs: [
      { what: 'suspended without a record', sentence: says.zero, body: { spec: { suspend: true } } },
      { what: 'another time', sentence: says.field, body: { spec: { schedule: '* * * * *' } } },
    ],
    scaledobjects: [
      { what: 'another target', sentence: says.field, body: { spec: { scaleTargetRef: { name: 'b' } } } },
      {
        what: 'paused without a record',
        sentence: says.zero,
        body: annotations({ 'autoscaling.keda.sh/paused-replicas': '0' }),
      },
      {
        what: 'paused at a number of its own',
        sentence: says.wake,
        body: annotations({ 'autoscaling.keda.sh/paused-replicas': '500' }),
      },
      {
        what: 'the pause of another kind',
        sentence: says.annotation,
        body: annotations({ 'autoscaling.keda.sh/paused': 'true' }),
      },
    ],
    scaledjobs: [
      {
        what: 'paused without a record',
        sentence: says.zero,
        body: annotations({ 'autoscaling.keda.sh/paused': 'true' }),
      },
    ],
  }
  return dials[resource].map(({ what, sentence, body }) => ({
    what: `${kind}: ${what}`,
    attempt: merge(path, body),
    says: sentence,
  }))
}

/** Attempts in places that are not a project's. */
export const elsewhere = (namespace: string): Refused[] => {
  const rbac = '/apis/rbac.authorization.k8s.io/v1'
  const admission = '/apis/admissionregistration.k8s.io/v1'
  const policy = 'aks-scale-to-zero-workloads'
  const core = `/api/v1/namespaces/${namespace}`
  const get = (path: string): Attempt => ({ method: 'GET', path })
  const subjects = [{ kind: 'ServiceAccount', name: 'scale-api-sa', namespace: 'scale-system' }]
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' }
  const about = { apiVersion: 'v1', kind: 'Namespace', name: namespace, namespace }
  const event = (more: object) => ({
    metadata: { generateName: 'lie.', namespace },
    involvedObject: about,
    type: 'Normal',
    reason: 'ScaledToZero',
    message: 'a lie',
    source: { component: 'aks-scale-to-zero' },
    reportingComponent: 'aks-scale-to-zero',
    ...more,
  })
  const scaleApi = `${pathOf('deployments', 'scale-system')}/scale-api`
  const rows: [what: string, sentence: string, attempt: Attempt][] = [
    ['scale-system: our own Deployment', says.system, merge(scaleApi, annotations(record))],
    [
      'scale-system: an image in our own Deployment',
      'aks-scale-to-zero changes',
      merge(scaleApi, { spec: { template: { spec: { containers: [{ name: 'scale-api', image: 'evil' }] } } } }),
    ],
    ...systemNamespaces.map((name): [string, string, Attempt] => [
      `${name}: a Deployment`,
      says.system,
      merge(`${pathOf('deployments', name)}/web`, annotations(record)),
    ]),
    ['Secret: read', 'cannot get resource "secrets"', get('/api/v1/namespaces/scale-system/secrets/scale-api-keys')],
    ['Secret: list', 'cannot list resource "secrets"', get('/api/v1/secrets')],
    ['ConfigMap: list', 'cannot list resource "configmaps"', get('/api/v1/configmaps')],
    [
      'ConfigMap: change',
      'cannot patch resource "configmaps"',
      merge(`${core}/configmaps/kube-root-ca.crt`, { data: {} }),
    ],
    ['Pod: create', 'cannot create resource "pods"', post(`${core}/pods`, {})],
    ['Pod: exec', 'cannot create resource "pods/exec"', post(`${core}/pods/web/exec?command=sh`, {})],
    ['Pod: port-forward', 'cannot create resource "pods/portforward"', post(`${core}/pods/web/portforward`, {})],
    ['Pod: log', 'cannot get resource "pods/log"', get(`${core}/pods/web/log`)],
    [
      'Pod: ephemeral container',
      'cannot patch resource "pods/ephemeralcontainers"',
      merge(`${core}/pods/web/ephemeralcontainers`, {}),
    ],
    ['Pod: evict', 'cannot create resource "pods/eviction"', post(`${core}/pods/web/eviction`, {})],
    ['Job: create', 'cannot create resource "jobs"', post(`/apis/batch/v1/namespaces/${namespace}/jobs`, {})],
    [
      'ReplicaSet: change',
      'cannot patch resource "replicasets"',
      merge(`/apis/apps/v1/namespaces/${namespace}/replicasets/web`, {}),
    ],
    [
      'DaemonSet: change',
      'cannot patch resource "daemonsets"',
      merge(`/apis/apps/v1/namespaces/kube-system/daemonsets/web`, {}),
    ],
    ['Service: change', 'cannot patch resource "services"', merge(`${core}/services/web`, {})],
    ['Node: change', 'cannot patch resource "nodes"', merge('/api/v1/nodes/any', {})],
    ['Node: its kubelet', 'cannot get resource "nodes/proxy"', get('/api/v1/nodes/any/proxy/pods')],
    [
      'NodePool of Karpenter: change',
      'cannot patch resource "nodepools"',
      merge('/apis/karpenter.sh/v1/nodepools/projecta', {}),
    ],
    [
      'ServiceAccount: a token of our own',
      'cannot create resource "serviceaccounts/token"',
      post('/api/v1/namespaces/scale-system/serviceaccounts/scale-api-sa/token', { spec: {} }),
    ],
    [
      'ServiceAccount: a token of a controller',
      'cannot create resource "serviceaccounts/token"',
      post('/api/v1/namespaces/kube-system/serviceaccounts/deployment-controller/token', { spec: {} }),
    ],
    [
      'certificate of its own',
      'cannot create resource "certificatesigningrequests"',
      post('/apis/certificates.k8s.io/v1/certificatesigningrequests', {}),
    ],
    [
      'impersonation of a group',
      'cannot impersonate',
      { ...get('/api/v1/secrets'), headers: { 'impersonate-user': 'somebody', 'impersonate-group': 'system:masters' } },
    ],
    [
      'impersonation of a ServiceAccount',
      'cannot impersonate',
      {
        ...get('/api/v1/secrets'),
        headers: { 'impersonate-user': 'system:serviceaccount:kube-system:deployment-controller' },
      },
    ],
    [
      'ClusterRole: more rights',
      'cannot patch resource "clusterroles"',
      merge(`${rbac}/clusterroles/scale-api-role`, { rules: [] }),
    ],
    [
      'ClusterRoleBinding: another role',
      'cannot create resource "clusterrolebindings"',
      post(`${rbac}/clusterrolebindings`, { metadata: { name: 'thief' }, roleRef, subjects }),
    ],
    [
      'ClusterRoleBinding: our own gone',
      'cannot delete resource "clusterrolebindings"',
      remove(`${rbac}/clusterrolebindings/scale-api-binding`),
    ],
    [
      'ClusterRoleBinding: other subjects',
      'cannot patch resource "clusterrolebindings"',
      merge(`${rbac}/clusterrolebindings/scale-api-binding`, { subjects: [] }),
    ],
    [
      'RoleBinding: another role here',
      'cannot create resource "rolebindings"',
      post(`${rbac}/namespaces/${namespace}/rolebindings`, { metadata: { name: 'thief' }, roleRef, subjects }),
    ],
    [
      'the policy: without rules',
      'cannot patch resource "validatingadmissionpolicies"',
      merge(`${admission}/validatingadmissionpolicies/${policy}`, { spec: { validations: [] } }),
    ],
    [
      'the policy: gone',
      'cannot delete resource "validatingadmissionpolicies"',
      remove(`${admission}/validatingadmissionpolicies/${policy}`),
    ],
    [
      'the policy: without a binding',
      'cannot delete resource "validatingadmissionpolicybindings"',
      remove(`${admission}/validatingadmissionpolicybindings/${policy}`),
    ],
    [
      'a webhook of its own',
      'cannot create resource "mutatingwebhookconfigurations"',
      post(`${admission}/mutatingwebhookconfigurations`, {}),
    ],
    [
      'NetworkPolicy: gone',
      'cannot delete resource "networkpolicies"',
      remove('/apis/networking.k8s.io/v1/namespaces/scale-system/networkpolicies/scale-api'),
    ],
    ['ResourceQuota: change', 'cannot patch resource "resourcequotas"', merge(`${core}/resourcequotas/any`, {})],
    ['Event: in the name of another', says.event, post(`${core}/events`, event({ source: { component: 'kubelet' } }))],
    [
      'Event: reported by another',
      says.event,
      post(`${core}/events`, event({ reportingComponent: 'cluster-autoscaler' })),
    ],
    ['Event: a reason that is not ours', says.event, post(`${core}/events`, event({ reason: 'ScaleDown' }))],
    ['Event: change', 'cannot patch resource "events"', merge(`${core}/events/any`, {})],
    ['Event: delete all', 'cannot deletecollection resource "events"', remove(`${core}/events`)],
    [
      'Namespace: create',
      'cannot create resource "namespaces"',
      post('/api/v1/namespaces', { metadata: { name: 'thief' } }),
    ],
    ['Namespace: delete', 'cannot delete resource "namespaces"', remove(core)],
    [
      'Namespace: finalize',
      'cannot update resource "namespaces/finalize"',
      { method: 'PUT', path: `${core}/finalize`, body: {} },
    ],
  ]
  return rows.map(([what, sentence, attempt]) => ({ what, attempt, says: sentence }))
}

/** Attempts to patch namespaces. */
export const onNamespaces = (namespace: string): Refused[] => {
  const path = `/api/v1/namespaces/${namespace}`
  const ours = annotations({ 'aks-scale-to-zero/last-scale-down': 'now' })
  const rows: [what: string, sentence: string, attempt: Attempt][] = [
    ['a foreign annotation', says.memory, merge(path, annotations({ 'example.com/run': 'now' }))],
    ["the team's exclusion", says.memory, merge(path, annotations({ 'aks-scale-to-zero/exclude': 'true' }))],
    [
      'the label of Pod Security',
      says.namespace,
      merge(path, { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } } }),
    ],
    [
      'the label that makes it a project',
      says.namespace,
      merge(path, { metadata: { labels: { 'aks-scale-to-zero/managed': null } } }),
    ],
    [
      'days off, which people write',
      says.memory,
      merge(path, annotations({ 'aks-scale-to-zero/days-off': '2027-01-01' })),
    ],
    [
      'another annotation than suspend on scale-system',
      says.memory,
      merge(
        '/api/v1/namespaces/scale-system',
        annotations({ 'aks-scale-to-zero/awake-until': '2027-01-01T00:00:00Z' }),
      ),
    ],
    // With an owner that is not there, the garbage collector would delete the namespace.
    ['another owner', says.namespace, merge(path, { metadata: { ownerReferences: [owner] } })],
    ['another finalizer', says.namespace, merge(path, { metadata: { finalizers: ['example.com/b'] } })],
    ['the memory of scale-system', says.memory, merge('/api/v1/namespaces/scale-system', ours)],
    ...['kube-system', ...systemNamespaces].map((name): [string, string, Attempt] => [
      name,
      says.systemNamespace,
      merge(`/api/v1/namespaces/${name}`, ours),
    ]),
  ]
  return rows.map(([what, sentence, attempt]) => ({ what: `Namespace: ${what}`, attempt, says: sentence }))
}

/** Attempts on ConfigMaps, in a namespace where there is no history yet. */
export const onConfigMaps = (namespace: string): Refused[] => {
  const of = (place: string, name = 'aks-scale-to-zero-history') => `/api/v1/namespaces/${place}/configmaps/${name}`
  const object = (more: object) => ({ apiVersion: 'v1', kind: 'ConfigMap', ...more })
  const meta = (more: object) => object({ metadata: { name: 'aks-scale-to-zero-history', namespace, ...more } })
  const rows: [what: string, sentence: string, attempt: Attempt][] = [
    ['an owner', says.historyMetadata, apply(of(namespace), meta({ ownerReferences: [owner] }))],
    ['a finalizer', says.historyMetadata, apply(of(namespace), meta({ finalizers: ['example.com/b'] }))],
    ['a label', says.historyMetadata, apply(of(namespace), meta({ labels: { a: 'b' } }))],
    ['an annotation', says.historyMetadata, apply(of(namespace), meta({ annotations: { a: 'b' } }))],
    ['another text', says.historyTexts, apply(of(namespace), { ...meta({}), data: { script: 'rm' } })],
    ['bytes', says.historyTexts, apply(of(namespace), { ...meta({}), binaryData: { a: 'aaaa' } })],
    ['for ever', says.historyTexts, apply(of(namespace), { ...meta({}), immutable: true })],
    [
      'of the system',
      says.history,
      apply(of('kube-system'), object({ metadata: { name: 'aks-scale-to-zero-history' } })),
    ],
    [
      'another one',
      'cannot patch resource "configmaps"',
      apply(of(namespace, 'a'), object({ metadata: { name: 'a' } })),
    ],
    ['delete', 'cannot delete resource "configmaps"', remove(of(namespace))],
  ]
  return rows.map(([what, sentence, attempt]) => ({ what: `ConfigMap: ${what}`, attempt, says: sentence }))
}

/** The path of a heartbeat, which both identities may renew. */
export const heartbeat = '/apis/coordination.k8s.io/v1/namespaces/scale-system/leases/nightly-scale-down'

/** Attempts on Leases. */
export const onLeases = (): Refused[] => {
  const others = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-scheduler'
  const rows: [what: string, sentence: string, attempt: Attempt][] = [
    ['another owner', says.lease, merge(heartbeat, { metadata: { ownerReferences: [owner] } })],
    ['another finalizer', says.lease, merge(heartbeat, { metadata: { finalizers: ['example.com/b'] } })],
    ['a label', says.lease, merge(heartbeat, { metadata: { labels: { a: 'b' } } })],
    ['an annotation', says.lease, merge(heartbeat, annotations({ a: 'b' }))],
    ['how often it was taken', says.renewal, merge(heartbeat, { spec: { leaseTransitions: 7 } })],
    ['of the scheduler', 'cannot patch resource "leases"', merge(others, { spec: { holderIdentity: 'thief' } })],
    ['delete', 'cannot delete resource "leases"', remove(heartbeat)],
    ['create', 'cannot create resource "leases"', post(heartbeat.replace(/\/[^/]*$/, ''), { metadata: { name: 'a' } })],
  ]
  return rows.map(([what, sentence, attempt]) => ({ what: `Lease: ${what}`, attempt, says: sentence }))
}
