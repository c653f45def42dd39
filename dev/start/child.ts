import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'

/** A Node.js process that this one started and will not leave behind. */
export interface Child {
  /** Resolves when it has ended, with its exit code or the signal that ended it. */
  readonly ended: Promise<number | string>
  /** Asks it to end, and makes it after the time that hosts get for what is under way. Repeating it is harmless. */
  stop(): Promise<void>
}

const graceMs = 25_000

export interface ChildOptions {
  env: NodeJS.ProcessEnv
  /** Takes each line of its standard output; its standard error appears as if this process had written it. */
  onLine(line: string): void
}

// A child that knows nothing of its parent ends with it all the same.
const endWithParent = new URL('endWithParent.ts', import.meta.url).href

/**
 * Starts `node FILE ...ARGS`. It is in a process group of its own, so that a Ctrl-C in the terminal reaches it once,
 * through `stop`, and not a second time by itself.
 */
export function startChild([file, ...args]: [string, ...string[]], { env, onLine }: ChildOptions): Child {
  const flags = ['--disable-warning=ExperimentalWarning', `--import=${endWithParent}`]
  const child = spawn(process.execPath, [...flags, file, ...args], {
    env,
    detached: true,
    // The channel tells the child when this process dies without having stopped it.
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  if (child.stdout) createInterface({ input: child.stdout }).on('line', onLine)
  const kill = () => void child.kill('SIGKILL')
  process.once('exit', kill)
  const ended = end(child).finally(() => process.off('exit', kill))
  return {
    ended,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      const late = new AbortController()
      const killed = wait(graceMs, undefined, { signal: late.signal }).then(kill, () => undefined)
      await ended
      late.abort()
      await killed
    },
  }
}

async function end(child: ChildProcess): Promise<number | string> {
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  return code ?? signal ?? 'unknown'
}
