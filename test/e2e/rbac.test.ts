import { afterAll, describe, expect, test } from '@jest/globals'
import { KubeConfig, RbacAuthorizationV1Api } from '@kubernetes/client-node'
import { Agent, request } from 'undici'
import { type Connection, inClusterConnection } from '../../shared/kubernetes/index.ts'
import { historyKeys, historyName, leases, objectRefOf } from '../../shared/scaling/index.ts'
import { clusterAt } from '../unit/kubernetes/clusterAt.ts'
import { waitFor } from '../waitFor.ts'
import { readTarget } from './target.ts'
import { describeWithIdentity } from './withIdentity.ts'

const target = readTarget()
const {
  KUBERNETES_SERVICE_HOST: host = '',
  KUBERNETES_SERVICE_PORT: port = '',
  KUBERNETES_SERVICE_ACCOUNT_DIR: dir = '',
} = target.inClusterEnv

const deployments = '/apis/apps/v1/namespaces/project-a/deployments'
const merge = { contentType: 'application/merge-patch+json', value: { metadata: { annotations: { rbac: null } } } }

describe('the ServiceAccount of the scale API', () =>
  describeRights(inClusterConnection({ host, port, serviceAccountDir: dir }, () => performance.now())))

describeWithIdentity('the managed identity of the function app', ({ cluster, tokens: [token] }) => {
  const { server, ca } = cluster
  const access = async () => ({ server, tls: { ca }, authorization: `Bearer ${token}` })
  describeRights({ access })
})

/** Tests what an identity may do, through our own transport as far as possible, and what it may not do. */
function describeRights(connection: Pick<Connection, 'access'>): void {
  const { cluster, transport, close } = clusterAt('', { connection })
  afterAll(close)

  test('gets, lists and patches Deployments everywhere, lists namespaces and what holds nodes, and writes Events', async () => {
    const ref = { kind: 'Deployment' as const, namespace: 'project-a', name: 'sample-app-a' }
    const workload = await cluster.getWorkload(ref)
    expect((await cluster.listWorkloads({ kind: 'Deployment' })).length).toBeGreaterThanOrEqual(2)
    await transport.call({ verb: 'patch', path: `${deployments}/sample-app-a`, body: merge })
    expect((await cluster.listNamespaces()).map(({ name }) => name)).toContain('project-a')
    expect((await cluster.listNodes()).length).toBeGreaterThanOrEqual(1)
    expect((await cluster.listPods({ namespace: 'scale-system' })).length).toBeGreaterThanOrEqual(1)
    const [{ name = '' } = {}] = await cluster.listNodes()
    expect(await cluster.listPods({ nodeName: name })).toEqual(expect.any(Array))
    expect((await cluster.listPodDisruptionBudgets()).map(({ namespace }) => namespace)).toContain('scale-system')
    expect(await cluster.listKarpenterNodePools()).toEqual(expect.any(Array))
    // A call that is not allowed fails; a status that does not exist is undefined.
    await cluster.getAutoscalerStatus()
    await cluster.createEvent({
      about: objectRefOf(workload),
      type: 'Normal',
      reason: 'Restored',
      message: 'from a test',
      at: new Date(),
    })
  })

  test('remembers on namespaces, and renews the heartbeats', async () => {
    await transport.call({ verb: 'patch', path: '/api/v1/namespaces/project-a', body: merge })
    const renewed = {
      holder: 'e2e',
      renewedAt: new Date(0).toISOString(),
      durationSeconds: 300,
      watched: new Date(0).toISOString(),
    }
    await cluster.renewLease(leases.nightlyScaleDown, renewed)
    expect(await cluster.getLease(leases.nightlyScaleDown)).toMatchObject({
      holder: 'e2e',
      durationSeconds: 300,
      watched: renewed.watched,
    })
  })

  test('lists the histories of all projects, and no other ConfigMap', async () => {
    const query = { name: historyName, key: historyKeys.nights }
    expect(await cluster.listConfigMaps(query)).toEqual(expect.any(Array))
    const others = { name: 'kube-root-ca.crt', key: 'ca.crt' }
    await expect(cluster.listConfigMaps(others)).rejects.toMatchObject({ code: 'cluster-refused' })
    const all = transport.call({ verb: 'list', path: '/api/v1/configmaps' })
    await expect(all).rejects.toMatchObject({ failure: { status: 403 } })
  })

  test.each([
    ['read Secrets', 'get', '/api/v1/namespaces/scale-system/secrets/scale-api-keys'],
    ['list Secrets', 'list', '/api/v1/secrets'],
    ['read the log of a Pod', 'get', '/api/v1/namespaces/project-a/pods/any/log'],
    ['patch Pods', 'patch', '/api/v1/namespaces/project-a/pods/any'],
    ['list ConfigMaps', 'list', '/api/v1/namespaces/kube-system/configmaps'],
    ['read another ConfigMap', 'get', '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication'],
    ['patch nodes', 'patch', '/api/v1/nodes/any'],
    ['patch Services', 'patch', '/api/v1/namespaces/project-a/services/any'],
    ['create Deployments', 'create', deployments],
    ['create Pods', 'create', '/api/v1/namespaces/project-a/pods'],
    ['patch Roles', 'patch', '/apis/rbac.authorization.k8s.io/v1/clusterroles/scale-api-role'],
  ] as const)('may not %s', async (_what, verb, path) => {
    const body = verb === 'patch' ? merge : { contentType: 'application/json', value: {} }
    const call = transport.call({ verb, path, ...((verb === 'patch' || verb === 'create') && { body }) })
    await expect(call).rejects.toMatchObject({ failure: { status: 403 } })
  })

  test.each(['PUT', 'DELETE'] as const)('may not %s a Deployment', async (method) => {
    // Our transport has no such verb, so this call goes without it.
    const { server, tls, authorization = '' } = await connection.access()
    const dispatcher = new Agent({ connect: { ca: tls.ca } })
    const headers = { authorization, 'content-type': 'application/json' }
    const url = `${server}${deployments}/sample-app-a`
    const { statusCode, body } = await request(url, { method, headers, body: '{}', dispatcher })
    await body.dump()
    await dispatcher.close()
    expect(statusCode).toBe(403)
  })
}

describe('without its role the API answers 403 and says which right is missing', () => {
  test('in the in-cluster host', () =>
    loseRights({
      binding: 'scale-api-binding',
      url: target.scaleApiUrl,
      headers: { authorization: `Bearer ${target.apiKey}` },
      advice: 'scale-api/manifests/rbac.yaml',
    }))

  describeWithIdentity('in the function app', () => {
    test('with its managed identity', () =>
      loseRights({
        binding: 'aks-scale-to-zero-functions',
        url: target.functionsUrl,
        headers: { 'x-functions-key': target.functionsKey },
        advice: 'infra/manifests/function-rbac.yaml',
      }))
  })
})

interface Asker {
  /** The ClusterRoleBinding that gives this host its rights. */
  binding: string
  url: string
  headers: Record<string, string>
  /** The file that the message tells a person to apply. */
  advice: string
}

async function loseRights({ binding: name, url, headers, advice }: Asker): Promise<void> {
  const config = new KubeConfig()
  config.loadFromFile(target.kubeconfig)
  const rbac = config.makeApiClient(RbacAuthorizationV1Api)
  const binding = await rbac.readClusterRoleBinding({ name })
  const status = async () => {
    const response = await fetch(`${url}/api/v1/deployments/project-a/sample-app-a/status`, { headers })
    return { code: response.status, body: (await response.json()) as { error?: string; message: string } }
  }
  await rbac.deleteClusterRoleBinding({ name })
  try {
    const { body } = await waitFor({ what: 'the right is gone', look: status, until: ({ code }) => code === 403 })
    expect(body.error).toBe('cluster-refused')
    expect(body.message).toContain('cannot get resource "deployments" in API group "apps" in the namespace "project-a"')
    expect(body.message).toContain(advice)
  } finally {
    const { roleRef, subjects } = binding
    await rbac.createClusterRoleBinding({
      body: { metadata: { name, labels: binding.metadata?.labels }, roleRef, subjects },
    })
  }
  await waitFor({ what: 'the right is back', look: status, until: ({ code }) => code === 200 })
}
