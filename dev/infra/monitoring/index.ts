import type { Resource, Variant } from '../bicep/snapshots.ts'
import type { Finding } from '../finding.ts'
import { createQueryReader, type ReadQuery } from '../kql/index.ts'
import { alertMetricsOf, alertQueriesOf, autoscalerMetrics } from './alerts.ts'
import { placeholdersOf, type QueryFile, readQueryFiles, withValues } from './queries.ts'
import { readWorkbook } from './workbook.ts'

interface Context {
  files: QueryFile[]
  read(query: string): ReadQuery
}

const modules = { alerts: 'infra/monitoring/alerts.bicep', workbook: 'infra/monitoring/workbook.bicep' }

/**
 * Checks the queries in infra/queries/, and the alerts and workbooks that the variants deploy: Kusto understands each
 * query, it asks for what this product sends, and each alert and chart asks for columns that its query gives.
 * @param read a reader of queries; to make one takes seconds
 */
export function monitoringFaults(root: string, variants: Variant[], read = createQueryReader()): Finding[] {
  const files = readQueryFiles(root)
  const context = { files, read }
  // Most variants deploy the same ones.
  const all = variants.flatMap(({ snapshot }) => snapshot.predictedResources)
  const resources = [...new Map(all.map((resource) => [JSON.stringify(resource), resource])).values()]
  const findings = [
    ...files.flatMap((file) => fileFaults(context, file)),
    ...resources.flatMap((resource) => resourceFaults(context, resource)),
    ...unusedFiles(files, resources),
  ]
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()]
}

const fileFaults = ({ read }: Context, { file, text }: QueryFile): Finding[] => {
  const values = Object.fromEntries(placeholdersOf(text).map((name) => [name, 'none']))
  return read(withValues(text, values)).faults.map((fault) => ({ file, ...fault }))
}

function resourceFaults(context: Context, { type, name, properties }: Resource): Finding[] {
  switch (type) {
    case 'Microsoft.Insights/scheduledQueryRules':
      return alertQueriesOf(properties).flatMap(({ query, dimensions }) => {
        const about = { file: modules.alerts, subject: `the alert ${name}`, query, columns: dimensions }
        const parameters = placeholdersOf(query).map((parameter) => ({
          file: modules.alerts,
          message: `the alert ${name} asks a query with the parameter {${parameter}}, which only a workbook has`,
        }))
        return [...parameters, ...queryFaults(context, about)]
      })
    case 'Microsoft.Insights/metricAlerts':
      return alertMetricsOf(properties)
        .filter(({ metric }) => !autoscalerMetrics.includes(metric))
        .map(({ namespace, metric }) => ({
          file: modules.alerts,
          message: `the alert ${name} is about the metric ${metric}, which ${namespace} does not have: ${autoscalerMetrics.join(', ')}`,
        }))
    case 'Microsoft.Insights/workbooks':
      return workbookFaults(context, String(properties?.serializedData))
    default:
      return []
  }
}

function workbookFaults(context: Context, serializedData: string): Finding[] {
  const file = modules.workbook
  try {
    const { queries, parameters } = readWorkbook(serializedData)
    return queries.flatMap(({ name, query, chartColumns, timeParameter }) => {
      const asked = [...placeholdersOf(query), ...(timeParameter === '' ? [] : [timeParameter])]
      const missing = asked.filter((parameter) => !(parameter in parameters))
      const texts = Object.entries(parameters).filter(([, value]) => typeof value === 'string') as [string, string][]
      const subject = `the step ${name} of the workbook`
      return [
        ...missing.map((parameter) => ({
          file,
          message: `${subject} asks for {${parameter}}, and the workbook has no such parameter`,
        })),
        ...queryFaults(context, { file, subject, query, values: Object.fromEntries(texts), columns: chartColumns }),
      ]
    })
  } catch (error) {
    return [{ file, message: `the workbook cannot be read: ${(error as Error).message}` }]
  }
}

interface AskedQuery {
  file: string
  /** What asks it, for messages. */
  subject: string
  query: string
  values?: Record<string, string>
  /** The columns that it must give. */
  columns: string[]
}

function queryFaults({ files, read }: Context, { file, subject, query, values = {}, columns }: AskedQuery): Finding[] {
  const { faults, result } = read(withValues(query, values))
  const source = files.find(({ text }) => text === query)
  const missing = faults.length > 0 ? [] : columns.filter((column) => !(column in result))
  return [
    ...missing.map((column) => ({
      file,
      message: `${subject} asks for the column ${column}, and ${source?.file ?? 'its query'} gives ${Object.keys(result).join(', ')}`,
    })),
    // The faults of a query in a file are told there.
    ...(source !== undefined
      ? []
      : [
          { file, message: `${subject} has a query of its own: put it into infra/queries/, and load it as text` },
          ...faults.map(({ line, message }) => ({
            file,
            message: `${subject}, line ${line} of its query: ${message}`,
          })),
        ]),
  ]
}

function unusedFiles(files: QueryFile[], resources: Resource[]): Finding[] {
  const deployed = resources.map(({ properties }) => JSON.stringify(properties)).join('\n')
  // In a workbook, the query is within a text that is in a text.
  const isUsed = (text: string) =>
    [text, JSON.stringify(text).slice(1, -1)].some((form) => deployed.includes(JSON.stringify(form).slice(1, -1)))
  return files
    .filter(({ text }) => !isUsed(text))
    .map(({ file }) => ({ file, message: 'no alert and no workbook uses it: use it, or delete it' }))
}
