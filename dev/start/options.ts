import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { HostError } from '../functionsHost/index.ts'
import type { WantedCluster } from './wantedCluster.ts'

type Environment = Record<string, string | undefined>

/** The options of `npm start`. */
export interface Options {
  host: 'functions' | 'scale-api'
  /** 0: any free one. */
  port: number
  cluster: WantedCluster
  /** The timers may change a cluster that is not ours. */
  act: boolean
  /** Plays a day of some projects in time lapse. */
  demo: boolean
  /** Prints the functions with their URLs, too. */
  verbose: boolean
}

/** The npm script that starts a host. */
export const scriptOf = (host: Options['host']): string =>
  host === 'functions' ? 'npm start' : 'npm run start:scale-api'

const flags = {
  help: { type: 'boolean' },
  host: { type: 'string', default: 'functions' },
  port: { type: 'string' },
  cluster: { type: 'string' },
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  act: { type: 'boolean', default: false },
  demo: { type: 'boolean', default: false },
  verbose: { type: 'boolean', default: false },
} as const

type Flags = ReturnType<typeof parse>['values']

/**
 * Reads the arguments. `env` has $PORT, $KUBECONFIG and what npm adds.
 * @throws HostError one sentence that says what to type
 */
export function readOptions(args: string[], env: Environment): Options | 'help' {
  const { values, positionals } = parse(args)
  if (values.help) return 'help'
  const { host, act, demo, verbose } = values
  if (host !== 'functions' && host !== 'scale-api') {
    throw new HostError(`--host ${host} is neither functions nor scale-api.`)
  }
  const script = scriptOf(host)
  refuseLost(positionals, env, script)
  for (const name of ['kubeconfig', 'context'] as const) {
    if (values[name] === '') throw new HostError(`--${name} is empty: type ${script} -- --${name} ${exampleOf[name]}`)
  }
  const cluster = readCluster(values, env, script)
  if (host === 'scale-api' && (act || verbose)) {
    const refused = act ? '--act is for timers' : '--verbose shows the functions'
    throw new HostError(`${refused}, and the in-cluster host has none: type ${script} without it.`)
  }
  if (demo && (host !== 'functions' || cluster.kind !== 'embedded')) {
    throw new HostError('--demo is played by the Functions host in the embedded cluster: type npm start -- --demo')
  }
  if (act && cluster.kind === 'embedded') {
    throw new HostError(
      `--act is for another cluster, and in the embedded one the timers act anyway: type ${script}, or ${script} -- --cluster kubeconfig --act`,
    )
  }
  if (act && env.DRY_RUN === 'true') {
    throw new HostError('--act and DRY_RUN=true contradict each other: leave out --act, or unset DRY_RUN.')
  }
  return { host, port: readPort(values.port, env, host), cluster, act, demo, verbose }
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: flags, allowPositionals: true })
  } catch (cause) {
    // Node goes on to explain positionals, which we do not take.
    const [problem] = (cause as Error).message.split('. ')
    throw new HostError(`${problem?.replace(/\.$/, '')}: npm start -- --help lists the options.`, { cause })
  }
}

const exampleOf = {
  port: '7072',
  cluster: 'kubeconfig',
  kubeconfig: 'FILE',
  context: 'NAME',
  host: 'scale-api',
  act: '',
  demo: '',
}

/** Refuses options before the `--`, which go to npm: npm keeps the flag, and hands on its value alone. */
function refuseLost(positionals: string[], env: Environment, script: string): void {
  const kept = Object.entries(exampleOf).flatMap(([name, example]) => {
    const value = env[`npm_config_${name}`]
    if (!value) return []
    return [{ name, value: value === 'true' ? example && (positionals[0] ?? example) : value, example }]
  })
  if (kept.length === 0 && positionals.length === 0) return
  const [only] = kept
  if (only === undefined)
    throw new HostError(`'${positionals.join(' ')}' is no option: ${script} -- --help lists them.`)
  // With several flags, npm does not say which value belongs to which.
  const typed = kept.map(({ name, value, example }) => `--${name} ${kept.length === 1 ? value : example}`.trim())
  throw new HostError(`npm takes what stands before "--" for itself: use ${script} -- ${typed.join(' ')}`)
}

function readCluster({ cluster, kubeconfig, context }: Flags, env: Environment, script: string): WantedCluster {
  const kind = cluster ?? (kubeconfig === undefined ? 'embedded' : 'kubeconfig')
  if (kind !== 'embedded' && kind !== 'kubeconfig' && kind !== 'aks') {
    throw new HostError(
      `--cluster ${kind} is none of embedded, kubeconfig and aks: for a context of a kubeconfig type ${script} -- --cluster kubeconfig --context ${kind}`,
    )
  }
  if (kind === 'kubeconfig') {
    if (kubeconfig !== undefined) {
      // npm runs a script in the project's folder, wherever it was called.
      return { kind, paths: resolve(env.INIT_CWD ?? '', kubeconfig), from: `--kubeconfig ${kubeconfig}`, context }
    }
    if (env.KUBECONFIG) return { kind, paths: env.KUBECONFIG, from: `KUBECONFIG=${env.KUBECONFIG}`, context }
    return { kind, paths: resolve(env.HOME ?? '', '.kube', 'config'), from: '~/.kube/config', context }
  }
  if (kubeconfig !== undefined) {
    throw new HostError(
      `--kubeconfig and --cluster ${kind} name two clusters: type ${script} -- --kubeconfig ${kubeconfig}, or ${script} -- --cluster ${kind}`,
    )
  }
  if (context !== undefined) {
    throw new HostError(
      `--context ${context} is for a kubeconfig: type ${script} -- --cluster kubeconfig --context ${context}`,
    )
  }
  return { kind }
}

function readPort(flag: string | undefined, { PORT }: Environment, host: Options['host']): number {
  const wanted = flag ?? (PORT || (host === 'functions' ? '7071' : '8080'))
  const port = Number(wanted)
  if (/^\d+$/.test(wanted) && port <= 65_535) return port
  const given = flag === undefined ? `PORT=${wanted}` : `--port ${wanted}`
  throw new HostError(`${given} is no port: type ${scriptOf(host)} -- --port 7072, or another number up to 65535.`)
}
