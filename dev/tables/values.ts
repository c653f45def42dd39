import { chart, type JsonSchema, valuesByPath } from '../chart/index.ts'

const code = (text: string) => `\`${text}\``

/** A default that a table has room for. Another one is read in values.yaml. */
const maxDefault = 60

function defaultOf({ default: standard }: JsonSchema): string {
  if (standard === '') return ''
  const text = typeof standard === 'string' ? standard : JSON.stringify(standard)
  return text.length > maxDefault ? `[values.yaml](../${chart}/values.yaml)` : code(text)
}

const typeOf = ({ type = 'object', enum: choices }: JsonSchema) =>
  choices
    ? choices
        .filter((choice) => choice !== '')
        .map(code)
        .join(', ')
    : type

/** The table of the chart's values in English: name, type, default and meaning. */
export const valueRows = (): string[][] =>
  valuesByPath().map(({ path, schema }) => [
    code(path),
    typeOf(schema),
    defaultOf(schema),
    (schema.description ?? '').replaceAll('|', '\\|'),
  ])
