import { posix } from 'node:path'

/** A checkout or a commit: the text of each file, by its path from the root. */
export type Tree = Map<string, string>

/** One line of the report: a label and its value. */
export type Figure = [label: string, value: string]

/** Whether the figures look at this file. */
export const isCounted = (path: string): boolean =>
  /^(README\.md|docs\/README\.ja\.md|package\.json|(shared|functions|scale-api|dev)\/.*\.ts)$/.test(path)

/** For each folder with TypeScript the number of its files and the largest one; then the figures of the whole. */
export function figuresOf(tree: Tree): Figure[] {
  const sources = [...tree].filter(([path]) => path.endsWith('.ts'))
  const rooms = [...Map.groupBy(sources, ([path]) => posix.dirname(path))].map(([folder, files]): Figure => {
    const sizes = files.map(([path, text]) => ({ name: posix.basename(path), lines: linesOf(text) }))
    const largest = sizes.reduce((a, b) => (b.lines > a.lines ? b : a))
    return [`${folder}/`, `${files.length}, largest ${largest.name}: ${largest.lines}`]
  })
  const { scripts = {} } = JSON.parse(tree.get('package.json') ?? '{}') as { scripts?: object }
  return [
    ...rooms,
    ['import circles', String(circlesOf(tree).length)],
    ...['README.md', 'docs/README.ja.md'].map((path): Figure => [path, `${linesOf(tree.get(path) ?? '')} lines`]),
    ['package.json', `${Object.keys(scripts).length} scripts`],
  ]
}

const linesOf = (text: string): number =>
  text.split('\n').length - (text.endsWith('\n') ? 1 : 0) - (text === '' ? 1 : 0)

/** Files that import each other, directly or not, types included: each circle as its paths, in alphabetical order. */
export function circlesOf(tree: Tree): string[][] {
  const reachable = new Map([...tree.keys()].map((path) => [path, reachableFrom(path, tree)]))
  const mutual = (path: string) => [...(reachable.get(path) ?? [])].filter((other) => reachable.get(other)?.has(path))
  const circles = [...tree.keys()].map((path) => mutual(path).sort()).filter(({ length }) => length > 1)
  return [...new Map(circles.map((circle) => [circle.join(), circle])).values()]
}

function reachableFrom(start: string, tree: Tree): Set<string> {
  const found = new Set<string>()
  const open = [start]
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    for (const imported of importsOf(path, tree.get(path) ?? '')) {
      if (!tree.has(imported) || found.has(imported)) continue
      found.add(imported)
      open.push(imported)
    }
  }
  return found
}

const importsOf = (path: string, text: string): string[] =>
  [...text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']*)'/g)].map(([, target = '']) =>
    posix.join(posix.dirname(path), target),
  )

/** The figures of one tree, or of two side by side, as aligned lines: the folders first, in alphabetical order. */
export function report(columns: { title: string; figures: Figure[] }[]): string {
  const labels = [...new Set(columns.flatMap(({ figures }) => figures.map(([label]) => label)))]
  const [folders = [], others = []] = [true, false].map((ends) =>
    labels.filter((label) => label.endsWith('/') === ends),
  )
  const rows = [...folders.sort(), ...others].map((label) => [
    label,
    ...columns.map(({ figures }) => figures.find(([own]) => own === label)?.[1] ?? '-'),
  ])
  const table = [['', ...columns.map(({ title }) => title)], ...rows]
  const widthOf = (index: number) => Math.max(...table.map((row) => row[index]?.length ?? 0))
  return table
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widthOf(index)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
