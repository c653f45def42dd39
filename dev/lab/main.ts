import { parseArgs } from 'node:util'
import { addOns, artifactOf, toolNames, tools } from './components.ts'
import { buildTool, downLab, readLab, upLab } from './index.ts'
import { componentsOf } from './lab.ts'
import { invalidName, readState } from './labState.ts'
import { cacheFolder, labPaths } from './paths.ts'
import { projectsOf } from './projects.ts'
import { shellEnv } from './shellEnv.ts'
import { statusTable } from './status.ts'

const help = `npm run lab -- COMMAND [OPTIONS]

Runs the whole system on a real Kubernetes control plane: etcd, API server, controllers and scheduler; Karpenter, which
creates and removes the (simulated) nodes of the projects; this project's manifests and samples; and both hosts. The
function app signs in with a managed identity at a fake Azure.

  up        builds missing components (the first time 5 to 15 minutes, with Go) and starts each process that is down
  down      ends all processes and removes the lab's files
  status    shows each process; exit code 0 when all run, and otherwise 1
  env       prints shell lines that point a shell at the lab:   eval "$(npm run -s lab -- env)"
  tools     builds tools that no lab needs, and prints where they are:   npm run lab -- tools helm flux

  --name NAME            another lab than the one named 'default'
  --only control-plane   up: without the two hosts
  --with keda|flux       up: with KEDA's operator or Flux' kustomize-controller (built when missing, 3 to 15 minutes)
  --api-auth key|none    up: the in-cluster host requires an API key (default) or nothing
  --help                 this text

The lab starts with project-a and project-b as projects that sleep at 22:00 and wake at 07:00 on weekdays, Asia/Tokyo.
PROJECTS in the environment replaces them; PROJECTS='' means none. PROJECTS and SCHEDULE_TICK, the schedule of the
timers, are read when up starts a host, so they change nothing on a lab that already runs.

Components are in the folder aks-scale-to-zero of $XDG_CACHE_HOME or ~/.cache; labs are beside them in labs/NAME.
`

const options = {
  name: { type: 'string', default: 'default' },
  only: { type: 'string' },
  with: { type: 'string', multiple: true },
  'api-auth': { type: 'string' },
  help: { type: 'boolean' },
} as const

type Options = ReturnType<typeof parse>['values']
/** Runs a command. @returns the exit code */
type Command = (options: Options, args: string[]) => Promise<number>

class UsageError extends Error {}

const say = (line: string) => console.log(line)
const paths = (name: string) => labPaths(cacheFolder(process.env), name)
const flagOf = (name: string) => (name === 'default' ? '' : ` --name ${name}`)

const commands: Record<string, Command> = {
  up: async ({ name, only, with: wanted = [], 'api-auth': apiAuth }) => {
    if (only !== undefined && only !== 'control-plane') throw new UsageError(`--only ${only}: valid is control-plane`)
    if (apiAuth !== undefined && apiAuth !== 'key' && apiAuth !== 'none')
      throw new UsageError(`--api-auth ${apiAuth}: valid are key and none`)
    checkWords('--with', wanted, addOns)
    const lab = await upLab({
      name,
      only,
      addOns: wanted,
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
  tools: async (_options, wanted) => {
    checkWords('tools', wanted, toolNames)
    if (wanted.length === 0) throw new UsageError(`tools needs a name: valid ${validWords(toolNames)}`)
    const signal = abortOnSignal()
    for (const tool of wanted) {
      const { path } = await buildTool(tool, { report: say, signal })
      for (const component of tools[tool]) say(path(artifactOf(component)))
    }
    return 0
  },
}

/** @throws UsageError for a word that is not one of the valid ones */
function checkWords<Word extends string>(
  option: string,
  words: readonly string[],
  valid: readonly Word[],
): asserts words is Word[] {
  const wrong = words.find((word) => !(valid as readonly string[]).includes(word))
  if (wrong !== undefined) throw new UsageError(`${option} ${wrong}: valid ${validWords(valid)}`)
}

const validWords = (valid: readonly string[]) => `${valid.length > 1 ? 'are' : 'is'} ${valid.join(' and ')}`

function parse() {
  return parseArgs({ options, allowPositionals: true })
}

/** Ctrl-C, a terminal that closes, or SIGTERM: each ends the processes that `up` has started so far. */
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
  if (!command || (more.length > 0 && name !== 'tools')) {
    throw new UsageError(`'${positionals.join(' ')}' is not a command: valid are ${Object.keys(commands).join(', ')}`)
  }
  if (name !== 'up' && (values.only || values.with || values['api-auth'])) {
    throw new UsageError(`${name} has no such option: valid are --name and --help`)
  }
  const problem = invalidName(values.name)
  if (problem) throw new UsageError(problem)
  return command(values, more)
}

// A reader that has gone, such as `head`, has seen enough; the lab must still start completely.
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
