import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { KubeConfig } from '@kubernetes/client-node'
import { applyLocalSettings, HostError, listen } from './functionsHost/index.ts'
import { announcement } from './start/announcement.ts'
import { checkSettings } from './start/checkSettings.ts'
import { type Child, startChild } from './start/child.ts'
import type { Access } from './start/curlCommands.ts'
import { demoProjects, projectTable } from './start/demoProjects.ts'
import { scheduleTick } from './start/scheduleTick.ts'
import { waitUntilHealthy } from './start/waitUntilHealthy.ts'
import { aksSettings, wantedCluster } from './start/wantedCluster.ts'

const help = `npm start: builds the project and runs it on this machine

  npm start                    the Azure Functions host, with a small cluster of its own, which it reaches as in Azure:
                               by managed identity, at a fake Azure
  npm run start:scale-api      the in-cluster host, with such a cluster, which it reaches by a kubeconfig
  KUBECONFIG=FILE npm start    with the cluster of that kubeconfig instead

Where AKS_SUBSCRIPTION_ID, AKS_RESOURCE_GROUP and AKS_CLUSTER_NAME are set, it works on that cluster in Azure itself, and
signs in as AZURE_CREDENTIAL says: azure-cli is who has logged in by az login.

  --host functions|scale-api   which host
  --port PORT                  where it listens; by default $PORT, else 7071 (functions) or 8080 (scale-api); 0: any
  --help                       this text

With its own cluster, two projects fall asleep and wake by their schedules within minutes; PROJECTS says otherwise.
local.settings.json counts for what the environment lacks, except for KUBECONFIG and for the SCHEDULE_TICK there.
FUNCTIONS_KEY and API_KEY are the keys; without them each start makes its own. Ctrl-C stops everything.
`

const root = fileURLToPath(new URL('..', import.meta.url))
const say = (line = '') => process.stdout.write(`${line}\n`)
const newKey = () => randomBytes(24).toString('base64url')

interface Options {
  host: 'functions' | 'scale-api'
  /** As it was given, and where. */
  port: string
  portFrom: '--port ' | 'PORT='
}

/** Takes the means to stop what has just begun; throws when everything is to stop already. */
type Began = (stop: () => Promise<void>) => void

async function start(options: Options, began: Began): Promise<Child> {
  const port = await freePort(options)
  const env = { ...process.env }
  applyLocalSettings(env, root)
  const wanted = wantedCluster(process.env, env)
  const given =
    wanted.kind === 'kubeconfig' ? (await import('./start/readKubeconfig.ts')).readKubeconfig(wanted.paths) : undefined
  // What local.settings.json names would come first in the host. Not deleted, for then the host would read it there.
  if (wanted.kind === 'kubeconfig') for (const name of aksSettings) env[name] = ''
  env.PORT = String(port)
  checkSettings(env)

  say('Building ...')
  const build = startChild([`${root}dev/build.ts`], process.env)
  began(() => build.stop())
  if ((await build.ended) !== 0) throw new HostError('The build failed; its own message is above.')

  if (wanted.kind === 'kubeconfig') {
    say(`Using the cluster ${given?.getCurrentCluster()?.server} (KUBECONFIG=${wanted.paths}).`)
  } else if (wanted.kind === 'aks') {
    const credential = env.AZURE_CREDENTIAL || 'managed-identity'
    say(
      `Using the AKS cluster ${env.AKS_CLUSTER_NAME} in Azure itself, signing in by ${credential} (AZURE_CREDENTIAL).`,
    )
  }
  const config = wanted.kind === 'embedded' ? await startEmbedded(options, env, began) : given

  const access: Access = { url: `http://127.0.0.1:${port}` }
  if (options.host === 'functions') {
    env.FUNCTIONS_KEY ||= newKey()
    access.functionKey = env.FUNCTIONS_KEY
    env.SCHEDULE_TICK = scheduleTick(wanted.kind, process.env, env)
  } else if (env.API_AUTH !== 'none') env.API_KEY ||= newKey()
  access.apiKey = env.API_KEY || undefined

  say(`Starting the ${options.host === 'functions' ? 'Azure Functions' : 'in-cluster'} host ...`)
  const command: [string, ...string[]] =
    options.host === 'functions'
      ? [`${root}dev/functionsHost/main.ts`, '--port', String(port)]
      : [`${root}dist/scale-api/main.js`]
  const host = startChild(command, env)
  began(() => host.stop())
  await waitUntilHealthy(access.url, host)
  const { ok: isReady } = await fetch(`${access.url}/ready`)

  if (config) {
    const { watchChanges } = await import('./start/watchChanges.ts')
    const watch = await watchChanges(config, (line) => say(`${new Date().toTimeString().slice(0, 8)}  ${line}`))
    began(() => watch.stop())
  }
  const live = config
    ? 'Each change of a pod or node shows below.'
    : 'Its pods and nodes are not shown here: that would need a kubeconfig.'
  const schedules = options.host === 'functions' ? await describeProjects(access) : ''
  say(announcement({ access, isReady, schedules, live }))
  return host
}

/** Starts the cluster and leads the host to it by `env`. @returns an administrator's kubeconfig */
async function startEmbedded({ host }: Options, env: NodeJS.ProcessEnv, began: Began): Promise<KubeConfig> {
  say('Starting the embedded cluster with project-a/sample-app-a and project-b/sample-app-b ...')
  const { startAzureOf, startEmbeddedCluster, writeKubeconfig } = await import('./start/embeddedCluster.ts')
  const cluster = await startEmbeddedCluster()
  began(() => cluster.stop())
  if (host === 'functions') {
    const azure = await startAzureOf(cluster)
    began(() => azure.stop())
    Object.assign(env, azure.env(), { KUBECONFIG: '' })
    say(
      `Signing in by managed identity to a fake Azure (${azure.url}), where it is the AKS cluster ${env.AKS_CLUSTER_NAME}.`,
    )
  } else {
    const kubeconfig = writeKubeconfig(cluster)
    began(async () => kubeconfig.remove())
    env.KUBECONFIG = kubeconfig.file
  }
  env.PROJECTS ||= demoProjects(new Date())
  // Set in a dev container that is a Pod itself, it would lead the host to that cluster.
  delete env.KUBERNETES_SERVICE_HOST
  return cluster.config
}

/** Asked before the build, for a person should not wait for a refusal. */
async function freePort({ host, port: wanted, portFrom }: Options): Promise<number> {
  const port = Number(wanted)
  if (!/^\d+$/.test(wanted) || port > 65_535) throw new HostError(`${portFrom}${wanted} is no port.`)
  const probe = createServer()
  const command = host === 'functions' ? 'npm start' : 'npm run start:scale-api'
  await listen(probe, port, `${command} -- --port ${port < 65_535 ? port + 1 : 0}`)
  const { port: free } = probe.address() as AddressInfo
  await new Promise((closed) => probe.close(closed))
  return free
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
  if (port !== undefined) return { host, port, portFrom: '--port ' }
  return { host, port: process.env.PORT || (host === 'functions' ? '7071' : '8080'), portFrom: 'PORT=' }
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
