import { readdirSync } from 'node:fs'
import { createRoutes } from '../../shared/api/index.ts'
import { blockerReasons, recordAnnotations } from '../../shared/scaling/index.ts'
import { telemetryEvents, telemetryFields, telemetryMetrics } from '../../shared/telemetry/index.ts'
import { ChartError, chartFiles } from '../chart/index.ts'
import { TableError, withKnownCells, withTable } from './markdown.ts'
import {
  withAlerts,
  withQueries,
  withQueryBlocks,
  withRules,
  withTranslatedAlerts,
  withTranslatedQueries,
} from './monitoring.ts'
import { withVariables } from './parameters.ts'
import { withRights } from './rights.ts'
import { settingRows, translatedSettingRows } from './settings.ts'
import { valueRows } from './values.ts'

export { TableError, tableOf } from './markdown.ts'

/** Reads the text of a file of the project. The path is relative to the root folder. */
export type Read = (path: string) => string

type Render = (markdown: string, read: Read) => string

const code = (text: string) => `\`${text}\``

const withRoles: Render = (text, read) => withRights(text, read('scale-api/manifests/rbac.yaml'))

function withPackages(text: string, read: Read): string {
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, object>
  const names = [...Object.keys(dependencies ?? {}), ...Object.keys(devDependencies ?? {})]
  return withKnownCells(
    text,
    'Package',
    names.map((name) => [code(name)]),
  )
}

const reasons = blockerReasons.map((reason) => [code(reason)])
const annotations = Object.values(recordAnnotations).map((name) => [code(name)])

/** The in-cluster host adds its metrics to the routes of the API. */
const requests = [
  ...Object.values(createRoutes(() => new Date(0))).map(({ method, path }) => `${method.toUpperCase()} ${path}`),
  'GET /metrics',
].map((request) => [code(request)])

const names = (fields: readonly string[]) => fields.map(code).join(', ')
const named = (catalogue: Record<string, readonly string[]>) =>
  Object.entries(catalogue).map(([name, fields]) => [code(name), names(fields)])

/** The table of everything that is told to Application Insights, below heads in the language of the document. */
const withTelemetry =
  (event: string, field: string, metric: string): Render =>
  (text) =>
    [
      { head: event, known: named(telemetryEvents) },
      { head: field, known: Object.keys(telemetryFields).map((name) => [code(name)]) },
      { head: metric, known: named(telemetryMetrics) },
    ].reduce((written, { head, known }) => withKnownCells(written, head, known), text)

const queryNames = readdirSync(new URL('../../infra/queries', import.meta.url)).sort()

const withMonitoring: Render = (text, read) =>
  withQueryBlocks(withQueries(withAlerts(text, 'Alert', read), 'Query', { names: queryNames, read }), queryNames, read)

const withTranslatedMonitoring: Render = (text, read) =>
  withQueryBlocks(
    withTranslatedQueries(withTranslatedAlerts(text, 'アラート', read), 'クエリ', queryNames),
    queryNames,
    read,
  )

/** The documents with what code knows of them. A meaning, a reason and a remedy are written by people, and kept. */
const documents: Record<string, Render> = {
  'CONTRIBUTING.md': withPackages,
  'docs/api-reference.md': (text) => withKnownCells(text, 'Request', requests),
  'docs/api-reference.ja.md': (text) => withKnownCells(text, 'リクエスト', requests),
  // The English meanings are those of the templates: npm run check:infra, which has Bicep, writes them.
  'docs/deploy.md': (text, read) => withVariables(text, 'Variable', read('infra/main.bicepparam')),
  'docs/deploy.ja.md': (text, read) => withVariables(text, '変数', read('infra/main.bicepparam')),
  'docs/helm.md': (text) => withTable(text, 'Value', valueRows()),
  'docs/helm.ja.md': (text) =>
    withKnownCells(
      text,
      '値',
      valueRows().map((cells) => cells.slice(0, 3)),
    ),
  'docs/operations-guide.md': withRoles,
  'docs/operations-guide.ja.md': withRoles,
  'docs/prometheus.md': (text, read) => withRules(text, 'Rule', read),
  'docs/prometheus.ja.md': (text, read) => withRules(text, 'ルール', read),
  'docs/record.md': (text) => withKnownCells(text, 'Annotation', annotations),
  'docs/record.ja.md': (text) => withKnownCells(text, 'アノテーション', annotations),
  'docs/settings.md': (text) => withTable(text, 'Setting', settingRows()),
  'docs/settings.ja.md': (text) => withTable(text, '設定', translatedSettingRows(text, '設定')),
  'docs/telemetry.md': (text, read) => withMonitoring(withTelemetry('Event', 'Field', 'Metric')(text, read), read),
  'docs/telemetry.ja.md': (text, read) =>
    withTranslatedMonitoring(withTelemetry('イベント', 'フィールド', 'メトリクス')(text, read), read),
  'docs/troubleshooting.md': (text) => withKnownCells(text, 'Reason', reasons),
  'docs/troubleshooting.ja.md': (text) => withKnownCells(text, '理由', reasons),
  ...chartFiles,
}

/** The documents that have tables from the code. */
export const generatedPaths = Object.keys(documents)

/**
 * The document as it should be.
 * @throws TableError when it lacks a text that a person must write
 */
export function render(path: string, read: Read): string {
  try {
    return documents[path]?.(read(path), read) ?? read(path)
  } catch (error) {
    if (error instanceof ChartError) throw new TableError(`${path}: ${error.message}`)
    if (error instanceof TableError) throw new TableError(`${path}: ${error.message}`)
    throw error
  }
}
