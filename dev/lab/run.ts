import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { basename, dirname } from 'node:path'
import { untilShown } from './processes.ts'

export type RunOptions = {
  env: NodeJS.ProcessEnv
  signal?: AbortSignal | undefined
  cwd?: string
  /** Runs at a low priority, for work that takes minutes. */
  nice?: boolean
  /** Written to the command's standard input. */
  input?: string | undefined
  /** Called with each chunk of standard error while the command runs. */
  onStderr?: (chunk: string) => void
}

/** A command ended with a code other than 0, or by a signal. The message contains its output. */
export class CommandError extends Error {
  override name = 'CommandError'
}

/**
 * Runs a command to its end and returns its standard output. Aborting ends its whole process group and waits for that,
 * so that a compiler's children do not outlive it.
 * @throws CommandError, the abort reason, or the spawn error (code ENOENT when there is no such command).
 */
export async function run(command: string, args: string[], options: RunOptions): Promise<string> {
  options.signal?.throwIfAborted()
  // A group of its own: Ctrl-C in a terminal must reach only the lab, which then ends its children in order.
  const child = spawn(command, args, { env: options.env, cwd: options.cwd, detached: true })
  if (options.nice && child.pid) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL)
  const end = (signal: NodeJS.Signals) => child.pid && killGroup(child.pid, signal)
  let patience: NodeJS.Timeout | undefined
  const onAbort = () => {
    end('SIGTERM')
    patience = setTimeout(() => end('SIGKILL'), 5_000)
  }
  options.signal?.addEventListener('abort', onAbort)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr = (stderr + chunk).slice(-20_000)
    options.onStderr?.(chunk)
  })
  // When a command ends before it has read its input, its exit code tells the failure, not our EPIPE.
  child.stdin.on('error', () => {}).end(options.input)
  try {
    const [code, by] = await once(child, 'close')
    options.signal?.throwIfAborted()
    if (code === 0) return stdout
    throw new CommandError(
      `${basename(command)} ${args[0] ?? ''} ended with ${by ?? code}: ${(stderr || stdout).trim()}`,
    )
  } finally {
    clearTimeout(patience)
    options.signal?.removeEventListener('abort', onAbort)
  }
}

/**
 * Starts a process that outlives this one. Its output is appended to a file. When this resolves, `labProcesses` finds the
 * process, unless it has already ended.
 */
export async function startDetached(
  command: string,
  args: string[],
  options: { env: NodeJS.ProcessEnv; log: string },
): Promise<void> {
  mkdirSync(dirname(options.log), { recursive: true })
  const log = openSync(options.log, 'a')
  try {
    const child = spawn(command, args, { env: options.env, detached: true, stdio: ['ignore', log, log] })
    // The wait for the component's health fails when the spawn does; this line then tells the reason.
    child.on('error', (error) => console.error(`${basename(command)}: ${error.message}`))
    child.unref()
    if (child.pid) await untilShown(child.pid)
  } finally {
    closeSync(log)
  }
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // Already gone.
  }
}
