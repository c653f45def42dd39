import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { applyLocalSettings, HostError, startFunctionsHost } from './index.ts'

const help = `node dev/functionsHost/main.ts: runs the built functions as Azure would, on this machine

  --port PORT    where to listen, 7071 by default; 0 takes any free port
  --bundle FILE  the built functions, dist/app/index.js by default
  --state DIR    keeps the timers' schedule statuses, a folder below node_modules/.cache by default
  --verbose      prints the functions with their URLs, which hold the key, although FUNCTIONS_KEY is set
  --help         this text

FUNCTIONS_KEY is the key for functions that require one (?code= or x-functions-key); without it each start makes one.
Other settings come from the environment, and from local.settings.json when the environment does not have them.
`

const root = fileURLToPath(new URL('../..', import.meta.url))
const defaultBundle = join(root, 'dist', 'app', 'index.js')

function parse() {
  const options = {
    help: { type: 'boolean' },
    port: { type: 'string', default: '7071' },
    bundle: { type: 'string', default: defaultBundle },
    state: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  } as const
  try {
    return parseArgs({ options }).values
  } catch (cause) {
    throw new HostError((cause as Error).message, { cause })
  }
}

const say = (line: string) => process.stdout.write(`${line}\n`)
const complain = (line: string) => process.stderr.write(`${line}\n`)

async function run(values: ReturnType<typeof parse>): Promise<void> {
  const port = Number(values.port)
  if (!/^\d+$/.test(values.port) || port > 65_535) throw new HostError(`--port ${values.port} is not a port.`)
  // The build replaces the app's folder each time, so everything that should stay is beside it.
  const isOurs = values.bundle === defaultBundle
  if (isOurs) applyLocalSettings(process.env, root)
  const cache = isOurs ? join(root, 'node_modules', '.cache', 'aks-scale-to-zero', 'timers') : undefined
  const host = await startFunctionsHost({
    bundle: values.bundle,
    state: values.state ?? cache,
    port,
    verbose: values.verbose,
    print: say,
    printError: complain,
  })
  const stop = async () => {
    // A second signal means that somebody does not want to wait.
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(1))
    try {
      await host.stop()
    } catch (error) {
      fail(error)
    }
    process.exit()
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  // Said last: whoever reads it may signal at once.
  say(`Functions host listening on ${host.url}`)
}

function fail(error: unknown): void {
  complain(error instanceof HostError ? `✗ ${error.message}` : String((error as Error).stack ?? error))
  process.exitCode = 1
}

try {
  const values = parse()
  if (values.help) process.stdout.write(help)
  else await run(values)
} catch (error) {
  fail(error)
  // The bundle may hold timers or sockets that would keep the process alive.
  process.exit()
}
