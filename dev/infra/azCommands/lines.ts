import type { AzLine } from './table.ts'

/** An az command in a file, and the line on which it begins, from 1. */
export interface FoundLine extends AzLine {
  line: number
}

/** The az commands of a file, by the kind of the file. */
export function azLinesOf(path: string, text: string): FoundLine[] {
  if (path.endsWith('.md')) return inMarkdown(text)
  if (/\.(ts|mjs|bicep)$/.test(path)) return inCode(text)
  // YAML: the shell of a workflow, and the comments of a manifest.
  return inShell(text.replaceAll(/^( *)#(?= )/gm, '$1 '))
}

/** Code blocks hold what a reader runs; a command within a sentence may leave out options. */
function inMarkdown(text: string): FoundLine[] {
  const found: FoundLine[] = []
  let prose = text
  for (const { 0: block, index, 1: fence = '' } of text.matchAll(/^ *(`{3,}).*\n[\s\S]*?^ *\1 *$/gm)) {
    if (fence === '') continue
    const first = lineAt(text, index)
    // A comment is no command, but the count of lines stays.
    const shell = block.replaceAll(/(^|\s)#.*$/gm, '$1')
    found.push(...inShell(shell).map((one) => ({ ...one, line: one.line + first - 1 })))
    prose = prose.replace(block, block.replaceAll(/[^\n]/g, ' '))
  }
  for (const { index, 1: code = '' } of prose.matchAll(/`(az [^`]+)`/g)) {
    found.push({ words: wordsOf(code).slice(1), isComplete: false, line: lineAt(prose, index) })
  }
  return found
}

/** Templates of the hooks' az are whole commands. Other texts that begin with az tell a person what to run. */
function inCode(text: string): FoundLine[] {
  const found: FoundLine[] = []
  const flat = text.replaceAll(
    /\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}/g,
    (value) => `VALUE${value.replaceAll(/[^\n]/g, '')}`,
  )
  for (const { index, 1: line = '' } of flat.matchAll(/\baz(?:Shown)?(?:<[^`]*>)?`([^`]+)`/g)) {
    found.push({ words: wordsOf(line.replaceAll('\n', ' ')), isComplete: true, line: lineAt(flat, index) })
  }
  for (const { index, 2: line = '' } of flat.matchAll(/(\\`|['"`])(az [a-z][^\n]*?)(?<!\\)(?=\1|'|\\`|`|\n)/g)) {
    found.push({ words: wordsOf(line).slice(1), isComplete: false, line: lineAt(flat, index) })
  }
  return found
}

function inShell(text: string): FoundLine[] {
  // Where a command may begin, also within another one's argument.
  const starts = text.matchAll(/(?<=^|[\n;|&(`$:-] *|\b(?:do|then|run:) +)az (?=\S)/g)
  return [...starts].map(({ index }) => ({
    // A line that ends with a backslash goes on in the next one.
    words: wordsOf(text.slice(index).replaceAll('\\\n', ' ')).slice(1),
    isComplete: true,
    line: lineAt(text, index),
  }))
}

const lineAt = (text: string, index: number) => text.slice(0, index).split('\n').length

/** The words of the first command of a line, as a shell splits it. `<a placeholder>` is one word. */
export function wordsOf(line: string): string[] {
  const words: string[] = []
  let word: string | undefined
  let index = 0
  const take = (length: number) => {
    word = (word ?? '') + line.slice(index, index + length)
    index += length
  }
  while (index < line.length) {
    const rest = line.slice(index)
    const [quoted] =
      /^(?:'[^']*'|\$\((?:[^()]|\([^()]*\))*\)|"(?:\$\((?:[^()]|\([^()]*\))*\)|[^"])*"|<[^>\n]+>)/.exec(rest) ?? []
    if (quoted !== undefined) take(quoted.length)
    else if (/^[|;&)`\n]/.test(rest)) break
    else if (/^\s/.test(rest)) {
      if (word !== undefined) words.push(word)
      word = undefined
      index += 1
    } else take(1)
  }
  if (word !== undefined) words.push(word)
  return words
}
