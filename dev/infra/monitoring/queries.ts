import { readdirSync, readFileSync } from 'node:fs'

const folder = 'infra/queries/'

/** A query in a file of its own. */
export interface QueryFile {
  /** From the project's root. */
  file: string
  text: string
}

/** The queries of infra/queries/, in the order of their names. */
export const readQueryFiles = (root: string): QueryFile[] =>
  readdirSync(root + folder)
    .filter((name) => name.endsWith('.kql'))
    .sort()
    .map((name) => ({ file: folder + name, text: readFileSync(root + folder + name, 'utf8') }))

/** The names of the workbook's parameters that a query has, such as `{Prices}`. */
export const placeholdersOf = (query: string): string[] => [...query.matchAll(placeholder)].map(([, name = '']) => name)

/** The query with values instead of the parameters that are known; the others stay. */
export const withValues = (query: string, values: Record<string, string>): string =>
  query.replace(placeholder, (text, name: string) => values[name] ?? text)

const placeholder = /\{([A-Z]\w*)\}/g
