import { HookError } from '../run/hookError.ts'
import { type Kubectl, lastLine } from './kubectl.ts'
import type { Step } from './steps.ts'

/** Carries out a step, and shows what it has changed. Repeating it changes nothing. @throws HookError, Unreachable */
export async function applyStep(
  { kubectl, say }: { kubectl: Kubectl; say(line: string): void },
  { what, manifest, how }: Step,
): Promise<void> {
  say(what)
  const { code, stdout, stderr } = await kubectl([how, '-f', '-'], manifest)
  for (const line of stdout.trim().split('\n')) if (line !== '') say(`  ${line}`)
  if (code === 0) return
  const others = stderr
    .trim()
    .split('\n')
    .filter((line) => !line.includes('(AlreadyExists)'))
  if (how === 'create' && others.length === 0) say('  is there already, and stays as it is')
  else throw new HookError(`${what} could not be applied: ${lastLine(others.join('\n'))}`)
}
