import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { run } from './command.ts'
import { type Environment, readEnvironment } from './environment.ts'
import { HookError } from './hookError.ts'
import { createTools, type Tools } from './tools.ts'

/** What a hook gets. */
export interface HookContext {
  tools: Tools
  environment: Environment
  /** The options of the command line. */
  options: Record<string, string | boolean | undefined>
}

export interface Hook {
  help: string
  options: ParseArgsOptionsConfig
  /** @returns whether all is well. @throws HookError */
  run(context: HookContext): Promise<boolean>
}

/** Runs a hook with the real tools. @returns the exit code */
export async function runHook(hook: Hook, args: string[]): Promise<number> {
  const tools = createTools({
    run,
    say: (line) => process.stdout.write(`${line}\n`),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    elapsed: () => performance.now(),
    now: () => new Date(),
  })
  try {
    const { values } = parseArgs({ args, options: { ...hook.options, help: { type: 'boolean' } } })
    if (values.help) {
      tools.say(hook.help)
      return 0
    }
    const environment = await readEnvironment(process.env, tools)
    return (await hook.run({ tools, environment, options: values as HookContext['options'] })) ? 0 : 1
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const isForPeople = error instanceof HookError || code?.startsWith('ERR_PARSE_ARGS')
    if (!isForPeople) throw error
    process.stderr.write(`✗ ${message}\n`)
    if (error instanceof HookError && error.fix !== undefined) process.stderr.write(`    ${error.fix}\n`)
    return 1
  }
}

/** An option that is a number of seconds, in milliseconds. @throws HookError */
export function millisecondsOf(options: HookContext['options'], name: string): number {
  const text = String(options[name])
  const seconds = Number(text)
  if (!/^\d+(\.\d+)?$/.test(text)) throw new HookError(`--${name} ${text}: must be a number of seconds`)
  return seconds * 1000
}
