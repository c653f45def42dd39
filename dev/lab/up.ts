import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readConfig } from '../../shared/config.ts'
import { formatTokenFile, newTokens, theIdentity } from '../azure/index.ts'
import { buildComponents } from './build.ts'
import { applyNodes, missingApiServer, type Starting, startControlPlane, startNodes } from './cluster.ts'
import { type AddOn, type Component, components, tools } from './components.ts'
import { keepLogsOnly, postMortem } from './failure.ts'
import { fluxReadyUrl, startFlux } from './flux.ts'
import { buildHosts, prepareLog, readyUrls, startHosts } from './hosts.ts'
import { kedaReadyUrl, startKeda } from './keda.ts'
import { componentsOf } from './lab.ts'
import { type ApiAuth, allStates, type LabState, readState, writeState } from './labState.ts'
import { withLock } from './lock.ts'
import { cacheFolder, type LabPaths, labPaths } from './paths.ts'
import { choosePorts } from './ports.ts'
import { endProcesses, ownEnv } from './processes.ts'
import { missingAnswer } from './waitFor.ts'
import { applyWorkloads, startWorkloads } from './workloads.ts'

export type UpRequest = {
  name: string
  /** Without it the lab has the two hosts as well. */
  only?: 'control-plane' | undefined
  /** The tools that run in the lab as well. Those that it has already stay. */
  addOns?: readonly AddOn[] | undefined
  /** How the in-cluster host authenticates callers: by default as before, and by key in a new lab. */
  apiAuth?: ApiAuth | undefined
  /** The PROJECTS setting of the hosts that are started; none by default. */
  projects?: string | undefined
  report: (line: string) => void
  /** Aborting ends everything that was started and rejects with the reason. */
  signal?: AbortSignal | undefined
}

/**
 * Builds the components that are missing and starts each process of the lab that is not running. On a lab that runs, it
 * applies the manifests again. When the start fails or is aborted, no process of the lab is left.
 */
export async function startLab(request: UpRequest): Promise<void> {
  const { name, report, signal, projects = '' } = request
  // Checked first: otherwise a bad setting shows after minutes, as a host that answers 503.
  readConfig({ PROJECTS: projects, LOG_LEVEL: process.env.LOG_LEVEL })
  const cache = cacheFolder(process.env)
  const paths = labPaths(cache, name)
  await withLock(paths.lock, { report, signal, what: `starts or stops lab ${name}` }, async () => {
    const before = await readState(cache, name)
    const apiAuth = request.apiAuth ?? before?.apiAuth ?? 'key'
    if (before && before.apiAuth !== apiAuth) {
      throw new Error(`lab ${name} runs with --api-auth ${before.apiAuth}: take it down first to change that`)
    }
    const hosts = before?.hosts || request.only === undefined
    const addOns = [...new Set([...(before?.addOns ?? []), ...(request.addOns ?? [])])]
    const isSame = before?.hosts === hosts && before.addOns.length === addOns.length
    if (before && isSame && (await isUp(before, paths, report))) {
      await applyNodes({ paths, signal })
      await applyWorkloads({ state: before, paths, signal })
      report(`lab ${name} is already up: every process runs and is healthy, and its manifests are applied`)
      return
    }
    const started = performance.now()
    const wanted = [...components, ...addOns.flatMap((addOn): readonly Component[] => tools[addOn])]
    const built = await buildComponents(wanted, { cache, report, signal, env: ownEnv(paths.dir) })
    if (hosts) await timed('hosts built', report, () => buildHosts({ paths, signal }))
    try {
      const state = await reserve({ name, hosts, addOns, apiAuth, ports: before?.ports }, request)
      await prepare(paths)
      await startAll({ state, paths, built, report, signal, projects })
    } catch (error) {
      report(signal?.aborted ? 'stopped: ending what was started' : 'failed: ending what was started')
      const found = await postMortem(cache, name)
      await endProcesses(paths.dir)
      await keepLogsOnly(paths)
      // When a person stopped it, no component has failed.
      if (signal?.aborted || found === '') throw error
      throw new Error(`${(error as Error).message}\n${found}`, { cause: error })
    }
    report(`lab ${name} is up after ${seconds(started)}`)
  })
}

async function startAll(starting: Starting): Promise<void> {
  const { state, report } = starting
  await timed('control plane ready', report, () => startControlPlane(starting))
  await timed('Karpenter, node pools and system nodes ready', report, () => startNodes(starting))
  if (state.addOns.includes('keda')) await timed('KEDA ready', report, () => startKeda(starting))
  if (state.addOns.includes('flux')) await timed('Flux ready', report, () => startFlux(starting))
  await timed('workloads available', report, () => startWorkloads(starting))
  if (state.hosts) await timed('hosts ready', report, () => startHosts(starting))
}

async function isUp(state: LabState, paths: LabPaths, report: (line: string) => void): Promise<boolean> {
  const dead = componentsOf(state, paths).filter(({ pid }) => pid === undefined)
  for (const { component, log } of dead) report(`${component} is not running, starting it again (its log: ${log})`)
  if (dead.length > 0) return false
  const urls = [
    `http://127.0.0.1:${state.ports.karpenterHealth}/readyz`,
    ...(state.addOns.includes('keda') ? [kedaReadyUrl(state.ports)] : []),
    ...(state.addOns.includes('flux') ? [fluxReadyUrl(state.ports)] : []),
    ...(state.hosts ? Object.values(readyUrls(state)) : []),
  ]
  const answers = await Promise.all([missingApiServer({ paths }), ...urls.map(missingAnswer)])
  const problems = answers.filter((one) => one !== undefined)
  for (const problem of problems) report(problem)
  return problems.length === 0
}

type Reservation = Omit<LabState, 'ports'> & { ports: Partial<LabState['ports']> | undefined }

// Labs choose their ports one after the other: two at the same time would find the same ports free. A lab keeps those
// that it has, and one that an older version started gets the new ones.
async function reserve(wanted: Reservation, { report, signal }: UpRequest): Promise<LabState> {
  const cache = cacheFolder(process.env)
  return withLock(join(cache, 'ports.lock'), { report, signal, what: 'chooses ports' }, async () => {
    const taken = (await allStates(cache)).flatMap(({ ports }) => Object.values(ports))
    const state = { ...wanted, ports: { ...(await choosePorts(taken)), ...wanted.ports } }
    await writeState(cache, state)
    return state
  })
}

// Enough for the tests that tell one token from the next.
const identityTokenCount = 16

async function prepare(paths: LabPaths): Promise<void> {
  await mkdir(paths.logs, { recursive: true })
  await prepareLog(paths)
  for (const file of [paths.apiKey, paths.functionsKey]) {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    if (!existsSync(file)) await writeFile(file, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 })
  }
  if (!existsSync(paths.identityTokens)) {
    const tokens = formatTokenFile({ user: theIdentity.objectId, tokens: newTokens(identityTokenCount) })
    await writeFile(paths.identityTokens, tokens, { mode: 0o600 })
  }
}

async function timed(what: string, report: (line: string) => void, work: () => Promise<void>): Promise<void> {
  const started = performance.now()
  await work()
  report(`  ${what} (${seconds(started)})`)
}

const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`
