import type { Run } from '../../infra/hooks/run/command.ts'
import { HookError } from '../../infra/hooks/run/hookError.ts'
import { type Hook, runHook } from '../../infra/hooks/run/runHook.ts'
import { answerTool } from './answerTool.ts'
import { fineWorld, type World } from './world.ts'

export interface Ran {
  code: number
  lines: string[]
  /** Every call of a tool, as one line. */
  called: string[]
  /** How long it would have waited, in seconds. */
  waited: number
}

/** Runs a hook in this process, in a world. Its waits take no time. */
export async function runInProcess(
  hook: Hook,
  { world, values = {}, args = [] }: { world?: Partial<World>; values?: Record<string, string>; args?: string[] },
): Promise<Ran> {
  const whole = { ...fineWorld, ...world }
  const calls: string[][] = []
  const lines: string[] = []
  let elapsed = 0
  const run: Run = async (command) => {
    const [name = ''] = command
    if (!whole.tools.includes(name))
      throw new HookError(`${name} is not installed, or not on the PATH`, `install ${name}`)
    const earlier = [...calls]
    calls.push(command)
    return answerTool(command, whole, earlier)
  }
  const edges = {
    run,
    say: (line: string) => void lines.push(line),
    wait: async (ms: number) => {
      elapsed += ms
    },
    elapsed: () => elapsed,
    now: () => new Date('2026-11-27T22:00:00Z'),
  }
  const env = { AZURE_ENV_NAME: 'test', ...values }
  const code = await runHook(hook, args, { edges, env })
  return { code, lines, called: calls.map((call) => call.join(' ')), waited: elapsed / 1000 }
}
