import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { run } from './command.ts'
import { type Environment, environmentOf, readEnvironment } from './environment.ts'
import { HookError } from './hookError.ts'
import { createTools, type Edges, type Tools } from './tools.ts'

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

/** The edges of the process itself. */
export const realEdges: Edges = {
  run,
  say: (line) => {
    process.stdout.write(`${line}\n`)
  },
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  elapsed: () => performance.now(),
  now: () => new Date(),
}

/** Runs a hook, and says why where it fails. @returns the exit code */
export async function runHook(
  hook: Hook,
  args: string[],
  { edges, env }: { edges: Edges; env: Record<string, string | undefined> },
): Promise<number> {
  const tools = createTools(edges)
  try {
    const { values } = parseArgs({ args, options: { ...hook.options, help: { type: 'boolean' } } })
    if (values.help) {
      tools.say(hook.help)
      return 0
    }
    const given = values as HookContext['options']
    const environment = await readEnvironment(env, tools).catch((error: unknown) => {
      // Somebody who names a cluster may have no azd environment any more.
      if (given.kubeconfig !== undefined && error instanceof HookError) return environmentOf(env)
      throw error
    })
    return (await hook.run({ tools, environment, options: given })) ? 0 : 1
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const isForPeople = error instanceof HookError || code?.startsWith('ERR_PARSE_ARGS')
    if (!isForPeople) throw error
    tools.say(`✗ ${message}`)
    if (error instanceof HookError && error.fix !== undefined) tools.say(`    ${error.fix}`)
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
