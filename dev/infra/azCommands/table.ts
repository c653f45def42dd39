import { readFileSync } from 'node:fs'

interface Option {
  names: string[]
  isRequired: boolean
}

/** The commands of one version of the Azure CLI. */
export interface AzTable {
  version: string
  /** The options of each command, by its words, such as `aks nodepool list`. */
  commands: Map<string, Option[]>
}

const ofEveryCommand = [
  '--debug',
  '--help',
  '-h',
  '--only-show-errors',
  '--output',
  '-o',
  '--query',
  '--verbose',
  '--subscription',
]

/** The table that makeTable.py has written. */
export function readAzTable(): AzTable {
  const [head = '', ...lines] = readFileSync(new URL('commands.tsv', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
  const [, version = ''] = /azure-cli (\S+)/.exec(head) ?? []
  return { version, commands: new Map(lines.map(commandOf)) }
}

function commandOf(line: string): [string, Option[]] {
  const [name = '', options = ''] = line.split('\t')
  const described = options.split(' ').filter((option) => option !== '')
  return [name, described.map((text) => ({ names: text.replace(/!$/, '').split('/'), isRequired: text.endsWith('!') }))]
}

export interface AzLine {
  /** The words after `az`. */
  words: string[]
  /** Whether it can be run as it stands. A mention in a sentence may leave out options. */
  isComplete: boolean
}

/** What az would refuse of a line, as a sentence; undefined when it would take it. */
export function faultOf({ commands, version }: AzTable, { words, isComplete }: AzLine): string | undefined {
  const end = words.findIndex((word) => word.startsWith('-'))
  const leading = end < 0 ? words : words.slice(0, end)
  const name = leading
    .map((_, index) => leading.slice(0, leading.length - index).join(' '))
    .find((one) => commands.has(one))
  if (name === undefined) {
    const given = leading.join(' ')
    const isGroup = [...commands.keys()].some((command) => command.startsWith(`${given} `))
    if (isGroup && !isComplete) return undefined
    return `az ${version} has no command "${given}"`
  }
  const options = commands.get(name) ?? []
  const given = words.filter((word) => word.startsWith('-')).map((word) => word.split('=')[0] ?? '')
  const known = [...ofEveryCommand, ...options.flatMap(({ names }) => names)]
  const unknown = given.filter((option) => !known.includes(option))
  if (unknown.length > 0) return `az ${name} of az ${version} has no option ${unknown.join(', ')}`
  const missing = options.filter(
    ({ names, isRequired }) => isRequired && !names.some((option) => given.includes(option)),
  )
  if (!isComplete || missing.length === 0) return undefined
  return `az ${name} needs ${missing.map(({ names }) => names[0]).join(', ')}`
}
