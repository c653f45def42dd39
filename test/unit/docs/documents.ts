import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The project's root folder, with a slash at its end. */
export const root = fileURLToPath(new URL('../../../', import.meta.url))

/** The documents for users and contributors, as paths from the root. */
export const documents = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(`${root}docs`)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]

/** A file of the project as text; `path` is from the root. */
export const read = (path: string): string => readFileSync(root + path, 'utf8')

/** The text without its code blocks, in which `#` begins no heading and brackets are no links. */
export const proseOf = (markdown: string): string => markdown.replace(/^(`{3,}).*\n[\s\S]*?^\1$/gm, '')

/** The anchors that GitHub gives the headings. */
export function anchorsOf(markdown: string): string[] {
  const seen = new Map<string, number>()
  return [...proseOf(markdown).matchAll(/^#{1,6} +(.+?) *$/gm)].map(([, heading = '']) => {
    const anchor = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-')
    const times = seen.get(anchor) ?? 0
    seen.set(anchor, times + 1)
    return times === 0 ? anchor : `${anchor}-${times}`
  })
}

/** The targets of the links and images of a text. */
export const linksOf = (markdown: string): string[] =>
  [...proseOf(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)

/** A code block: its language and its lines, without indentation. */
export interface CodeBlock {
  language: string
  lines: string[]
}

/** The code blocks of a text, including those in lists. */
export const codeBlocksOf = (markdown: string): CodeBlock[] =>
  [...markdown.matchAll(/^( *)(`{3,})(\w*)\n([\s\S]*?)^\1\2$/gm)].map(
    ([, indent = '', , language = '', text = '']) => ({
      language,
      lines: text.split('\n').map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line)),
    }),
  )

/** How many `#` each heading has, in order. */
export const headingLevelsOf = (markdown: string): number[] =>
  [...proseOf(markdown).matchAll(/^(#{1,6}) /gm)].map(([, marks = '']) => marks.length)
