import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { waitFor } from './waitFor.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** One of our hosts in its own process, as a user runs it. */
export interface Host {
  url: string
  child: ChildProcess
  /** Everything that it has printed. */
  output(): string
  /** Ends it as Kubernetes and Azure do, and returns its exit code. */
  stop(): Promise<number | null>
}

type Settings = Record<string, string>

/** The key that the local Functions host of the tests accepts. */
export const functionsKey = 'function-key-of-the-tests'

/** The built function app in the local Functions host. `args` are further ones of dev/functionsHost/main.ts. */
export const startFunctions = (settings: Settings, args: string[] = []): Promise<Host> =>
  start(['--disable-warning=ExperimentalWarning', 'dev/functionsHost/main.ts', '--port', '0', ...args], {
    // The timers run when a test says so: `tick` below.
    settings: { FUNCTIONS_KEY: functionsKey, SCHEDULE_TICK: '0 0 0 1 1 *', ...settings },
    listening: /listening on (http:\S+)/,
  })

/** The built in-cluster host. */
export const startScaleApi = (settings: Settings): Promise<Host> =>
  start(['dist/scale-api/main.js'], {
    settings: { PORT: '0', ...settings },
    listening: /"port":(\d+),"msg":"listening"/,
  })

/** Runs a timer of a Functions host now. Resolves when the host has accepted it; its effect shows in the cluster. */
export async function tick(
  { url, key = functionsKey }: Pick<Host, 'url'> & { key?: string },
  timer: string,
): Promise<void> {
  const headers = { 'x-functions-key': key, 'content-type': 'application/json' }
  const response = await fetch(`${url}/admin/functions/${timer}`, { method: 'POST', headers, body: '{"input":""}' })
  if (response.status !== 202) throw new Error(`${timer} was not accepted: ${response.status}`)
}

async function start(
  args: string[],
  { settings, listening }: { settings: Settings; listening: RegExp },
): Promise<Host> {
  const { PATH = '', HOME = '' } = process.env
  // The host gets only the settings of the test: the developer's environment must not decide the outcome.
  const child = spawn(process.execPath, args, { cwd: root, env: { PATH, HOME, ...settings } })
  // Not its exit: what it has written last arrives after that.
  const exited = once(child, 'close') as Promise<[number | null]>
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text))
  const [, place = ''] = await waitFor({
    what: `${args.at(0)} listens`,
    look: async () => {
      if (child.exitCode !== null) throw new Error(`the host has ended with ${child.exitCode}: ${output}`)
      return listening.exec(output) ?? []
    },
    until: (found) => found.length > 0,
  })
  return {
    url: place.startsWith('http') ? place : `http://127.0.0.1:${place}`,
    child,
    output: () => output,
    async stop() {
      child.kill('SIGTERM')
      const [code] = await exited
      return code
    },
  }
}
