import { readFileSync } from 'node:fs'
import { Ajv, type AnySchema } from 'ajv'

/** A step of the workbook that asks a query. */
export interface WorkbookQuery {
  name: string
  query: string
  /** The columns that its chart shows. */
  chartColumns: string[]
  /** The parameter that it takes its time range from; empty when it has one of its own. */
  timeParameter: string
}

/** What of the workbook is looked at. */
export interface Workbook {
  queries: WorkbookQuery[]
  /** The value that each parameter has at first, by its name. Only a text can stand in a query. */
  parameters: Record<string, unknown>
}

// The kinds of steps. https://github.com/microsoft/Application-Insights-Workbooks
const stepType = { query: 3, parameters: 9 }

interface Item {
  type: number
  name: string
  content: {
    query?: string
    timeContextFromParameter?: string
    chartSettings?: { xAxis?: string; yAxis?: string[]; group?: string }
    parameters?: { name: string; value: unknown }[]
  }
}

const schema = new URL('../../../test/fixtures/schemas/workbook.schema.json', import.meta.url)
const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(
  JSON.parse(readFileSync(schema, 'utf8')) as AnySchema,
)

/**
 * Reads the text of a workbook.
 * @throws Error when it is no JSON, or not what the schema of workbooks wants; the message names each place
 */
export function readWorkbook(serializedData: string): Workbook {
  const content = JSON.parse(serializedData) as { items: Item[] }
  if (!validate(content)) {
    const errors = validate.errors ?? []
    throw new Error(errors.map(({ instancePath, message }) => `${instancePath} ${message}`).join('; '))
  }
  const items = content.items
  return {
    queries: items
      .filter(({ type }) => type === stepType.query)
      .map(({ name, content: { query = '', timeContextFromParameter = '', chartSettings = {} } }) => {
        const { xAxis, yAxis = [], group } = chartSettings
        const chartColumns = [xAxis, ...yAxis, group].filter((column) => column !== undefined)
        return { name, query, chartColumns, timeParameter: timeContextFromParameter }
      }),
    parameters: Object.fromEntries(
      items
        .filter(({ type }) => type === stepType.parameters)
        .flatMap(({ content: { parameters = [] } }) => parameters.map(({ name, value }) => [name, value])),
    ),
  }
}
