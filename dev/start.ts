import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { Demo } from './demo/index.ts'
import { applyLocalSettings, HostError } from './functionsHost/index.ts'
import { askProjects, findSample, isReady } from './start/askHost.ts'
import { checkSettings } from './start/checkSettings.ts'
import { type Child, startChild } from './start/child.ts'
import { type Began, startCluster } from './start/cluster.ts'
import { freePort } from './start/freePort.ts'
import { help } from './start/help.ts'
import { interruption } from './start/interruption.ts'
import { type Options, readOptions, scriptOf } from './start/options.ts'
import { scheduleTick } from './start/scheduleTick.ts'
import { announcement } from './start/screen/announcement.ts'
import { clockTime, describeZone } from './start/screen/localTime.ts'
import { logLines } from './start/screen/logLines.ts'
import { otherCluster } from './start/screen/otherCluster.ts'
import { scheduleTable } from './start/screen/scheduleTable.ts'
import type { Access } from './start/screen/tour.ts'
import { waitUntilHealthy } from './start/waitUntilHealthy.ts'
import { unusedClusters, withoutOthers } from './start/wantedCluster.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
const say = (line: string) => process.stdout.write(`${line}\n`)
const newKey = () => randomBytes(24).toString('base64url')

/** Starts the cluster and the host, and says what to do with them. `began` takes the means to stop what has just begun. */
async function start(options: Options, began: Began): Promise<Child> {
  const { host, cluster: wanted } = options
  const port = await freePort(options.port, scriptOf(host))
  const env = { ...process.env }
  applyLocalSettings(env, root)
  const unused = wanted.kind === 'embedded' ? unusedClusters(process.env, env, scriptOf(host)) : []
  Object.assign(env, withoutOthers(wanted, env), { PORT: String(port) })
  if (wanted.kind !== 'embedded') env.DRY_RUN = String(!options.act)
  checkSettings(env)

  say(`Times are in ${describeZone(timeZone, new Date())}.`)
  for (const line of unused) say(line)
  const demo = options.demo ? await beginDemo(began) : undefined
  const now = demo?.now ?? (() => new Date())
  const cluster = await startCluster({ wanted, demo, host, env, say, began })
  say('Building ...')
  const build = startChild([`${root}dev/build.ts`], { env: process.env, onLine: () => {} })
  began(() => build.stop())
  if ((await build.ended) !== 0) throw new HostError('The build failed; its own message is above.')

  const access = giveKeys(options, env, port)
  if (host === 'functions' && demo === undefined) env.SCHEDULE_TICK = scheduleTick(wanted.kind, process.env, env)
  say(`Starting the ${host === 'functions' ? 'Azure Functions' : 'in-cluster'} host ...`)
  const { stdout } = process
  const show = logLines({ isTTY: stdout.isTTY, hasColors: stdout.isTTY && stdout.hasColors() })
  demo?.begin(env)
  const [file, ...args] = commandOf(options, port)
  const child = startChild([file, ...args, ...(demo?.hostArguments ?? [])], {
    env,
    onLine: (line) => sayIfAny(show(line)),
  })
  began(() => child.stop())
  await waitUntilHealthy(access.url, child)
  if (demo && cluster.config) {
    const play = demo.play({ url: access.url, key: access.functionKey, config: cluster.config })
    began(() => play.stop())
  }

  if (cluster.config) {
    const { watchChanges } = await import('./start/screen/watchChanges.ts')
    const watch = await watchChanges(cluster.config, (line) => say(`${clockTime(now(), timeZone)}  ${line}`))
    began(() => watch.stop())
  }
  say(await announce(options, access, { described: cluster.described, now: now() }))
  return child
}

async function beginDemo(began: Began): Promise<Demo> {
  const { createDemo } = await import('./demo/index.ts')
  const demo = createDemo()
  began(async () => demo.remove())
  return demo
}

interface Surroundings {
  /** The cluster, where it is not ours. */
  described: string | undefined
  now: Date
}

async function announce(options: Options, access: Access, { described, now }: Surroundings): Promise<string> {
  const projects = await askProjects(access)
  const isWatched = options.cluster.kind !== 'aks'
  return announcement({
    access,
    isReady: await isReady(access),
    cluster: described === undefined ? [] : otherCluster(options, { described, projects: projects?.length }),
    sample: await findSample(access, projects ?? []),
    dryRun: options.cluster.kind !== 'embedded' && !options.act,
    schedules: options.host === 'functions' ? scheduleTable(projects ?? [], { now, timeZone }) : '',
    live: isWatched
      ? 'Each change of a pod or node shows below.'
      : 'Its pods and nodes are not shown here: that would need a kubeconfig.',
  })
}

/** The keys that the settings name, and new ones where the host needs one. They enter `env`. */
function giveKeys({ host }: Options, env: NodeJS.ProcessEnv, port: number): Access {
  const { keys, apiAuth } = checkSettings(env)
  if (host === 'functions') env.FUNCTIONS_KEY ||= newKey()
  else if (keys.length === 0 && apiAuth !== 'none') env.API_KEY ||= newKey()
  // A key that is good for every project shows most.
  const key = keys.find((one) => !('projects' in one && one.projects)) ?? keys[0]
  return {
    url: `http://127.0.0.1:${port}`,
    functionKey: host === 'functions' ? env.FUNCTIONS_KEY : undefined,
    apiKey: key?.key ?? (env.API_KEY || undefined),
  }
}

function commandOf({ host, verbose }: Options, port: number): [string, ...string[]] {
  if (host === 'scale-api') return [`${root}dist/scale-api/main.js`]
  return [`${root}dev/functionsHost/main.ts`, '--port', String(port), ...(verbose ? ['--verbose'] : [])]
}

function sayIfAny(line: string | undefined): void {
  if (line !== undefined) say(line)
}

async function run(options: Options): Promise<number> {
  const stops: (() => Promise<void>)[] = []
  const stopAll = async () => {
    for (const stop of stops.splice(0).reverse()) await stop()
  }
  const signal = interruption()
  const interrupted = new Promise<'interrupted'>((resolve) => {
    signal.addEventListener('abort', () => resolve('interrupted'))
  })
  let isOver = false
  const starting = start(options, (stop) => {
    stops.push(stop)
    // A part that begins after the end is stopped all the same, and nothing more begins.
    if (isOver) throw new Error('stopped')
  })
  try {
    const host = await Promise.race([starting, interrupted])
    if (host !== 'interrupted' && (await Promise.race([host.ended, interrupted])) !== 'interrupted') {
      throw new HostError('The host has ended; its own message is above.')
    }
    return 0
  } catch (error) {
    fail(error)
    return 1
  } finally {
    isOver = true
    await stopAll()
    // A start-up that was interrupted may have begun one thing more before it noticed.
    await starting.catch(() => undefined)
    await stopAll()
    if (signal.aborted) say('Stopped.')
  }
}

function fail(error: unknown): void {
  process.stderr.write(error instanceof HostError ? `✗ ${error.message}\n` : `${(error as Error).stack}\n`)
}

try {
  const options = readOptions(process.argv.slice(2), process.env)
  if (options === 'help') process.stdout.write(help)
  else process.exitCode = await run(options)
} catch (error) {
  fail(error)
  process.exitCode = 1
}
// A handle that a library keeps open must not keep this process.
process.exit()
