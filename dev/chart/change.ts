/** The manifests and the list of changes no longer fit. The message names the manifest and what was not found. */
export class ChartError extends Error {
  override readonly name = 'ChartError'
}

/** A text that a manifest has once, and that becomes a template. */
export interface TextChange {
  text: string
  becomes: string
}

/** A key of a manifest whose content becomes a value. The content is the value's default. */
export interface ValueChange {
  key: string
  value: string
}

/** A key of a manifest that becomes a template, with its content. */
export interface BlockChange {
  key: string
  becomes: string
}

export type Change = TextChange | ValueChange | BlockChange

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** The lines of a key: its own one and those below it that are indented deeper. */
const blocksOf = (manifest: string, key: string) => [
  ...manifest.matchAll(new RegExp(`^( *)${escaped(key)}:.*(?:\\n\\1 +.*)*\\n`, 'gm')),
]

const indented = (text: string, by: string) =>
  text
    .split('\n')
    .map((line) => (line === '' ? line : by + line))
    .join('\n')

/** The only block of that key. @throws ChartError when there is none, or more than one */
export function blockOf(manifest: string, key: string): { text: string; indent: string } {
  const [block, ...others] = blocksOf(manifest, key)
  if (block === undefined || others.length > 0) {
    throw new ChartError(
      `it has the key "${key}" ${others.length + (block ? 1 : 0)} times, and the chart expects it once`,
    )
  }
  const [text, indent = ''] = block
  return { text, indent }
}

/** A scalar stands behind its key; everything else is below it, and the key is left out when the value is empty. */
function templateOf({ key, value }: ValueChange, text: string): string {
  const isScalar = !text.trimEnd().includes('\n')
  if (isScalar) return `${key}: {{ .Values.${value} }}\n`
  return `{{- with .Values.${value} }}\n${key}:\n  {{- toYaml . | nindent INDENT }}\n{{- end }}\n`
}

/** The manifest with one change. @throws ChartError when the manifest does not have exactly what is changed */
export function changed(manifest: string, change: Change): string {
  if ('text' in change) {
    const { text, becomes } = change
    const found = manifest.split(text).length - 1
    if (found !== 1) throw new ChartError(`it has "${text}" ${found} times, and the chart expects it once`)
    return manifest.replace(text, () => becomes)
  }
  const { text, indent } = blockOf(manifest, change.key)
  const template = 'value' in change ? templateOf(change, text) : `${change.becomes}\n`
  const becomes = indented(template, indent).replaceAll('INDENT', String(indent.length + 2))
  return manifest.replace(text, () => becomes)
}
