import { readFileSync } from 'node:fs'
import { catalogueFaults } from './catalogue.ts'
import { type Columns, createAnalyse } from './kusto.ts'

/** What is wrong with a query, and the columns of what it gives. */
export interface ReadQuery {
  /** Lines are counted from 1. */
  faults: { line: number; message: string }[]
  result: Columns
}

/**
 * Makes a reader of the queries of our workspace: of its tables, and of the events and metrics that this product sends.
 * It reads each text once.
 */
export function createQueryReader(): (query: string) => ReadQuery {
  const { tables } = JSON.parse(readFileSync(new URL('tables.json', import.meta.url), 'utf8')) as {
    tables: Record<string, { columns: Columns }>
  }
  const analyse = createAnalyse(
    Object.fromEntries(Object.entries(tables).map(([name, { columns }]) => [name, columns])),
  )
  const known = new Map<string, ReadQuery>()
  return (query) => {
    const found = known.get(query)
    if (found !== undefined) return found
    const analysis = analyse(query)
    // A query that is not understood says little about the events that it asks for.
    const faults = analysis.faults.length > 0 ? analysis.faults : catalogueFaults(analysis)
    const read = { faults, result: analysis.result }
    known.set(query, read)
    return read
  }
}
