import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { HookError } from './hookError.ts'
import { root } from './root.ts'

/** How a command ended, and what it printed. */
export interface Finished {
  code: number
  stdout: string
  stderr: string
}

export interface RunOptions {
  /** Written to standard input: the way for a secret, which every user of the machine could read in the arguments. */
  input?: string
  /** Set beside the environment of this process. */
  env?: Record<string, string>
  /** Shows the output while the command runs, for one that takes minutes. */
  show?: boolean
}

/** Runs a command to its end, in the root folder of the project. @throws HookError when there is no such command */
export type Run = (command: string[], options?: RunOptions) => Promise<Finished>

/** Where a command that is missing can be had. */
const sources: Record<string, string> = {
  az: 'https://aka.ms/azure-cli',
  azd: 'https://aka.ms/azd-install',
  kubectl: 'az aks install-cli',
  kubelogin: 'az aks install-cli',
  docker: 'https://docs.docker.com/get-docker',
}

export const run: Run = async (command, { input, env, show } = {}) => {
  const [name = ''] = command
  const { file, args, options } = startable(command, process.platform)
  const child = spawn(file, args, { ...options, cwd: root, env: { ...process.env, ...env } })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    if (show) process.stdout.write(text)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    if (show) process.stderr.write(text)
  })
  // When a command ends before it has read its input, its exit code tells the failure, not our EPIPE.
  child.stdin.on('error', () => {}).end(input)
  try {
    const [code] = (await once(child, 'close')) as [number | null]
    return { code: code ?? 1, stdout, stderr }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new HookError(`${name} is not installed, or not on the PATH`, sources[name])
  }
}

/** How to start a command, in the words of `spawn`. */
interface Startable {
  file: string
  args: string[]
  options: { windowsVerbatimArguments?: boolean }
}

/**
 * On Windows az is a batch file, which only cmd.exe starts. Within quotation marks cmd.exe takes everything literally but
 * these marks and the percent sign. The other tools are programs everywhere.
 * @throws Error for an argument that cmd.exe would change
 */
export function startable([name = '', ...args]: string[], platform: NodeJS.Platform): Startable {
  if (platform !== 'win32' || name !== 'az') return { file: name, args, options: {} }
  const unsafe = args.find((word) => /["%\r\n]/.test(word))
  if (unsafe !== undefined) throw new Error(`cmd.exe cannot take this argument of az: ${unsafe}`)
  const line = ['az', ...args.map((word) => `"${word}"`)].join(' ')
  return { file: 'cmd.exe', args: ['/d', '/s', '/c', `"${line}"`], options: { windowsVerbatimArguments: true } }
}
