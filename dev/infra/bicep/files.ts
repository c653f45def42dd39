import { readdirSync } from 'node:fs'

/** The Bicep files of the templates, from the project's root. */
export const bicepFiles = (root: string): string[] =>
  readdirSync(`${root}infra`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.bicep'))
    .map((file) => `infra/${file}`)
    .sort()
