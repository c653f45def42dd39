import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createContext, runInContext } from 'node:vm'

/** The columns of a table or of a result, with their types. */
export type Columns = Record<string, string>

/** A text that a query compares with a column of a table, or a key that it takes from a dynamic one. */
export interface Use {
  table: string
  column: string
  text: string
  /** From 1. */
  line: number
}

/** How the Portal's own editor understands a query. */
export interface Analysis {
  faults: { line: number; message: string }[]
  /** `Properties["key"]`, and `Properties.key`. */
  keys: Use[]
  /** `Name == "text"`, and `Name in ("text", "text")`. */
  comparisons: Use[]
  /** The columns of what the query gives. */
  result: Columns
}

/** Reads queries of some tables. */
export type Analyse = (query: string) => Analysis

// The language service is C# that was translated to JavaScript. These are the parts of it that are used here.
interface Kusto {
  GlobalState: { Default: { WithDatabase(database: object): object } }
  KustoCode: { ParseAndAnalyze(query: string, state: object): KustoCode }
  Symbols: {
    TableSymbol: { $ctor7: new (name: string, columns: string, description: null) => TableSymbol }
    DatabaseSymbol: { ctor: new (name: string, tables: object[], isOpen: boolean) => object }
  }
  Syntax: { SyntaxKind: Record<string, number | string> }
}
interface List<T> {
  Count: number
  getItem(index: number): T
}
interface ColumnSymbol {
  Name: string
  Type: { Name: string }
}
interface TableSymbol {
  Columns: List<ColumnSymbol>
}
interface KustoCode {
  GetDiagnostics(): List<{ Code: string; Start: number; Message: string }>
  Syntax: SyntaxNode
  ResultType: { Columns?: List<ColumnSymbol> } | null
}
interface SyntaxNode {
  Kind: number
  ChildCount: number
  GetChild(index: number): SyntaxNode | null
  TextStart: number
  SimpleName?: string
  LiteralValue?: unknown
  ReferencedSymbol?: object | null
}

const resolve = createRequire(import.meta.url).resolve

// It fills the global object of its context, so it gets one of its own. Loading it takes about half a second.
function loadKusto(): Kusto {
  const context: { Kusto?: { Language: Kusto } } = createContext({ console })
  for (const file of ['bridge.min.js', 'Kusto.Language.Bridge.min.js']) {
    runInContext(readFileSync(resolve(`@kusto/language-service-next/${file}`), 'utf8'), context)
  }
  if (context.Kusto === undefined) throw new Error('the language service of Kusto has another form than it had')
  return context.Kusto.Language
}

/** Makes a reader of queries that knows these tables, by their names, and no other ones. */
export function createAnalyse(tables: Record<string, Columns>): Analyse {
  const kusto = loadKusto()
  const { TableSymbol, DatabaseSymbol } = kusto.Symbols
  const columnsByName = Object.entries(tables).map(([name, columns]) => {
    const schema = Object.entries(columns).map(([column, type]) => `${column}: ${type}`)
    return { name, symbol: new TableSymbol.$ctor7(name, `(${schema.join(', ')})`, null) }
  })
  const origins = new Map<object, { table: string; column: string }>(
    columnsByName.flatMap(({ name, symbol }) =>
      itemsOf(symbol.Columns).map((column) => [column, { table: name, column: column.Name }] as const),
    ),
  )
  const symbols = columnsByName.map(({ symbol }) => symbol)
  const state = kusto.GlobalState.Default.WithDatabase(new DatabaseSymbol.ctor('workspace', symbols, false))
  const { NameReference, StringLiteralExpression } = kusto.Syntax.SyntaxKind

  return (query) => {
    const lineOf = (start: number) => query.slice(0, start).split('\n').length
    const code = kusto.KustoCode.ParseAndAnalyze(query, state)
    const keys: Use[] = []
    const comparisons: Use[] = []
    for (const node of descendantsOf(code.Syntax)) {
      const [subject, ...others] = childrenOf(node)
      const origin = origins.get(subject?.ReferencedSymbol ?? {})
      if (origin === undefined || subject?.Kind !== NameReference) continue
      const isDynamic = tables[origin.table]?.[origin.column] === 'dynamic'
      const path = others.find(({ Kind }) => Kind === NameReference)
      const literals = others.flatMap(descendantsOf).filter(({ Kind }) => Kind === StringLiteralExpression)
      const texts = isDynamic && path !== undefined ? [path] : literals
      const uses = texts.map((text) => ({
        ...origin,
        text: String(text.LiteralValue ?? text.SimpleName),
        line: lineOf(text.TextStart),
      }))
      if (isDynamic) keys.push(...uses)
      else comparisons.push(...uses)
    }
    return {
      faults: itemsOf(code.GetDiagnostics()).map(({ Code, Start, Message }) => ({
        line: lineOf(Start),
        message: `${Code}: ${Message}`,
      })),
      keys,
      comparisons,
      result: Object.fromEntries(itemsOf(code.ResultType?.Columns).map(({ Name, Type }) => [Name, Type.Name])),
    }
  }
}

const itemsOf = <T>(list: List<T> | undefined): T[] =>
  Array.from({ length: list?.Count ?? 0 }, (_, index) => (list as List<T>).getItem(index))

const childrenOf = (node: SyntaxNode): SyntaxNode[] =>
  Array.from({ length: node.ChildCount }, (_, index) => node.GetChild(index)).filter((child) => child !== null)

const descendantsOf = (node: SyntaxNode): SyntaxNode[] => [node, ...childrenOf(node).flatMap(descendantsOf)]
