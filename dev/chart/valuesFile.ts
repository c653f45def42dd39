import { dump } from 'js-yaml'
import type { JsonSchema } from './jsonSchema.ts'
import { values } from './values.ts'

const lineWidth = 100

/** The text in lines that are no longer than that, if its words allow it. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** A value with its meaning above it, or a group of them. */
function linesOf([name, schema]: [string, JsonSchema], indent: string): string[] {
  if (schema.default === undefined && schema.properties) {
    const inner = Object.entries(schema.properties).flatMap((entry) => linesOf(entry, `${indent}  `))
    return [`${indent}${name}:`, ...inner]
  }
  // A link of the table leads nowhere from here.
  const meaning = (schema.description ?? '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
  const comment = wrapped(meaning, lineWidth - indent.length).map((line) => `# ${line}`)
  const yaml = dump({ [name]: schema.default }, { lineWidth: -1, quoteStyle: 'double' })
    .trimEnd()
    .split('\n')
  return [...comment, ...yaml].map((line) => indent + line)
}

/** values.yaml: each default with its meaning. */
export function valuesFile(): string {
  const blocks = Object.entries(values).map((entry) => linesOf(entry, '').join('\n'))
  const head = '# Written by npm run fix from dev/chart/values.ts. docs/helm.md has these values as a table.'
  return `${[head, ...blocks].join('\n\n')}\n`
}
