import { parseArgs } from 'node:util'
import { downLab, readLab, upLab } from './index.ts'
import { componentsOf } from './lab.ts'
import { invalidName, readState } from './labState.ts'
import { cacheFolder, labPaths } from './paths.ts'
import { projectsOf } from './projects.ts'
import { shellEnv } from './shellEnv.ts'
import { statusTable } from './status.ts'

const help = `npm run lab -- COMMAND [OPTIONS]

The whole system on a real Kubernetes control plane: etcd, API server, controllers and scheduler; Karpenter, which
makes and removes the (simulated) nodes of the projects; this project's manifests and samples; and both hosts, of which
the function app signs in by a managed identity, to a fake Azure.

  up        builds what is missing (5 to 15 minutes the first time, needs Go) and starts it; starts again what died
  down      ends it and removes all it kept
  status    shows each process; exit code 0 when all run, 1 when not
  env       prints shell lines that put a shell on it:   eval "$(npm run -s lab -- env)"

  --name NAME            another lab beside the one named 'default'
  --only control-plane   up: without the two hosts
  --api-auth key|none    up: the in-cluster host asks for an API key (default) or for nothing
  --help                 this text

It starts with project-a and project-b as projects that sleep at 22:00 and wake at 07:00 on weekdays, Asia/Tokyo.
PROJECTS of the environment takes their place; PROJECTS='' means none. It and SCHEDULE_TICK, how often the timers look,
count when up starts a host, so not on a lab that runs already.

Components are kept in $XDG_CACHE_HOME or ~/.cache, folder aks-scale-to-zero; labs beside them in labs/NAME.
`

const options = {
  name: { type: 'string', default: 'default' },
  only: { type: 'string' },
  'api-auth': { type: 'string' },
  help: { type: 'boolean' },
} as const

type Options = ReturnType<typeof parse>['values']
/** Does it and returns the exit code. */
type Command = (options: Options) => Promise<number>

class UsageError extends Error {}

const say = (line: string) => console.log(line)
const paths = (name: string) => labPaths(cacheFolder(process.env), name)
const flagOf = (name: string) => (name === 'default' ? '' : ` --name ${name}`)

const commands: Record<string, Command> = {
  up: async ({ name, only, 'api-auth': apiAuth }) => {
    if (only !== undefined && only !== 'control-plane') throw new UsageError(`--only ${only}: valid is control-plane`)
    if (apiAuth !== undefined && apiAuth !== 'key' && apiAuth !== 'none')
      throw new UsageError(`--api-auth ${apiAuth}: valid are key and none`)
    const lab = await upLab({
      name,
      only,
      apiAuth,
      projects: projectsOf(process.env),
      report: say,
      signal: abortOnSignal(),
    })
    const flag = flagOf(lab.name)
    say(`\n  eval "$(npm run -s lab -- env${flag})"\n  kubectl get deployments,nodes -A\n  npm run lab -- down${flag}`)
    return 0
  },
  down: async ({ name }) => {
    await downLab({ name, report: say })
    return 0
  },
  status: async ({ name }) => {
    const state = await readState(cacheFolder(process.env), name)
    if (!state) {
      say(`lab ${name} is not running`)
      return 1
    }
    const components = componentsOf(state, paths(name))
    say(statusTable(components))
    return components.every(({ pid }) => pid !== undefined) ? 0 : 1
  },
  env: async ({ name }) => {
    const lab = await readLab(name)
    if (!lab) throw new Error(`lab ${name} is not running: start it with npm run lab -- up${flagOf(name)}`)
    say(shellEnv(lab))
    return 0
  },
}

function parse() {
  return parseArgs({ options, allowPositionals: true })
}

/** Ctrl-C, a terminal that closes, or a polite kill: all end what `up` has started so far. */
function abortOnSignal(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => controller.abort(new Error(`stopped by ${signal}`)))
  }
  return controller.signal
}

async function main(): Promise<number> {
  const { values, positionals } = parse()
  if (values.help) {
    process.stdout.write(help)
    return 0
  }
  const [name, ...more] = positionals
  if (name === undefined) {
    process.stderr.write(help)
    return 2
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command || more.length > 0) {
    throw new UsageError(`'${positionals.join(' ')}' is no command: valid are ${Object.keys(commands).join(', ')}`)
  }
  if (name !== 'up' && (values.only || values['api-auth'])) {
    throw new UsageError(`${name} has no such option: valid are --name and --help`)
  }
  const problem = invalidName(values.name)
  if (problem) throw new UsageError(problem)
  return command(values)
}

// A reader that has gone, such as `head`, has seen enough: no reason to leave a lab half started.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})
try {
  process.exitCode = await main()
} catch (error) {
  const { message, code } = error as NodeJS.ErrnoException
  const isUnknown = code?.startsWith('ERR_PARSE_ARGS') === true
  const valid = Object.keys(options).map((option) => `--${option}`)
  console.error(isUnknown ? `${message.split('. ')[0]}: valid are ${valid.join(', ')}` : message)
  process.exitCode = isUnknown || error instanceof UsageError ? 2 : 1
}
