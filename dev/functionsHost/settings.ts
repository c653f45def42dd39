import { join } from 'node:path'
import { HostError } from './hostError.ts'
import { readJson } from './hostJson.ts'

/**
 * Adds the `Values` of local.settings.json, if it exists, to `env`. A value that `env` already has wins, and names that
 * begin with `//` are comments.
 */
export function applyLocalSettings(env: NodeJS.ProcessEnv, appDirectory: string): void {
  const file = join(appDirectory, 'local.settings.json')
  const values = readJson<{ Values?: Record<string, unknown> }>(file)?.Values ?? {}
  for (const [name, value] of Object.entries(values)) {
    if (name.startsWith('//')) continue
    if (typeof value !== 'string') throw new HostError(`${file}: the value of ${name} must be a string, in quotes.`)
    env[name] ??= value
  }
}

/** Replaces each `%SETTING%` by its value. @throws Error when one is missing. */
export function expandSettings(text: string, env: NodeJS.ProcessEnv): string {
  return text.replace(/%([^%]+)%/g, (_, name: string) => {
    const value = env[name]
    if (value) return value
    throw new Error(`the setting ${name} is missing: set it in the environment or in local.settings.json`)
  })
}
