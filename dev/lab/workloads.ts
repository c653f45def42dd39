import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseTokenFile } from '../azure/index.ts'
import type { Starting } from './cluster.ts'
import { kubectlOf } from './kubectl.ts'
import { projectRoot } from './paths.ts'
import { waitFor } from './waitFor.ts'

const ours = ['scale-system', 'project-a', 'project-b']
const samples = ['app-a', 'app-b'].map((sample) => join(projectRoot, 'samples', sample))

type Cluster = ReturnType<typeof kubectlOf>
type DeploymentList = {
  items: {
    metadata: { namespace: string; name: string; generation: number }
    spec: { replicas: number }
    status: { observedGeneration?: number; replicas?: number; availableReplicas?: number }
  }[]
}

type Applying = Pick<Starting, 'state' | 'paths' | 'signal'>

/** Applies this project's manifests and the samples, and waits for them. */
export async function startWorkloads(applying: Applying): Promise<void> {
  await applyWorkloads(applying)
  await waitFor({ what: 'scale-api and the samples are available', limitMs: 180_000, signal: applying.signal }, () =>
    unavailable(kubectlOf(applying)),
  )
}

/**
 * Applies this project's manifests, a new token of its ServiceAccount and the samples that are not there. Repeating it
 * applies what has changed and wakes no workload that sleeps.
 */
export async function applyWorkloads({ state, paths, signal }: Applying): Promise<void> {
  const cluster = kubectlOf({ paths, signal })
  const manifests = join(projectRoot, 'scale-api', 'manifests')
  // A folder is applied in the order of its file names, so an object may come before its namespace. Then the second
  // time works.
  await cluster.apply(manifests).catch(() => cluster.apply(manifests))
  if (state.apiAuth === 'key') await applyKey(cluster, (await readFile(paths.apiKey, 'utf8')).trim())
  await writeServiceAccount({ paths, signal })
  await applyFunctionRights({ paths, signal })
  for (const sample of samples) {
    // Applied once only: applying again would set the replicas of a workload that sleeps.
    const isThere = await cluster.kubectl(['get', '-f', sample]).then(
      () => true,
      () => false,
    )
    if (!isThere) await cluster.apply(sample).catch(() => cluster.apply(sample))
  }
}

/** Writes the token, CA and namespace files of a scale-api Pod. The API server issues the token, for one day. */
async function writeServiceAccount({ paths, signal }: Pick<Starting, 'paths' | 'signal'>): Promise<void> {
  const { kubectl } = kubectlOf({ paths, signal })
  const token = await kubectl(['create', 'token', 'scale-api-sa', '-n', 'scale-system', '--duration', '24h'])
  const files = {
    token: token.trim(),
    'ca.crt': await readFile(join(paths.kwokCluster, 'pki', 'ca.crt'), 'utf8'),
    namespace: 'scale-system',
  }
  await mkdir(paths.serviceAccount, { recursive: true, mode: 0o700 })
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(paths.serviceAccount, name), content, { mode: 0o600 })
    await chmod(join(paths.serviceAccount, name), 0o600)
  }
}

/** Applies the rights of the function app's managed identity, with its object id filled in. */
async function applyFunctionRights({ paths, signal }: Pick<Starting, 'paths' | 'signal'>): Promise<void> {
  const manifest = await readFile(join(projectRoot, 'infra', 'manifests', 'function-rbac.yaml'), 'utf8')
  const { user } = parseTokenFile(await readFile(paths.identityTokens, 'utf8'))
  const { kubectl } = kubectlOf({ paths, signal })
  await kubectl(['apply', '-f', '-'], manifest.replaceAll('00000000-0000-0000-0000-000000000000', user))
}

async function applyKey({ applyObject }: Cluster, key: string): Promise<void> {
  const metadata = { name: 'scale-api-keys', namespace: 'scale-system' }
  await applyObject({ apiVersion: 'v1', kind: 'Secret', metadata, stringData: { API_KEY: key } })
}

async function unavailable({ kubectl }: Cluster): Promise<string | undefined> {
  const answer = await kubectl(['get', 'deployments', '-A', '-o', 'json']).catch((error: Error) => error)
  // The API server may be busy for a moment: the next round asks again.
  if (answer instanceof Error) return answer.message
  const { items } = JSON.parse(answer) as DeploymentList
  // Deployments that a person has added do not count: the lab need not know whether they can run.
  const waiting = items.filter(
    ({ metadata, spec, status }) =>
      ours.includes(metadata.namespace) &&
      (metadata.generation !== status.observedGeneration ||
        spec.replicas !== (status.replicas ?? 0) ||
        spec.replicas !== (status.availableReplicas ?? 0)),
  )
  if (waiting.length === 0) return undefined
  return waiting
    .map(({ metadata, spec, status }) => {
      const name = `${metadata.namespace}/${metadata.name}`
      return `${name} has ${status.availableReplicas ?? 0} of ${spec.replicas} replicas available`
    })
    .join(', ')
}
