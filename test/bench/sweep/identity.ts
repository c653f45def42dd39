import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Admin } from './admin.ts'
import { passIfGone } from './fixture.ts'

/** The identity that every contender has, in the form for a process in a Pod and in the form for kubectl. */
export interface Identity {
  host: string
  port: string
  serviceAccountDir: string
  kubeconfig: string
  /** The folder of kubectl's discovery cache. */
  cacheDir: string
}

const name = 'bench-sweep'
const rbac = '/apis/rbac.authorization.k8s.io/v1'
const apiGroup = 'rbac.authorization.k8s.io'

/**
 * Creates a ServiceAccount with the rights of the function app, which has the timers, and with those that `kubectl
 * scale` needs. The administrator would not do: the group system:masters is exempt from API Priority and Fairness.
 * @returns the identity, and a function that removes it
 */
export async function createIdentity(admin: Admin, namespace: string) {
  await removeRoles(admin)
  const account = `/api/v1/namespaces/${namespace}/serviceaccounts`
  await admin.call({ method: 'POST', path: account, body: { metadata: { name } } })
  const rules = [{ apiGroups: ['apps'], resources: ['deployments/scale'], verbs: ['get', 'update', 'patch'] }]
  await admin.call({ method: 'POST', path: `${rbac}/clusterroles`, body: { metadata: { name }, rules } })
  for (const [binding, role] of Object.entries(bindings)) {
    const body = {
      metadata: { name: binding },
      roleRef: { apiGroup, kind: 'ClusterRole', name: role },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    }
    await admin.call({ method: 'POST', path: `${rbac}/clusterrolebindings`, body })
  }
  const { status } = await admin.call<{ status: { token: string } }>({
    method: 'POST',
    path: `${account}/${name}/token`,
    body: { spec: { expirationSeconds: 24 * 3600 } },
  })
  const dir = mkdtempSync(join(tmpdir(), 'bench-sweep-'))
  return {
    identity: writeIdentity(dir, admin, status.token),
    async remove() {
      rmSync(dir, { recursive: true })
      await removeRoles(admin)
    },
  }
}

/** The role of each binding. */
const bindings = { [name]: name, [`${name}-functions`]: 'aks-scale-to-zero-functions' }

async function removeRoles(admin: Admin): Promise<void> {
  await admin.call({ method: 'DELETE', path: `${rbac}/clusterroles/${name}` }).catch(passIfGone)
  for (const binding of Object.keys(bindings)) {
    await admin.call({ method: 'DELETE', path: `${rbac}/clusterrolebindings/${binding}` }).catch(passIfGone)
  }
}

function writeIdentity(dir: string, { server, ca }: Admin, token: string): Identity {
  const files = { ca: join(dir, 'ca.crt'), token: join(dir, 'token'), kubeconfig: join(dir, 'kubeconfig') }
  writeFileSync(files.ca, ca as string | Buffer)
  writeFileSync(files.token, token, { mode: 0o600 })
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority': files.ca } }],
    users: [{ name, user: { tokenFile: files.token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  }
  writeFileSync(files.kubeconfig, JSON.stringify(kubeconfig), { mode: 0o600 })
  const { hostname, port } = new URL(server)
  return {
    host: hostname,
    port,
    serviceAccountDir: dir,
    kubeconfig: files.kubeconfig,
    cacheDir: join(dir, 'cache'),
  }
}
