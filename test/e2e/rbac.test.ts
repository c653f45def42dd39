import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { KubeConfig, RbacAuthorizationV1Api } from '@kubernetes/client-node'
import { Agent, request } from 'undici'
import { inClusterConnection } from '../../shared/kubernetes/index.ts'
import { objectRefOf } from '../../shared/scaling/index.ts'
import { clusterAt } from '../unit/kubernetes/clusterAt.ts'
import { waitFor } from '../waitFor.ts'
import { readTarget } from './target.ts'

const target = readTarget()
const {
  KUBERNETES_SERVICE_HOST: host = '',
  KUBERNETES_SERVICE_PORT: port = '',
  KUBERNETES_SERVICE_ACCOUNT_DIR: dir = '',
} = target.inClusterEnv

// Our own transport with the Pod's own identity: what the role allows is what this can do.
const asServiceAccount = clusterAt('', {
  connection: inClusterConnection({ host, port, serviceAccountDir: dir }),
})
afterAll(() => asServiceAccount.close())

const deployments = '/apis/apps/v1/namespaces/project-a/deployments'
const merge = { contentType: 'application/merge-patch+json', value: { metadata: { annotations: { rbac: null } } } }

describe('the ServiceAccount of the scale API', () => {
  test('gets, lists and patches Deployments everywhere, lists nodes and Pods, and writes Events', async () => {
    const ref = { kind: 'Deployment' as const, namespace: 'project-a', name: 'sample-app-a' }
    const workload = await asServiceAccount.cluster.getWorkload(ref)
    expect((await asServiceAccount.cluster.listWorkloads({ kind: 'Deployment' })).length).toBeGreaterThanOrEqual(2)
    await asServiceAccount.transport.call({ verb: 'patch', path: `${deployments}/sample-app-a`, body: merge })
    expect((await asServiceAccount.cluster.listNodes()).length).toBeGreaterThanOrEqual(1)
    expect((await asServiceAccount.cluster.listPods({ namespace: 'scale-system' })).length).toBeGreaterThanOrEqual(1)
    await asServiceAccount.cluster.createEvent({
      about: objectRefOf(workload),
      type: 'Normal',
      reason: 'Restored',
      message: 'from a test',
      at: new Date(),
    })
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
    const call = asServiceAccount.transport.call({
      verb,
      path,
      ...((verb === 'patch' || verb === 'create') && { body }),
    })
    await expect(call).rejects.toMatchObject({ failure: { status: 403 } })
  })

  test.each(['PUT', 'DELETE'])('may not %s a Deployment', async (method) => {
    // Without our transport, which cannot even say it.
    const token = readFileSync(join(dir, 'token'), 'utf8').trim()
    const { statusCode, body } = await request(`https://${host}:${port}${deployments}/sample-app-a`, {
      method: method as 'PUT' | 'DELETE',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{}',
      dispatcher: new Agent({ connect: { ca: readFileSync(join(dir, 'ca.crt')) } }),
    })
    await body.dump()
    expect(statusCode).toBe(403)
  })
})

test('where the role ends the API answers 403 and says which right is missing', async () => {
  const config = new KubeConfig()
  config.loadFromFile(target.kubeconfig)
  const rbac = config.makeApiClient(RbacAuthorizationV1Api)
  const name = 'scale-api-binding'
  const binding = await rbac.readClusterRoleBinding({ name })
  const status = async () => {
    const response = await fetch(`${target.scaleApiUrl}/api/v1/deployments/project-a/sample-app-a/status`, {
      headers: { authorization: `Bearer ${target.apiKey}` },
    })
    return { code: response.status, body: (await response.json()) as { error?: string; message: string } }
  }
  await rbac.deleteClusterRoleBinding({ name })
  try {
    const { body } = await waitFor({ what: 'the right is gone', look: status, until: ({ code }) => code === 403 })
    expect(body.error).toBe('cluster-refused')
    expect(body.message).toContain('cannot get resource "deployments" in API group "apps" in the namespace "project-a"')
  } finally {
    const { roleRef, subjects } = binding
    await rbac.createClusterRoleBinding({
      body: { metadata: { name, labels: binding.metadata?.labels }, roleRef, subjects },
    })
  }
  await waitFor({ what: 'the right is back', look: status, until: ({ code }) => code === 200 })
})
