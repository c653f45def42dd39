import { variablesOf } from '../../infra/hooks/preflight/parameters.ts'
import { keepingWrittenCells, TableError, withKnownCells, withTable } from './markdown.ts'

/** What the templates say of a parameter: its description, and the values that it can have, if they are limited. */
export interface Description {
  description: string
  values: string[]
}

const code = (text: string) => `\`${text}\``

/** The variables that main.bicepparam reads, as cells: the name and the default. By the names of their parameters. */
const cellsOf = (bicepparam: string): Map<string, [variable: string, standard: string]> =>
  new Map(
    variablesOf(bicepparam).map(({ parameter, variable, standard }) => [
      parameter,
      [code(variable), standard === '' ? '' : code(standard)],
    ]),
  )

/** The table with the names and defaults of main.bicepparam. The meanings are kept. @throws TableError */
export const withVariables = (markdown: string, head: string, bicepparam: string): string =>
  withKnownCells(markdown, head, [...cellsOf(bicepparam).values()])

/** The templates, as far as the table of their parameters needs them. */
export interface Templates {
  /** The text of main.bicepparam. */
  bicepparam: string
  /** Each parameter of main.bicep, by its name. */
  described: Map<string, Description>
}

/** The whole table in English: the meanings are the descriptions in main.bicep. @throws TableError */
export function withParameters(markdown: string, head: string, { bicepparam, described }: Templates): string {
  const rows = [...cellsOf(bicepparam)].map(([name, cells]) => {
    const { description = '', values = [] } = described.get(name) ?? {}
    const meaning = description.replaceAll('|', '\\|')
    if (unnamed(values, [...cells, meaning]).length === 0) return [...cells, meaning]
    return [...cells, `${meaning} One of ${values.map(code).join(', ')}.`]
  })
  return withTable(markdown, head, rows)
}

/**
 * The table in another language. People write the meanings, which are kept.
 * @throws TableError when a parameter has no meaning, or when its row does not name a value that it can have
 */
export function withTranslatedParameters(markdown: string, head: string, { bicepparam, described }: Templates): string {
  const variables = cellsOf(bicepparam)
  const rows = keepingWrittenCells(markdown, head, [...variables.values()])
  for (const [index, name] of [...variables.keys()].entries()) {
    const missing = unnamed(described.get(name)?.values ?? [], rows[index] ?? [])
    if (missing.length > 0) {
      throw new TableError(
        `the table "${head}" does not name these values of ${rows[index]?.[0]}: ${missing.join(', ')}`,
      )
    }
  }
  return withTable(markdown, head, rows)
}

const unnamed = (values: string[], cells: string[]) =>
  values.map(code).filter((value) => !cells.some((cell) => cell.includes(value)))
