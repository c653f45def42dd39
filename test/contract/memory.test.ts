import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type EmbeddedCluster, startCluster } from '../../dev/cluster/index.ts'
import { kinds, managedLabel, type WorkloadKind } from '../../shared/scaling/index.ts'
import { type Host, startScaleApi } from '../hosts.ts'

const authorization = 'Bearer api-key-of-the-tests'
/** A host needs 40 of these for itself. The workloads are 46 MB, and each reader used to have all of them at once. */
const maxOldSpaceMb = 64

let cluster: EmbeddedCluster
let host: Host
let dir: string

beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
  dir = mkdtempSync(join(tmpdir(), 'memory-'))
  writeFileSync(join(dir, 'kubeconfig'), cluster.kubeconfig)
  host = await startScaleApi({
    API_KEY: 'api-key-of-the-tests',
    KUBECONFIG: join(dir, 'kubeconfig'),
    // A slow machine must have enough time; what is scarce is memory.
    KUBERNETES_CALL_TIMEOUT_SECONDS: '60',
    REQUEST_TIMEOUT_SECONDS: '100',
    NODE_OPTIONS: `--max-old-space-size=${maxOldSpaceMb}`,
  })
  const labels = { [managedLabel.key]: managedLabel.value }
  await create('/api/v1/namespaces', { metadata: { name: 'many', labels } })
  await create('/api/v1/namespaces', { metadata: { name: 'no-project' } })
  await createMany('Deployment', { namespace: 'many', count: 100, bytes: 60_000 })
  await createMany('CronJob', { namespace: 'no-project', count: 200, bytes: 200_000 })
}, 120_000)

afterAll(async () => {
  if (host.child.exitCode === null) await host.stop()
  await cluster.stop()
  rmSync(dir, { recursive: true })
})

async function create(path: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const { status } = await fetch(cluster.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(status).toBe(201)
}

async function createMany(
  kind: WorkloadKind,
  { namespace, count, bytes }: { namespace: string; count: number; bytes: number },
): Promise<void> {
  const { group, version, plural } = kinds[kind].resource
  // As `kubectl apply` keeps a manifest.
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{"a":1}'.repeat(bytes / 7) }
  const spec = { replicas: 0, suspend: true, selector: {} }
  const names = Array.from({ length: count }, (_, index) => `one-${index}`)
  const path = `/apis/${group}/${version}/namespaces/${namespace}/${plural}`
  await Promise.all(names.map((name) => create(path, { metadata: { name, annotations }, spec })))
}

test('eight who read all projects at once do not end a host, however much there is in the cluster', async () => {
  const read = async () => {
    const response = await fetch(`${host.url}/api/v1/projects`, { headers: { authorization } })
    return await response.json()
  }
  for (const answer of await Promise.all(Array.from({ length: 8 }, read))) {
    expect(answer).toMatchObject({ projects: [{ name: 'many', workloads: { inactive: 100 } }] })
  }
}, 120_000)
