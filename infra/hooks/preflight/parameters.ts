import { readFileSync } from 'node:fs'
import type { Environment } from '../run/environment.ts'

/** The value of a parameter: that of the azd environment, otherwise the default. @throws Error for an unknown name */
export type Parameters = (name: string) => string

const bicepparam = new URL('../../main.bicepparam', import.meta.url)

/** The defaults are written once, in main.bicepparam, and read from there. */
export function readParameters(environment: Environment, text = readFileSync(bicepparam, 'utf8')): Parameters {
  const standards = new Map(variablesOf(text).map(({ variable, standard }) => [variable, standard]))
  return (name) => {
    const fallback = standards.get(name)
    if (fallback === undefined) throw new Error(`infra/main.bicepparam reads no ${name}`)
    return environment.get(name) || fallback
  }
}

/** A variable of the azd environment, and the parameter that is read from it. */
export interface Variable {
  parameter: string
  variable: string
  /** The default; an empty text where it has none. */
  standard: string
}

/** Each variable that a .bicepparam reads. */
export function variablesOf(text: string): Variable[] {
  const reads = text.matchAll(
    /^param (\w+) =(?:(?!^param )[\s\S])*?readEnvironmentVariable\('(\w+)'(?:, '([^']*)')?\)/gm,
  )
  return [...reads].map(([, parameter = '', variable = '', standard = '']) => ({ parameter, variable, standard }))
}
