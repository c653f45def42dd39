import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseTokenFile, type UserTokens } from '../azure/index.ts'
import { type Built, buildComponents, findComponents } from './build.ts'
import { type Tool, tools } from './components.ts'
import { inClusterEnv } from './hosts.ts'
import { invalidName, readState } from './labState.ts'
import { withLock } from './lock.ts'
import { cacheFolder, labPaths } from './paths.ts'
import { endProcesses } from './processes.ts'
import { startLab, type UpRequest } from './up.ts'

export type { Tool } from './components.ts'

/** Everything that a person or a test needs to work with a lab. */
export type Lab = {
  name: string
  kubeconfig: string
  /** The kubectl binary, of the cluster's own version, alone in its folder. */
  kubectl: string
  /** The hosts' addresses. With `--only control-plane` nothing listens there: a test may start hosts of its own. */
  functionsUrl: string
  scaleApiUrl: string
  functionsKey: string
  /** Undefined when the lab runs with `--api-auth none`. */
  apiKey: string | undefined
  hosts: boolean
  /** Makes a process the in-cluster host. When it listens on this PORT, `kubectl port-forward` reaches it. */
  inClusterEnv: Record<string, string>
  /** The credentials of the function app's managed identity, for a test with a fake Azure of its own. */
  identity: UserTokens
}

type ToolOptions = { report: (line: string) => void; signal?: AbortSignal | undefined }

export type UpOptions = Omit<UpRequest, 'name'> & { name?: string }

/**
 * Starts a lab and builds the components that are missing. On a lab that runs, it applies the manifests again. When the
 * start fails or is aborted, no process is left.
 * @throws an Error whose message says what the lab waited for and the last state seen.
 */
export async function upLab({ name = 'default', ...rest }: UpOptions): Promise<Lab> {
  checkName(name)
  checkPlatform()
  await startLab({ name, ...rest })
  const lab = await readLab(name)
  if (!lab) throw new Error(`lab ${name} was taken down while it started`)
  return lab
}

/** Ends every process of a lab and removes its files. Harmless when there is no such lab. */
export async function downLab({
  name = 'default',
  report,
}: {
  name?: string
  report: (line: string) => void
}): Promise<void> {
  checkName(name)
  checkPlatform()
  const paths = labPaths(cacheFolder(process.env), name)
  await withLock(paths.lock, { report, what: `starts or stops lab ${name}` }, async () => {
    const ended = await endProcesses(paths.dir)
    await rm(paths.dir, { recursive: true, force: true })
    report(ended === 0 ? `lab ${name} is not running` : `lab ${name} is down: ${ended} processes ended`)
  })
}

/** The lab of this name, or undefined when there is none. `npm run lab -- status` shows whether its processes run. */
export async function readLab(name = 'default'): Promise<Lab | undefined> {
  const cache = cacheFolder(process.env)
  const state = await readState(cache, name)
  if (!state) return undefined
  const paths = labPaths(cache, name)
  const key = async (file: string) => (await readFile(file, 'utf8')).trim()
  return {
    name,
    kubeconfig: paths.kubeconfig,
    kubectl: join(paths.bin, 'kubectl'),
    functionsUrl: `http://127.0.0.1:${state.ports.functions}`,
    scaleApiUrl: `http://127.0.0.1:${state.ports.scaleApi}`,
    functionsKey: await key(paths.functionsKey),
    apiKey: state.apiAuth === 'key' ? await key(paths.apiKey) : undefined,
    hosts: state.hosts,
    inClusterEnv: inClusterEnv(state, paths),
    identity: parseTokenFile(await readFile(paths.identityTokens, 'utf8')),
  }
}

/** Builds what the cache does not have yet of a tool. @returns the paths of its binaries and files */
export async function buildTool(tool: Tool, { report, signal }: ToolOptions): Promise<Built> {
  checkPlatform()
  return buildComponents(tools[tool], { cache: cacheFolder(process.env), report, signal, env: process.env })
}

/** The paths of a tool's binaries and files, or undefined when it is not built. */
export const findTool = (tool: Tool): Promise<Built | undefined> =>
  findComponents(tools[tool], cacheFolder(process.env))

function checkName(name: string): void {
  const problem = invalidName(name)
  if (problem) throw new Error(problem)
}

function checkPlatform(): void {
  // The lab finds its processes in /proc.
  if (process.platform !== 'linux') {
    throw new Error('The lab runs on Linux (WSL 2 and containers included). `npm start` works everywhere.')
  }
}
