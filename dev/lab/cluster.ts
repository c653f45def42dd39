import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Built } from './build.ts'
import { kubectlOf } from './kubectl.ts'
import { kwokConfig } from './kwokConfig.ts'
import type { LabState } from './labState.ts'
import { type LabPaths, labSource, logOf } from './paths.ts'
import { labEnv, labProcesses, named, requireLiving } from './processes.ts'
import { run, startDetached } from './run.ts'
import { missingAnswer, waitFor } from './waitFor.ts'

export type Starting = {
  state: LabState
  paths: LabPaths
  built: Built
  report: (line: string) => void
  /** The PROJECTS setting of the hosts. */
  projects: string
  signal?: AbortSignal | undefined
}

/** The processes of the control plane, by the names that `labProcesses` gives them. */
export const controlPlane = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok-controller']

/** Starts each process of the control plane that is not running, and waits until the API server is ready. */
export async function startControlPlane({ state, paths, built, signal }: Starting): Promise<void> {
  await forgetDead(paths)
  await mkdir(paths.bin, { recursive: true })
  await rm(join(paths.bin, 'kubectl'), { force: true })
  await symlink(built.path('kubectl'), join(paths.bin, 'kubectl'))
  const { identityTokens } = paths
  const config = kwokConfig({ built, ports: state.ports, scaleApiLog: logOf(paths, 'scale-api'), identityTokens })
  await writeFile(paths.kwokConfig, config)
  const files = ['--config', paths.kwokConfig, '--kubeconfig', paths.kubeconfig]
  const create = ['create', 'cluster', '--name', state.name, '--timeout', '120s', ...files]
  // kwokctl prefers a kubectl on the PATH to the configured one, and waits in vain when that one does not work.
  const path = `${paths.bin}:${process.env.PATH ?? ''}`
  const env = labEnv(paths.dir, { KWOK_WORKDIR: paths.kwokDir, PATH: path })
  // On an existing cluster this starts the missing processes.
  await run(built.path('kwokctl'), create, { env, signal })
  await chmod(paths.kubeconfig, 0o600)
  await waitFor({ what: 'the API server is ready', limitMs: 120_000, signal }, () => {
    requireLiving(paths.dir, 'kube-apiserver')
    return missingApiServer({ paths, signal })
  })
}

/** For `waitFor`: undefined when the API server is ready, and otherwise its answer or the error. */
export async function missingApiServer(target: Pick<Starting, 'paths' | 'signal'>): Promise<string | undefined> {
  const answer = await kubectlOf(target)
    .kubectl(['get', '--raw', '/readyz', '--request-timeout', '5s'])
    .catch((error: Error) => error.message)
  return answer === 'ok' ? undefined : answer
}

/**
 * Removes the pid files of the processes that do not run. kwokctl would believe that they run as long as the pid
 * exists, even as a zombie or by now as another process.
 */
async function forgetDead(paths: LabPaths): Promise<void> {
  const living = new Set(labProcesses(paths.dir).map(({ component }) => component))
  const dead = controlPlane.filter((component) => !living.has(component))
  await Promise.all(dead.map((component) => rm(join(paths.kwokCluster, 'pids', `${component}.pid`), { force: true })))
}

/** Creates the system nodes and the projects' node pools, and starts Karpenter, which adds the nodes of these pools. */
export async function startNodes({ state, paths, built, signal }: Starting): Promise<void> {
  const { apply, kubectl } = kubectlOf({ paths, signal })
  await apply(built.path('karpenter-crds'))
  await kubectl(['wait', '--for=condition=Established', '--timeout=60s', '-f', built.path('karpenter-crds')])
  await applyNodes({ paths, signal })
  const isRunning = labProcesses(paths.dir).some(({ component }) => component === 'karpenter')
  if (!isRunning) await startKarpenter({ state, paths, built })
  const karpenter = `http://127.0.0.1:${state.ports.karpenterHealth}/readyz`
  await waitFor({ what: 'Karpenter is ready', limitMs: 120_000, signal }, () => {
    requireLiving(paths.dir, 'karpenter')
    return missingAnswer(karpenter)
  })
  await kubectl(['wait', '--for=condition=Ready', '--timeout=120s', 'nodepools', '--all'])
  await kubectl(['wait', '--for=condition=Ready', '--timeout=120s', 'nodes', '-l', 'kubernetes.azure.com/mode=system'])
}

/** Applies the system nodes and the projects' node pools. Repeating it applies what has changed. */
export async function applyNodes(target: Pick<Starting, 'paths' | 'signal'>): Promise<void> {
  await kubectlOf(target).apply(join(labSource, 'cluster'))
}

function startKarpenter({ state, paths, built }: Pick<Starting, 'state' | 'paths' | 'built'>): Promise<void> {
  const env = labEnv(paths.dir, {
    ...named('karpenter'),
    KUBECONFIG: paths.kubeconfig,
    SYSTEM_NAMESPACE: 'kube-system',
    DISABLE_LEADER_ELECTION: 'true',
    KUBERNETES_MIN_VERSION: '1.19.0-0',
    METRICS_PORT: String(state.ports.karpenterMetrics),
    HEALTH_PROBE_PORT: String(state.ports.karpenterHealth),
    INSTANCE_TYPES_FILE_PATH: join(labSource, 'instance-types.json'),
  })
  return startDetached(built.path('karpenter'), [], { env, log: logOf(paths, 'karpenter') })
}
