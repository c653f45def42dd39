import { HookError } from './hookError.ts'
import type { Tools } from './tools.ts'

/** The values of the azd environment. */
export interface Environment {
  /** The value, or an empty text. */
  get(name: string): string
  /** Whether it is `true`. */
  isOn(name: string): boolean
  /** The values. @throws HookError that names all that are missing */
  need<Name extends string>(...names: Name[]): Record<Name, string>
}

export function environmentOf(values: Record<string, string | undefined>): Environment {
  const get = (name: string) => values[name]?.trim() ?? ''
  return {
    get,
    isOn: (name) => get(name).toLowerCase() === 'true',
    need: <Name extends string>(...names: Name[]) => {
      const missing = names.filter((name) => get(name) === '')
      if (missing.length > 0) {
        throw new HookError(`The azd environment has no ${missing.join(', ')}: nothing is provisioned yet`, 'azd up')
      }
      return Object.fromEntries(names.map((name) => [name, get(name)])) as Record<Name, string>
    },
  }
}

/**
 * What azd hands to a hook; without azd around it, what azd answers.
 * @throws HookError when there is no azd environment
 */
export async function readEnvironment(
  own: Record<string, string | undefined>,
  { azd }: Pick<Tools, 'azd'>,
): Promise<Environment> {
  if (own.AZURE_ENV_NAME) return environmentOf(own)
  const { code, stdout, stderr } = await azd`env get-values --output json`
  if (code !== 0) {
    throw new HookError(`azd has no environment here: ${stderr.trim() || stdout.trim()}`, 'azd env new <name>')
  }
  return environmentOf({ ...own, ...(JSON.parse(stdout) as Record<string, string>) })
}
