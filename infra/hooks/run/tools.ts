import type { Finished, Run } from './command.ts'
import { HookError } from './hookError.ts'
import { words } from './words.ts'

type Command<Answer> = (strings: TemplateStringsArray, ...values: string[]) => Promise<Answer>

/** Everything with which a hook touches the world. */
export interface Tools {
  run: Run
  /** Runs az, and reads what it answers. @throws HookError with what az said */
  az: <Answer>(strings: TemplateStringsArray, ...values: string[]) => Promise<Answer>
  /** Runs an az that takes minutes, and shows what it prints. */
  azShown: Command<Finished>
  azd: Command<Finished>
  say(line: string): void
  /** Waits, in milliseconds. */
  wait(ms: number): Promise<void>
  /** A clock that only goes forward, in milliseconds. */
  elapsed(): number
  now(): Date
}

export type Edges = Pick<Tools, 'run' | 'say' | 'wait' | 'elapsed' | 'now'>

/** The tools, on the edges that a test can replace. */
export function createTools(edges: Edges): Tools {
  return {
    ...edges,
    az: async <Answer>(strings: TemplateStringsArray, ...values: string[]) => {
      const command = words(strings, ...values)
      const { code, stdout, stderr } = await edges.run(['az', ...command, '--output', 'json', '--only-show-errors'])
      if (code !== 0) throw new HookError(`az ${nameOf(command)} failed: ${stderr.trim() || `exit code ${code}`}`)
      // Commands that answer nothing print nothing.
      return (stdout.trim() === '' ? undefined : JSON.parse(stdout)) as Answer
    },
    azShown: (strings, ...values) => edges.run(['az', ...words(strings, ...values)], { show: true }),
    azd: (strings, ...values) => edges.run(['azd', ...words(strings, ...values)]),
  }
}

/** The command without its options, whose values a message need not repeat. */
function nameOf(command: string[]): string {
  const end = command.findIndex((word) => word.startsWith('-'))
  return command.slice(0, end < 0 ? undefined : end).join(' ')
}
