import { load } from 'js-yaml'
import { TableError, withKnownCells, withTable } from './markdown.ts'

type Read = (path: string) => string

/** The texts of an alert: `when` it is raised, what to do `first`, and the `entry` of troubleshooting.md. */
interface AlertText {
  title: string
  severity: number
  when: string
  first: string
  entry: string
}

const code = (text: string) => `\`${text}\``

/** What infra/monitoring/alerts.json says, and which query alerts.bicep asks. */
function alertsOf(read: Read): (AlertText & { key: string; query: string })[] {
  const texts = JSON.parse(read('infra/monitoring/alerts.json')) as Record<string, AlertText>
  const asked = read('infra/monitoring/alerts.bicep').matchAll(
    /key: '([\w-]+)'\s+query: loadTextContent\('\.\.\/queries\/([\w-]+\.kql)'\)/g,
  )
  const queries = new Map([...asked].map(([, key = '', query = '']) => [key, query]))
  return Object.entries(texts).map(([key, text]) => ({ key, ...text, query: queries.get(key) ?? '' }))
}

/** The alerts, all of it from their texts. */
export const withAlerts = (markdown: string, head: string, read: Read): string =>
  withTable(
    markdown,
    head,
    alertsOf(read).map(({ key, severity, title, when, first, entry, query }) => [
      code(key),
      String(severity),
      query === '' ? '' : code(query),
      `${title}. ${when}`,
      `${first} [More](troubleshooting.md#${entry})`,
    ]),
  )

/** The alerts in another language: the texts are written by people, and kept. */
export const withTranslatedAlerts = (markdown: string, head: string, read: Read): string =>
  withKnownCells(
    markdown,
    head,
    alertsOf(read).map(({ key, severity, query }) => [code(key), String(severity), query === '' ? '' : code(query)]),
  )

/** The rules of scale-api/monitoring/alerts.yaml: what each tells is written by people, and kept. */
export function withRules(markdown: string, head: string, read: Read): string {
  const { groups } = load(read('scale-api/monitoring/alerts.yaml')) as { groups: { rules: Rule[] }[] }
  const rows = groups.flatMap(({ rules }) =>
    rules.map(({ alert, labels, for: after = '' }) => [code(alert), labels.severity, after]),
  )
  return withKnownCells(markdown, head, rows)
}

interface Rule {
  alert: string
  labels: { severity: string }
  for?: string
}

const folder = 'infra/queries/'

/** The first line of a query, which says what it shows. */
const purposeOf = (query: string): string => query.slice(0, query.indexOf('\n')).replace(/^\/\/ /, '')

const linkTo = (name: string) => `[${code(name)}](../${folder}${name})`

/** The queries, by the names of their files. */
export const withQueries = (markdown: string, head: string, { names, read }: { names: string[]; read: Read }): string =>
  withTable(
    markdown,
    head,
    names.map((name) => [linkTo(name), purposeOf(read(folder + name))]),
  )

/** The queries in another language: what they show is written by people, and kept. */
export const withTranslatedQueries = (markdown: string, head: string, names: string[]): string =>
  withKnownCells(
    markdown,
    head,
    names.map((name) => [linkTo(name)]),
  )

/**
 * The text with each block of KQL as its file has it. A block belongs to the file with the same first line.
 * @throws TableError when there is no such file
 */
export function withQueryBlocks(markdown: string, names: string[], read: Read): string {
  const queries = new Map(names.map((name) => read(folder + name)).map((text) => [purposeOf(text), text]))
  return markdown.replace(/^```kusto\n([\s\S]*?)^```$/gm, (_, block: string) => {
    const query = queries.get(purposeOf(block))
    if (query === undefined) throw new TableError(`no query in ${folder} begins with "// ${purposeOf(block)}"`)
    return `\`\`\`kusto\n${query}\`\`\``
  })
}
