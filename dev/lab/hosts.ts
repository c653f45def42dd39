import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Starting } from './cluster.ts'
import type { LabState } from './labState.ts'
import { type LabPaths, labSource, logOf, projectRoot } from './paths.ts'
import { endProcesses, labEnv, labProcesses, named, requireLiving } from './processes.ts'
import { run, startDetached } from './run.ts'
import { missingAnswer, waitFor } from './waitFor.ts'

/** The processes of the two hosts, by the names that `labProcesses` gives them. */
export const hostProcesses = ['scale-api', 'scale-api-log', 'azure', 'functions']

/** Builds the bundles that the hosts run. */
export async function buildHosts({ paths, signal }: Pick<Starting, 'paths' | 'signal'>): Promise<void> {
  await run(process.execPath, [join(projectRoot, 'dev', 'build.ts')], { env: labEnv(paths.dir), signal })
}

/** The URL at which each host tells whether it reaches the cluster and has everything that it needs for that. */
export function readyUrls({ ports }: LabState): Record<'scale-api' | 'functions', string> {
  const url = (port: number) => `http://127.0.0.1:${port}/ready`
  return { 'scale-api': url(ports.scaleApi), functions: url(ports.functions) }
}

/**
 * The environment that makes a process the in-cluster host, as the kubelet would: the API server's address and the
 * ServiceAccount's files. RBAC and admission are then those of the real API server.
 */
export function inClusterEnv({ ports }: LabState, paths: LabPaths): Record<string, string> {
  return {
    PORT: String(ports.scaleApi),
    KUBERNETES_SERVICE_HOST: '127.0.0.1',
    KUBERNETES_SERVICE_PORT: String(ports.apiServer),
    KUBERNETES_SERVICE_ACCOUNT_DIR: paths.serviceAccount,
  }
}

/** Starts each of the two hosts that is not running, and waits until both are ready. Repeating it is harmless. */
export async function startHosts(starting: Starting): Promise<void> {
  const { state, paths, signal } = starting
  const living = labProcesses(paths.dir).map(({ component }) => component)
  const isWhole = living.includes('scale-api') && living.includes('scale-api-log')
  if (!isWhole) {
    // The host and its log process are of no use without each other.
    await endProcesses(paths.dir, ['scale-api', 'scale-api-log'])
    await startScaleApi(starting)
  }
  if (!living.includes('azure') || !living.includes('functions')) {
    // A new fake Azure has a new CA and accepts no token that the previous one issued.
    await endProcesses(paths.dir, ['azure', 'functions'])
    await startFunctions(starting, await startAzure(starting))
  }
  for (const [host, url] of Object.entries(readyUrls(state))) {
    await waitFor({ what: `${host} is ready`, limitMs: 60_000, signal }, () => {
      for (const started of ['scale-api-log', 'azure', 'functions']) requireLiving(paths.dir, started)
      return missingAnswer(url)
    })
  }
}

async function startScaleApi({ state, paths, projects }: Starting): Promise<void> {
  const auth: Record<string, string> =
    state.apiAuth === 'none' ? { API_AUTH: 'none' } : { API_KEY: (await readFile(paths.apiKey, 'utf8')).trim() }
  const env = labEnv(paths.dir, {
    ...named('scale-api-log'),
    ...inClusterEnv(state, paths),
    ...auth,
    PROJECTS: projects,
  })
  const host = [process.execPath, join(projectRoot, 'dist', 'scale-api', 'main.js')]
  const wrapper = [join(labSource, 'criLog.ts'), logOf(paths, 'scale-api'), 'scale-api', ...host]
  await startDetached(process.execPath, wrapper, { env, log: logOf(paths, 'scale-api-log') })
}

/** Starts the fake Azure. @returns the settings that send a function app to it */
async function startAzure({ state, paths, signal }: Pick<Starting, 'state' | 'paths' | 'signal'>) {
  await rm(paths.azure, { recursive: true, force: true })
  await mkdir(paths.azure, { mode: 0o700 })
  const files = ['--kubeconfig', paths.kubeconfig, '--tokens', paths.identityTokens, '--folder', paths.azure]
  const azure = [join(projectRoot, 'dev', 'azure', 'main.ts'), '--port', String(state.ports.azure), ...files]
  await startDetached(process.execPath, azure, {
    env: labEnv(paths.dir, named('azure')),
    log: logOf(paths, 'azure'),
  })
  await waitFor({ what: 'the fake Azure listens', limitMs: 60_000, signal }, async () => {
    requireLiving(paths.dir, 'azure')
    return existsSync(paths.azureEnv) ? undefined : `there is no ${paths.azureEnv}`
  })
  return JSON.parse(await readFile(paths.azureEnv, 'utf8')) as Record<string, string>
}

async function startFunctions({ state, paths, projects }: Starting, azure: Record<string, string>): Promise<void> {
  const key = (await readFile(paths.functionsKey, 'utf8')).trim()
  const env = labEnv(paths.dir, {
    ...named('functions'),
    ...azure,
    FUNCTIONS_KEY: key,
    // As in production, unless the environment of `up` sets another schedule.
    SCHEDULE_TICK: process.env.SCHEDULE_TICK || '0 */5 * * * *',
    PROJECTS: projects,
  })
  const host = [join(projectRoot, 'dev', 'functionsHost', 'main.ts'), '--port', String(state.ports.functions)]
  await startDetached(process.execPath, host, { env, log: logOf(paths, 'functions') })
}

/** Creates the file that `kubectl logs` reads, so that it exists before the host's first line. */
export async function prepareLog(paths: LabPaths): Promise<void> {
  await writeFile(logOf(paths, 'scale-api'), '', { flag: 'a' })
}
