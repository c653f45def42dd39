import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { applyLocalSettings, HostError, listen } from './functionsHost/index.ts'
import { type Child, startChild } from './start/child.ts'
import { type Access, curlCommands } from './start/curlCommands.ts'
import { demoProjects, projectTable } from './start/demoProjects.ts'
import { waitUntilHealthy } from './start/waitUntilHealthy.ts'

const help = `npm start: builds the project and runs it on this machine

  npm start                    the Azure Functions host, with a small cluster of its own
  npm run start:scale-api      the in-cluster host, likewise
  KUBECONFIG=FILE npm start    with the cluster of that kubeconfig instead

  --host functions|scale-api   which host
  --port PORT                  where it listens; by default $PORT, else 7071 (functions) or 8080 (scale-api); 0: any
  --help                       this text

With its own cluster, two projects fall asleep and wake by their schedules within minutes; PROJECTS says otherwise.
FUNCTIONS_KEY and API_KEY are the keys; without them each start makes its own. Ctrl-C stops everything.
`

const root = fileURLToPath(new URL('..', import.meta.url))
const say = (line = '') => process.stdout.write(`${line}\n`)
const newKey = () => randomBytes(24).toString('base64url')

interface Options {
  host: 'functions' | 'scale-api'
  /** As it was given. */
  port: string
}

/** Takes the means to stop what has just begun; throws when everything is to stop already. */
type Began = (stop: () => Promise<void>) => void

async function start(options: Options, began: Began): Promise<Child> {
  const port = await freePort(options.port)
  const env = { ...process.env }
  applyLocalSettings(env, root)
  // A path that a file names is for Core Tools; the one in the environment is somebody's wish for this run.
  const wanted = process.env.KUBECONFIG
  const ownConfig = wanted ? (await import('./start/ownCluster.ts')).readKubeconfig(wanted) : undefined

  say('Building ...')
  const build = startChild([`${root}dev/build.ts`], process.env)
  began(() => build.stop())
  if ((await build.ended) !== 0) throw new HostError('The build failed; its own message is above.')

  let config = ownConfig
  if (config) {
    say(`Using the cluster ${config.getCurrentCluster()?.server} (KUBECONFIG=${wanted}).`)
  } else {
    say('Starting the embedded cluster with project-a/sample-app-a and project-b/sample-app-b ...')
    const cluster = await (await import('./start/embeddedCluster.ts')).startEmbeddedCluster()
    began(() => cluster.stop())
    config = cluster.config
    env.KUBECONFIG = cluster.kubeconfigFile
    env.PROJECTS ||= demoProjects(new Date())
    // Set in a dev container that is a Pod itself, it would lead the host to that cluster.
    delete env.KUBERNETES_SERVICE_HOST
  }

  const access: Access = { url: `http://127.0.0.1:${port}` }
  if (options.host === 'functions') {
    env.FUNCTIONS_KEY ||= newKey()
    access.functionKey = env.FUNCTIONS_KEY
    // A person who watches should not have to wait for the five minutes of production.
    env.SCHEDULE_TICK ||= '*/10 * * * * *'
  } else if (env.API_AUTH !== 'none') env.API_KEY ||= newKey()
  access.apiKey = env.API_KEY || undefined
  env.PORT = String(port)

  say(`Starting the ${options.host === 'functions' ? 'Azure Functions' : 'in-cluster'} host ...`)
  const command: [string, ...string[]] =
    options.host === 'functions'
      ? [`${root}dev/functionsHost/main.ts`, '--port', String(port)]
      : [`${root}dist/scale-api/main.js`]
  if (!existsSync(command[0])) throw new HostError(`${command[0]} does not exist: the build made no such host.`)
  const host = startChild(command, env)
  began(() => host.stop())
  await waitUntilHealthy(access.url, host)
  await warnUnlessReady(access.url)

  const { watchChanges } = await import('./start/watchChanges.ts')
  const watch = await watchChanges(config, (line) => say(`${new Date().toTimeString().slice(0, 8)}  ${line}`))
  began(() => watch.stop())
  const [toZero, status, restore] = curlCommands(access)
  say(`
Ready. Paste these into another terminal: to zero, what is it now, and back.

  ${toZero}

  ${status}

  ${restore}

${options.host === 'functions' ? await describeProjects(access) : ''}Each change of a pod or node shows below. Ctrl-C stops everything.
`)
  return host
}

/** Asked before the build, for a person should not wait for a refusal. */
async function freePort(wanted: string): Promise<number> {
  const port = Number(wanted)
  if (!/^\d+$/.test(wanted) || port > 65_535) throw new HostError(`--port ${wanted} is no port.`)
  const probe = createServer()
  await listen(probe, port)
  const { port: free } = probe.address() as AddressInfo
  await new Promise((closed) => probe.close(closed))
  return free
}

async function warnUnlessReady(url: string): Promise<void> {
  const { ok } = await fetch(`${url}/ready`)
  if (!ok) say(`The host runs, but its cluster does not answer: see ${url}/ready and the log above.`)
}

async function describeProjects({ url, functionKey = '', apiKey }: Access): Promise<string> {
  const headers = { 'x-functions-key': functionKey, ...(apiKey && { authorization: `Bearer ${apiKey}` }) }
  const response = await fetch(`${url}/api/v1/projects`, { headers })
  if (!response.ok) return ''
  const { projects } = (await response.json()) as { projects: Parameters<typeof projectTable>[0] }
  return projects.length === 0 ? '' : `The schedules will act on their own:\n\n${projectTable(projects)}\n\n`
}

async function run(options: Options): Promise<number> {
  const stops: (() => Promise<void>)[] = []
  const stopAll = async () => {
    for (const stop of stops.splice(0).reverse()) await stop()
  }
  const interruption = new AbortController()
  const interrupted = once(interruption.signal, 'abort').then(() => 'interrupted' as const)
  // npm passes the terminal's own signal on once more, so a second one means nothing.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interruption.abort())

  const starting = start(options, (stop) => {
    stops.push(stop)
    interruption.signal.throwIfAborted()
  })
  try {
    const host = await Promise.race([starting, interrupted])
    if (host === 'interrupted') return 0
    if ((await Promise.race([host.ended, interrupted])) === 'interrupted') return 0
    throw new HostError('The host has ended; its own message is above.')
  } catch (error) {
    fail(error)
    return 1
  } finally {
    interruption.abort()
    await stopAll()
    // A start-up that was interrupted may have begun one thing more before it noticed.
    await starting.catch(() => undefined)
    await stopAll()
  }
}

function fail(error: unknown): void {
  process.stderr.write(error instanceof HostError ? `✗ ${error.message}\n` : `${(error as Error).stack}\n`)
}

function readOptions(): Options | undefined {
  const { help: wantsHelp, host, port } = parse()
  if (wantsHelp) return undefined
  if (host !== 'functions' && host !== 'scale-api') {
    throw new HostError(`--host ${host} is neither functions nor scale-api.`)
  }
  return { host, port: port ?? (process.env.PORT || (host === 'functions' ? '7071' : '8080')) }
}

function parse() {
  const options = {
    help: { type: 'boolean' },
    host: { type: 'string', default: 'functions' },
    port: { type: 'string' },
  } as const
  try {
    return parseArgs({ options }).values
  } catch (cause) {
    throw new HostError((cause as Error).message, { cause })
  }
}

try {
  const options = readOptions()
  if (options) process.exitCode = await run(options)
  else process.stdout.write(help)
} catch (error) {
  fail(error)
  process.exitCode = 1
}
// What a library keeps open must not keep this process.
process.exit()
