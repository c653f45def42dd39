import { readFileSync } from 'node:fs'
import type { Environment } from '../run/environment.ts'

/** The value of a parameter: that of the azd environment, otherwise the default. @throws Error for an unknown name */
export type Parameters = (name: string) => string

const bicepparam = new URL('../../main.bicepparam', import.meta.url)

/** The defaults are written once, in main.bicepparam, and read from there. */
export function readParameters(environment: Environment, text = readFileSync(bicepparam, 'utf8')): Parameters {
  const defaults = defaultsOf(text)
  return (name) => {
    const fallback = defaults.get(name)
    if (fallback === undefined) throw new Error(`infra/main.bicepparam reads no ${name}`)
    return environment.get(name) || fallback
  }
}

/** Each variable that a .bicepparam reads, with its default; an empty text where it has none. */
export function defaultsOf(text: string): Map<string, string> {
  const reads = text.matchAll(/readEnvironmentVariable\(\s*'(\w+)'\s*(?:,\s*'([^']*)'\s*)?\)/g)
  return new Map([...reads].map(([, name = '', value = '']) => [name, value]))
}
