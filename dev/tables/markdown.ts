/** A document lacks something that only a person can write. The message names the document and says what to add. */
export class TableError extends Error {
  override readonly name = 'TableError'
}

/** The cells of one row, trimmed. `\|` is a character in a cell. */
const cellsOf = (line: string): string[] =>
  line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim())

const rowOf = (cells: string[]): string => `| ${cells.join(' | ')} |`

/** The place of a table's rows: the index of the first one, and that of the line after the last. */
function placeOf(lines: string[], head: string): { from: number; to: number } | undefined {
  const start = lines.findIndex((line) => line.startsWith(`| ${head} |`))
  if (start < 0) return undefined
  const from = start + 2
  const after = lines.slice(from).findIndex((line) => !line.startsWith('|'))
  return { from, to: after < 0 ? lines.length : from + after }
}

/** The rows of the first table whose head begins with this cell, as trimmed cells. Empty when there is none. */
export function tableOf(markdown: string, head: string): string[][] {
  const lines = markdown.split('\n')
  const place = placeOf(lines, head)
  return place ? lines.slice(place.from, place.to).map(cellsOf) : []
}

/** The text with these rows in that table instead of its own. @throws TableError when the text has no such table */
export function withTable(markdown: string, head: string, rows: string[][]): string {
  const lines = markdown.split('\n')
  const place = placeOf(lines, head)
  if (!place) throw new TableError(`there is no table that begins with the cell "${head}"`)
  return lines.toSpliced(place.from, place.to - place.from, ...rows.map(rowOf)).join('\n')
}

/**
 * The rows with the cells that the code knows. Each is followed by the cells that a person wrote after them in the
 * table, in the row with the same first cell.
 * @throws TableError when a row, or one of its written cells, is missing
 */
export function keepingWrittenCells(markdown: string, head: string, known: string[][]): string[][] {
  const present = new Map(tableOf(markdown, head).map((cells) => [cells[0], cells]))
  return known.map((cells) => {
    const [key = ''] = cells
    const written = present.get(key)?.slice(cells.length) ?? []
    if (written.length === 0 || written.includes('')) {
      throw new TableError(`the table "${head}" has no text for ${key}: write the row ${rowOf([...cells, '…'])}`)
    }
    return [...cells, ...written]
  })
}

/** The text with a table of which the code knows these cells. Those that people wrote are kept. @throws TableError */
export const withKnownCells = (markdown: string, head: string, known: string[][]): string =>
  withTable(markdown, head, keepingWrittenCells(markdown, head, known))

/**
 * The text with these lines, as `#   line`, after the line that begins with `command` and the comment below it. They
 * replace the lines of this form that are there.
 * @throws TableError when the text has no such line
 */
export function withCommentLines(markdown: string, command: string, comments: string[]): string {
  const lines = markdown.split('\n')
  const isListed = (line = '') => line.startsWith('#   ')
  const start = lines.findIndex((line) => line === command || line.startsWith(`${command} `))
  if (start < 0) throw new TableError(`there is no line that begins with "${command}"`)
  const from = start + 2
  let to = from
  while (isListed(lines[to])) to += 1
  return lines.toSpliced(from, to - from, ...comments.map((comment) => `#   ${comment}`)).join('\n')
}
